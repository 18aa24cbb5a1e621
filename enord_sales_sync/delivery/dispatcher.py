"""The thread that turns the outbox into HTTP requests.

One daemon thread in each serving process waits for a session advisory lock; the one that holds it
leads: it listens for ``NOTIFY``, claims what is due, and hands it to a small pool of senders. No
cursor is open while a request is under way. When the leader dies its connection closes, the lock
is free, and a waiting thread goes on at once.
"""

import logging
import os
import queue
import select
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import odoo
import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server as odoo_server
from odoo.sql_db import connection_info_for
from odoo.tools import config
from psycopg2 import sql

from .sender import CONNECTIONS, Result, Sender

_logger = logging.getLogger(__name__)

CHANNEL = "enord_sales_sync"
#: Key of the session advisory lock that makes a dispatcher the leader of its database.
LEADER_LOCK = 0x454E_4F52_4453_594E
MODEL = "enord.webhook.event"
POLL_SECONDS = 2.0
RECONNECT_SECONDS = (0.1, 0.3, 1.0)
#: Deliveries of one storefront that are claimed ahead, by how fast it answers: about as many as
#: it takes in AHEAD_SECONDS.
AHEAD_SECONDS = 1.0
IN_FLIGHT = (CONNECTIONS, 512)
#: Failures in a row after which what is claimed ahead is given back instead of tried.
HALT_AFTER = 5
CONFLICTS = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.UniqueViolation,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.LockNotAvailable,
)

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


class ModuleGone(Exception):
    """The add-on was uninstalled, or the database dropped: there is nothing left to do."""


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


@contextmanager
def leadership(dbname, wait=True):
    """Be the only dispatcher of a database, across all its processes and nodes.

    :return: the connection that holds the lock; None where another one leads and ``wait`` is off
    """
    _db, params = connection_info_for(dbname)
    connection = psycopg2.connect(
        **params, connect_timeout=5, keepalives_idle=5, keepalives_interval=2, keepalives_count=3,
    )
    try:
        connection.autocommit = True
        with connection.cursor() as cr:
            if wait:
                cr.execute("SELECT pg_advisory_lock(%s)", [LEADER_LOCK])
                leads = True
            else:
                cr.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK])
                [leads] = cr.fetchone()
        yield connection if leads else None
    finally:
        connection.close()


def deliver_now(dbname, timeout):
    """Deliver what is due, unless a dispatcher leads and does it anyway."""
    with leadership(dbname, wait=False) as connection:
        if connection:
            with Drain(dbname) as drain:
                drain.run_until_empty(timeout)


class Drain:
    """Claim, send, record: the work itself, without the question of who leads.

    :meth:`step` never waits for HTTP; :attr:`wakeup` becomes readable when a delivery ends. To be
    used by the leader alone: at the start it takes over what a former one left under way.
    """

    def __init__(self, dbname, sender=None):
        self.dbname = dbname
        self.sender = sender or Sender()
        self.wakeup, self._wake = socket.socketpair()
        self.wakeup.setblocking(False)
        self._wake.setblocking(False)
        self._pools = {}
        self._in_flight = {}
        self._pace = {}
        self._streak = {}
        self._results = queue.SimpleQueue()
        self._next_due = None

    def __enter__(self):
        with self._model() as model:
            model._free_leases()
        return self

    def __exit__(self, *exc_info):
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        self.sender.close()
        self.wakeup.close()
        self._wake.close()

    @property
    def busy(self):
        return bool(self._in_flight)

    def idle_seconds(self):
        if self._next_due is None:
            return POLL_SECONDS
        return max(0.0, min(POLL_SECONDS, self._next_due - time.monotonic()))

    def step(self):
        """Record what has ended and start what is due; returns whether there was anything."""
        recorded = self._record()
        started = self._start()
        return bool(recorded or started)

    def run_until_empty(self, timeout):
        """Deliver everything that is due now; for the cron job and for tests."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.step():
                continue
            if not self.busy:
                return
            select.select([self.wakeup], [], [], max(0.0, deadline - time.monotonic()))

    def _start(self):
        """Claim and hand over; returns the number of deliveries started."""
        try:
            with self._model() as model:
                claimed, due_in = model._claim(self._room)
            self._next_due = None if due_in is None else time.monotonic() + due_in
            if not claimed:
                return 0
            with self._model() as model:
                deliveries, unchanged = model._prepare(claimed)
        except CONFLICTS:
            # another dispatcher took some of the same keys: look again
            time.sleep(0.01)
            return 1
        for delivery in deliveries:
            if delivery.storefront_id not in self._in_flight:
                self._streak[delivery.storefront_id] = 0
            self._in_flight.setdefault(delivery.storefront_id, set()).add(delivery.event_id)
            self._pool(delivery.storefront_id).submit(self._send, delivery)
        return len(deliveries) + unchanged

    def _room(self, storefront_id, probing):
        """How many more events of a storefront may be claimed now."""
        fewest, most = IN_FLIGHT
        seconds = self._pace.get(storefront_id, 0.1)
        window = 1 if probing else min(most, max(fewest, int(
            CONNECTIONS * AHEAD_SECONDS / max(seconds, 0.001)
        )))
        under_way = len(self._in_flight.get(storefront_id, ()))
        # refilled by halves: a claim costs the same for one event and for many
        return window - under_way if under_way <= window // 2 else 0

    def _send(self, delivery):
        storefront_id = delivery.storefront_id
        if (
            time.monotonic() > delivery.begin_before
            or self._streak.get(storefront_id, 0) >= HALT_AFTER
        ):
            result = Result(delivery, 0, "", 0.0, attempted=False)
        else:
            result = self.sender.send(delivery)
            self._streak[storefront_id] = (
                0 if result.delivered else self._streak.get(storefront_id, 0) + 1
            )
            pace = self._pace.get(storefront_id, result.seconds)
            self._pace[storefront_id] = 0.9 * pace + 0.1 * result.seconds
        self._results.put(result)
        with suppress(OSError):  # already readable, or closing
            self._wake.send(b"x")

    def _record(self):
        with suppress(OSError):
            while self.wakeup.recv(4096):
                pass
        results = []
        while not self._results.empty():
            results.append(self._results.get())
        if not results:
            return 0
        try:
            with self._model() as model:
                model._record(results)
        except Exception:
            # kept: they are recorded with the next ones, or their leases run out
            for result in results:
                self._results.put(result)
            raise
        for result in results:
            self._in_flight[result.delivery.storefront_id].discard(result.delivery.event_id)
        self._in_flight = {key: events for key, events in self._in_flight.items() if events}
        return len(results)

    def _pool(self, storefront_id):
        if storefront_id not in self._pools:
            self._pools[storefront_id] = ThreadPoolExecutor(
                CONNECTIONS, thread_name_prefix=f"enord.sender.{storefront_id}"
            )
        return self._pools[storefront_id]

    def _model(self):
        return _ModelCursor(self.dbname)


class _ModelCursor:
    """A transaction of its own on the outbox model; commits when left without an error."""

    def __init__(self, dbname):
        self._dbname = dbname

    def __enter__(self):
        registry = Registry(self._dbname)
        registry = registry.check_signaling()
        if MODEL not in registry:
            raise ModuleGone
        self._cr = registry.cursor()
        return api.Environment(self._cr, SUPERUSER_ID, {})[MODEL]

    def __exit__(self, exc_type, exc, traceback):
        return self._cr.__exit__(exc_type, exc, traceback)
