import os
import threading
from unittest.mock import patch

from odoo.modules.registry import Registry
from odoo.service import server as odoo_server
from odoo.tests import TransactionCase, tagged

from ...delivery import dispatcher


@tagged("post_install", "-at_install")
class TestDispatcherStart(TransactionCase):
    """In which processes the dispatcher runs."""

    def starts_with(self, server, **options):
        """Whether it starts where a registry is loaded in a process of this server."""
        options = {"stop_after_init": False, "test_enable": False, "max_cron_threads": 2, **options}
        with patch.object(odoo_server, "server", server), \
                patch.object(dispatcher, "DispatcherThread") as thread, \
                patch.object(dispatcher, "_threads", {}), \
                patch.dict(dispatcher.config.options, options):
            dispatcher.ensure_running("some_db")
            return thread.return_value.start.called

    def threaded(self, httpd=None):
        server = odoo_server.ThreadedServer.__new__(odoo_server.ThreadedServer)
        server.httpd, server.pid = httpd, os.getpid()
        return server

    def cron_worker_starts(self, registries):
        """The databases whose dispatchers a cron worker starts before it sleeps."""
        slept = []
        with patch.object(dispatcher, "DispatcherThread") as thread, \
                patch.object(dispatcher, "_threads", {}), \
                patch.object(type(Registry.registries), "snapshot", registries):
            dispatcher._start_before(slept.append)("the worker")
        self.assertEqual(slept, ["the worker"])
        return [call.args[0] for call in thread.call_args_list]

    def test_not_in_a_command_that_serves_nobody(self):
        self.assertFalse(self.starts_with(None))
        self.assertFalse(self.starts_with(self.threaded()))
        self.assertFalse(self.starts_with(self.threaded(object()), stop_after_init=True))

    def test_in_the_threaded_server_where_it_runs_cron_jobs(self):
        self.assertTrue(self.starts_with(self.threaded(object())))
        self.assertFalse(self.starts_with(self.threaded(object()), max_cron_threads=0))

    def test_in_a_threaded_server_that_runs_cron_jobs_alone(self):
        ended = threading.Event()
        cron = threading.Thread(target=ended.wait, daemon=True)
        cron.type = "cron"
        cron.start()
        self.assertTrue(self.starts_with(self.threaded()))
        ended.set()
        cron.join()

    def test_not_in_a_process_that_something_else_has_forked(self):
        server = self.threaded(object())
        server.pid = os.getppid()
        self.assertFalse(self.starts_with(server))

    def test_not_in_workers_that_load_a_registry_to_answer_requests(self):
        server = odoo_server.PreforkServer.__new__(odoo_server.PreforkServer)
        for server.pid in (os.getpid(), os.getppid()):
            self.assertFalse(self.starts_with(server))
        self.assertFalse(self.starts_with(
            odoo_server.GeventServer.__new__(odoo_server.GeventServer)
        ))

    def test_in_a_cron_worker_for_what_is_loaded_there(self):
        class Loaded(dict):
            ready = True

        loading = Loaded({dispatcher.MODEL: object()})
        loading.ready = False
        self.assertEqual(self.cron_worker_starts({
            "shop": Loaded({dispatcher.MODEL: object()}),
            "without_the_add_on": Loaded(),
            "loading": loading,
        }), ["shop"])

    def test_a_cron_worker_starts_dispatchers_before_it_first_sleeps(self):
        self.assertEqual(
            odoo_server.WorkerCron.sleep.__qualname__, "WorkerCron.sleep", "Odoo's, wrapped",
        )
        self.assertTrue(odoo_server.WorkerCron.sleep.__wrapped__)
