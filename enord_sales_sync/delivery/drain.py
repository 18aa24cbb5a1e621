"""The loop that turns the outbox into HTTP requests: claim, send, record.

Each storefront has a lane of its own; no cursor is open while a request is under way.
"""

import queue
import select
import socket
import time
from collections import defaultdict
from contextlib import contextmanager, suppress

import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from .lane import LATE, Lane
from .sender import Sender

MODEL = "enord.webhook.event"
POLL_SECONDS = 2.0
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
        self._lanes = {}
        self._results = queue.SimpleQueue()
        self._next_due = None

    def __enter__(self):
        with self._model() as model:
            model._free_leases()
        return self

    def __exit__(self, *exc_info):
        for lane in self._lanes.values():
            lane.close()
        self.sender.close()
        self.wakeup.close()
        self._wake.close()

    @property
    def busy(self):
        return any(lane.event_ids for lane in self._lanes.values())

    def idle_seconds(self):
        longest = LATE if any(lane.held_up for lane in self._lanes.values()) else POLL_SECONDS
        if self._next_due is None:
            return longest
        return max(0.0, min(longest, self._next_due - time.monotonic()))

    def step(self):
        """Record what has ended and start what is due; returns whether more may be due."""
        self._record()
        for lane in self._lanes.values():
            lane.widen()
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
        of_storefronts = defaultdict(list)
        for delivery in deliveries:
            of_storefronts[delivery.storefront_id].append(delivery)
        for storefront_id, of_storefront in of_storefronts.items():
            self._lane(storefront_id).add(of_storefront)
        return len(deliveries) + unchanged

    def _room(self, storefront_id, probing):
        """How many more events of a storefront may be claimed now."""
        return self._lane(storefront_id).room(probing)

    def _lane(self, storefront_id):
        if storefront_id not in self._lanes:
            self._lanes[storefront_id] = Lane(self.sender, storefront_id, self._ended)
        return self._lanes[storefront_id]

    def _ended(self, result):
        self._results.put(result)
        self._wake_up()

    def _wake_up(self):
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
        except Exception as error:
            # kept: they are recorded with the next ones, or their leases run out
            for result in results:
                self._results.put(result)
            if not isinstance(error, CONFLICTS):
                raise
            # somebody wrote on the storefront at the same moment
            time.sleep(0.01)
            self._wake_up()
            return
        for result in results:
            self._lanes[result.delivery.storefront_id].remove(result.delivery)

    @contextmanager
    def _model(self):
        """The outbox in a transaction of its own; commits when left without an error."""
        with self._transaction() as cr:
            registry = Registry(self.dbname).check_signaling(cr)
            if MODEL not in registry:
                raise ModuleGone
            cr.rollback()  # to load a registry takes time; what follows sees the present
            yield api.Environment(cr, SUPERUSER_ID, {})[MODEL]
