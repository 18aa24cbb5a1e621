"""The thread that turns the outbox into HTTP requests.

One daemon thread in each serving process leads or waits to lead; the leader listens for ``NOTIFY``
and drains the outbox.
"""

import logging
import os
import select
import threading
import time

import odoo
import psycopg2
from odoo.service import server as odoo_server
from odoo.tools import config
from psycopg2 import sql

from .drain import Drain, ModuleGone
from .leadership import leadership

_logger = logging.getLogger(__name__)

CHANNEL = "enord_sales_sync"
RECONNECT_SECONDS = (0.1, 0.3, 1.0)

_threads = {}
_wanted_after_fork = set()
_threads_lock = threading.Lock()


def ensure_running(dbname):
    """Start this database's dispatcher in every process that serves it.

    Called whenever a registry is loaded. The master of the multi-worker server only remembers the
    database, because threads do not survive ``fork``; its children start their own. The gevent
    process does none of this work, nor do one-off commands such as ``odoo shell``.
    """
    server = odoo_server.server
    if server is None or odoo.evented or config["stop_after_init"] or config["test_enable"]:
        return
    if isinstance(server, odoo_server.PreforkServer):
        if server.pid == os.getpid():
            _wanted_after_fork.add(dbname)
            return
    elif not server.httpd:
        return  # `odoo shell` starts a server that never serves
    with _threads_lock:
        thread = _threads.get(dbname)
        if thread is None or not thread.is_alive():
            thread = _threads[dbname] = DispatcherThread(dbname)
            thread.start()


def _start_after_fork():
    global _threads_lock
    _threads_lock = threading.Lock()
    _threads.clear()
    for dbname in sorted(_wanted_after_fork):
        ensure_running(dbname)


os.register_at_fork(after_in_child=_start_after_fork)


class DispatcherThread(threading.Thread):
    """Leads, or waits to lead, until the process ends."""

    def __init__(self, dbname):
        super().__init__(name=f"enord.dispatcher.{dbname}", daemon=True)
        self.dbname = dbname
        self.failures = 0

    def run(self):
        # what Odoo's loggers and ORM expect of a thread
        threading.current_thread().dbname = self.dbname
        while True:
            try:
                self._lead()
            except ModuleGone:
                _logger.info("Dispatcher of %s ends: nothing to deliver here", self.dbname)
                return
            except psycopg2.OperationalError as error:
                if "does not exist" in str(error):
                    return
                if not self.failures:
                    _logger.info("Dispatcher of %s lost PostgreSQL: %s", self.dbname, error)
            except Exception:
                _logger.exception("Dispatcher of %s failed, starting again", self.dbname)
            time.sleep(RECONNECT_SECONDS[min(self.failures, len(RECONNECT_SECONDS) - 1)])
            self.failures += 1

    def _lead(self):
        with leadership(self.dbname) as connection:
            with connection.cursor() as cr:
                cr.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            _logger.info("Dispatcher of %s leads", self.dbname)
            self.failures = 0
            with Drain(self.dbname) as drain:
                while True:
                    more = drain.step()
                    self._wait(connection, drain, 0.0 if more else drain.idle_seconds())

    def _wait(self, connection, drain, seconds):
        """Return on a NOTIFY, on a finished delivery, or when something falls due.

        Raises when the connection is lost, and with it the lead.
        """
        readable, _w, _x = select.select([connection, drain.wakeup], [], [], seconds)
        if connection in readable:
            connection.poll()
            connection.notifies.clear()


def deliver_now(dbname, timeout):
    """Deliver what is due, unless a dispatcher leads and does it anyway."""
    with leadership(dbname, wait=False) as connection:
        if connection:
            with Drain(dbname) as drain:
                drain.run_until_empty(timeout)
