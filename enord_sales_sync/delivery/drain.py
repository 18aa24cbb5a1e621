"""The loop that turns the outbox into HTTP requests: claim, send, record.

A small pool of senders for each storefront; no cursor is open while a request is under way.
"""

import queue
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from .sender import CONNECTIONS, Result, Sender

MODEL = "enord.webhook.event"
POLL_SECONDS = 2.0
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


class ModuleGone(Exception):
    """The add-on was uninstalled: there is nothing left to do."""


class Drain:
    """Claim, send, record: the work itself, without the question of who leads.

    :meth:`step` never waits for HTTP; :attr:`wakeup` becomes readable when a delivery ends. To be
    used by the leader alone: at the start it takes over what a former one left under way.

    :param transaction: callable that opens a cursor of Odoo's
    :param Commits commits: of what is claimed, where somebody listens
    """

    def __init__(self, dbname, transaction, commits=None, sender=None):
        self.dbname = dbname
        self._transaction = transaction
        self._commits = commits
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
        """Record what has ended and start what is due; returns whether more may be due."""
        self._record()
        return bool(self._start())

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
            if self._commits:
                self._commits.take()  # those of what was seen while it was claimed
            with self._model() as model:
                deliveries, unchanged = model._prepare(
                    claimed, self._commits and self._commits.moments
                )
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
            return
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

    def _pool(self, storefront_id):
        if storefront_id not in self._pools:
            self._pools[storefront_id] = ThreadPoolExecutor(
                CONNECTIONS, thread_name_prefix=f"enord.sender.{storefront_id}"
            )
        return self._pools[storefront_id]

    @contextmanager
    def _model(self):
        """The outbox in a transaction of its own; commits when left without an error."""
        with self._transaction() as cr:
            registry = Registry(self.dbname).check_signaling(cr)
            if MODEL not in registry:
                raise ModuleGone
            cr.rollback()  # to load a registry takes time; what follows sees the present
            yield api.Environment(cr, SUPERUSER_ID, {})[MODEL]
