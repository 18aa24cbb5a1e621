"""The thread that turns the outbox into HTTP requests.

It runs where background work does: a daemon thread for each database in each cron worker, and in
the threaded server unless that runs no cron jobs. One of all leads, listens for ``NOTIFY`` and
drains the outbox; the others wait to lead.
"""

import contextlib
import functools
import logging
import os
import select
import sys
import threading
import time

from odoo.modules.registry import Registry
from odoo.service import server as odoo_server
from odoo.tools import config
from psycopg2 import sql

from .commits import Commits
from .drain import MODEL, Drain, ModuleGone
from .leadership import Candidates, DatabaseGone, is_lost, leadership, transaction, who_is_led

_logger = logging.getLogger(__name__)

CHANNEL = "enord_sales_sync"
#: Seconds until PostgreSQL is tried again after its first, second, … loss; the last one repeats.
LOST_SECONDS = (0.1, 0.3, 1.0)
#: The same for what fails with PostgreSQL there, and fails again.
FAILED_SECONDS = (0.1, 0.5, 2.0, 10.0, 30.0, 60.0)
#: Results of deliveries are recorded this much later, and together: a step costs the same for one.
GATHER_SECONDS = 0.02

#: How soon a job that computes in the leader's process lets its dispatcher go on, in seconds. A
#: delivery waits dozens of times, for PostgreSQL and for the receiver; with Python's 0.005 s each
#: a busy cron worker would hold it up for a second.
SWITCH_SECONDS = 0.0002

#: The intervals that there were before, the process's own first.
_switched = []
_switch_lock = threading.Lock()

_threads = {}
_candidates = None


def ensure_running(dbname):
    """Start this database's dispatcher if this is a threaded server that does background work.

    Called whenever a registry is loaded. Commands such as ``odoo shell`` have a server too, which
    never serves; in the multi-worker server it is the cron workers that start dispatchers.
    """
    server = odoo_server.server
    if (
        isinstance(server, odoo_server.ThreadedServer) and server.pid == os.getpid()
        and config["max_cron_threads"] and not config["stop_after_init"]
        and not config["test_enable"] and (server.httpd or _has_cron_threads())
    ):
        _start(dbname)


def _has_cron_threads():
    return any(getattr(thread, "type", None) == "cron" for thread in threading.enumerate())


def _start_before(sleep):
    """A cron worker's ``sleep`` that first starts what is missing of its dispatchers.

    Threads do not survive the fork, and registries do: where the master has loaded them, nothing
    is loaded in a worker. The first thing that it does, before it has visited any database, is to
    sleep, and it sleeps again after each visit.
    """
    @functools.wraps(sleep)
    def start_and_sleep(worker):
        try:
            for dbname, registry in Registry.registries.snapshot.items():
                if registry.ready and MODEL in registry:
                    _start(dbname)
        except Exception:  # whatever is wrong here, the worker has its own work
            _logger.exception("The dispatchers of this cron worker could not be started")
        return sleep(worker)

    return start_and_sleep


odoo_server.WorkerCron.sleep = _start_before(odoo_server.WorkerCron.sleep)


def _start(dbname):
    global _candidates
    thread = _threads.get(dbname)
    if thread is None or not thread.is_alive():
        _candidates = _candidates or Candidates()
        thread = _threads[dbname] = DispatcherThread(dbname, _candidates)
        thread.start()


class DispatcherThread(threading.Thread):
    """Leads, or waits to lead, until the process ends."""

    def __init__(self, dbname, candidates):
        super().__init__(name=f"enord.dispatcher.{dbname}", daemon=True)
        self.dbname = dbname
        self._candidates = candidates
        #: In a row, until a step has succeeded.
        self.losses = self.failures = 0

    def run(self):
        # what Odoo's loggers and ORM expect of a thread
        threading.current_thread().dbname = self.dbname
        while True:
            try:
                self._candidates.wait_until_free(self.dbname)
                self._lead()
            except (ModuleGone, DatabaseGone):
                _logger.info("Dispatcher of %s ends: nothing to deliver here", self.dbname)
                return
            except Exception as error:
                time.sleep(self._seconds_after(error))

    def _lead(self):
        with leadership(self.dbname) as connection:
            if not connection:
                return  # another one was faster
            with connection.cursor() as cr:
                cr.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
            _logger.info("Dispatcher of %s leads", self.dbname)
            commits = Commits(connection)
            own_transaction = functools.partial(transaction, connection, self.dbname)
            with _soon_switched(), Drain(self.dbname, own_transaction, commits) as drain:
                while True:
                    more = drain.step()
                    news = commits.take()
                    self.losses = self.failures = 0
                    if not more and not news:
                        self._wait(connection, drain)
                        commits.take(awaited=True)

    def _wait(self, connection, drain):
        """Return on a NOTIFY, on a finished delivery, or when something falls due."""
        readable, _w, _x = select.select([connection, drain.wakeup], [], [], drain.idle_seconds())
        if drain.wakeup in readable and connection not in readable:
            # what ends meanwhile is recorded with it; a change in Odoo goes out at once
            select.select([connection], [], [], GATHER_SECONDS)

    def _seconds_after(self, error):
        """Say what happened, once for each kind, and how long to wait."""
        if is_lost(error):
            if not self.losses:
                _logger.info("Dispatcher of %s lost PostgreSQL: %s", self.dbname, error)
            self.losses += 1
            return _nth(LOST_SECONDS, self.losses)
        self.failures += 1
        seconds = _nth(FAILED_SECONDS, self.failures)
        _logger.error(
            "Dispatcher of %s failed, starting again in %s s: %s", self.dbname, seconds, error,
            exc_info=self.failures == 1,
        )
        return seconds


@contextlib.contextmanager
def _soon_switched():
    """Let a dispatcher go on soon, as long as one leads in this process."""
    with _switch_lock:
        _switched.append(_switched[0] if _switched else sys.getswitchinterval())
        sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        with _switch_lock:
            before = _switched.pop()
            if not _switched:  # it was the first and last one
                sys.setswitchinterval(before)


def _nth(delays, number):
    return delays[min(number, len(delays)) - 1]


def deliver_now(dbname, timeout):
    """Deliver what is due, unless a dispatcher leads and does it anyway."""
    ensure_running(dbname)
    if who_is_led([dbname]).get(dbname):
        return
    with leadership(dbname) as connection:
        if connection:
            with Drain(dbname, functools.partial(transaction, connection, dbname)) as drain:
                drain.run_until_empty(timeout)
