import logging
import random
import time
from contextlib import contextmanager

import psycopg2
from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..contract.problem import Problem
from .session_locks import SessionLocks

_logger = logging.getLogger(__name__)

#: Name spaces of the advisory locks (the first of their two keys).
PRODUCT_LOCK = 0x454E01
CUSTOMER_LOCK = 0x454E02
IN_FLIGHT_LOCK = 0x454E03
DEADLINE_SECONDS = 10.0
RETRY_AFTER_SECONDS = 2
PAUSE_SECONDS = (0.005, 0.05)


class TryAgain(Exception):
    """The work is to be done again, in a new transaction; raised once at most."""


class EnordStorefront(models.Model):
    """Whoever sells a unit online does it alone.

    The snapshot of a REPEATABLE READ transaction is taken by its first query, and authentication
    has queried already: what such a transaction reads after waiting for a lock is old. So the
    locks are the session's, and the work begins a new transaction once they are held.
    """

    _inherit = "enord.storefront"

    def _in_locked_transaction(self, locks, work, before_waiting=None, once_held=None):
        """Run ``work`` in a transaction of its own, holding advisory locks, and commit it.

        A conflict with someone who does not take these locks (a delivery, a counter sale) is
        tried again at once.

        :param locks: ``(name space, number)`` pairs
        :param work: callable without arguments; may run several times
        :param before_waiting: called in a transaction of its own where somebody else has one of
            the locks; an exception ends it all
        :param once_held: called with the :class:`~.session_locks.SessionLocks` as soon as they are
            held, before the transaction begins
        :raise Problem: 503 when the locks or a quiet moment were not to be had in time
        """
        cr = self.env.cr
        deadline = time.monotonic() + DEADLINE_SECONDS
        cr.rollback()
        with self._session_locks(locks, deadline, before_waiting, once_held):
            while True:
                cr.rollback()
                self.env.transaction.reset()
                try:
                    self._set_lock_timeout(deadline)
                    result = work()
                    # before the locks are given back, or the next one would not see this sale
                    cr.commit()  # pylint: disable=invalid-commit
                    return result
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY + (
                    psycopg2.errors.UniqueViolation, TryAgain,
                ) as error:
                    cr.rollback()
                    _logger.info("Transaction of storefront %s again: %s", self.id, error)
                    if isinstance(error, TryAgain):
                        continue
                    if time.monotonic() > deadline:
                        raise _busy() from error
                    time.sleep(random.uniform(*PAUSE_SECONDS))

    @contextmanager
    def _session_locks(self, locks, deadline, before_waiting=None, once_held=None):
        cr = self.env.cr
        held = SessionLocks(cr)
        try:
            if not held.try_all(locks):
                if before_waiting:
                    before_waiting()
                    cr.commit()  # pylint: disable=invalid-commit
                self._set_lock_timeout(deadline)
                held.wait_for(locks)
            if once_held:
                cr.rollback()
                once_held(held)
            yield
        except psycopg2.errors.LockNotAvailable as error:
            cr.rollback()
            raise _busy() from error
        finally:
            if not cr.closed:
                # a failed transaction would refuse the unlock
                cr.rollback()
                held.release()

    def _set_lock_timeout(self, deadline):
        milliseconds = max(1, int((deadline - time.monotonic()) * 1000))
        self.env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, true)", f"{milliseconds}ms"))

    def _lock_quants(self, products):
        """Wait for whoever moves these products in Odoo itself, and keep them out until commit."""
        self.env["stock.quant"]._enord_lock(products, self.warehouse_ids)


def _busy():
    return Problem(
        503, "busy", "Too many requests for the same products at once; nothing was written. "
        "Send the same request again.", headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
