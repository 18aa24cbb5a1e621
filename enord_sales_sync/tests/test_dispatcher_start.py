import os
from unittest.mock import patch

from odoo.service import server as odoo_server
from odoo.tests import TransactionCase, tagged

from ..delivery import dispatcher


@tagged("post_install", "-at_install")
class TestDispatcherStart(TransactionCase):
    """In which processes the dispatcher runs."""

    def started_with(self, server):
        with patch.object(odoo_server, "server", server), \
                patch.object(dispatcher, "DispatcherThread") as thread, \
                patch.object(dispatcher, "_threads", {}), \
                patch.object(dispatcher, "_wanted_after_fork", set()) as wanted, \
                patch.dict(dispatcher.config.options, {"stop_after_init": False,
                                                       "test_enable": False}):
            dispatcher.ensure_running("some_db")
            return thread.return_value.start.called, wanted

    def test_not_in_a_command_that_serves_nobody(self):
        self.assertEqual(self.started_with(None), (False, set()))
        shell = odoo_server.ThreadedServer.__new__(odoo_server.ThreadedServer)
        shell.httpd = None
        self.assertEqual(self.started_with(shell), (False, set()))

    def test_in_the_threaded_server(self):
        server = odoo_server.ThreadedServer.__new__(odoo_server.ThreadedServer)
        server.httpd = object()
        self.assertEqual(self.started_with(server), (True, set()))

    def test_in_the_workers_but_not_in_their_master(self):
        server = odoo_server.PreforkServer.__new__(odoo_server.PreforkServer)
        server.pid = os.getpid()
        self.assertEqual(self.started_with(server), (False, {"some_db"}))
        server.pid = os.getppid()
        self.assertEqual(self.started_with(server), (True, set()))
