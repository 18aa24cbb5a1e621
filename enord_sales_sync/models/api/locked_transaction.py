"""Whoever sells a unit online does it alone.

The snapshot of a REPEATABLE READ transaction is taken by its first query, and authentication has
queried already: what such a transaction reads after waiting for a lock is old. So the locks are the
session's, and the work begins a new transaction once they are held.
"""

import logging
import random
import time
from contextlib import contextmanager

import psycopg2
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...contract.problem import Problem
from .session_locks import SessionLocks

_logger = logging.getLogger(__name__)

#: Name spaces of the advisory locks (the first of their two keys).
PRODUCT_LOCK = 0x454E01
CUSTOMER_LOCK = 0x454E02
IN_FLIGHT_LOCK = 0x454E03
RETURN_LOCK = 0x454E04
#: The first in the order in which locks are taken.
MANY_LOCK = 0x454E00
#: PostgreSQL has room for some thousand locks of all its sessions together, and where they are used
#: up nobody can do anything. Who wants more than ``MANY`` is one of ``MANY_AT_ONCE``.
MANY = 64
MANY_AT_ONCE = 4
DEADLINE_SECONDS = 10.0
RETRY_AFTER_SECONDS = 2
PAUSE_SECONDS = (0.005, 0.05)
#: What the names of this add-on's own constraints begin with.
OWN_CONSTRAINTS = "enord_"


def in_locked_transaction(env, locks, work, before_waiting=None):
    """Run ``work`` in a transaction of its own, holding advisory locks, and commit it.

    :param env: environment; its transaction is rolled back first
    :param locks: ``(name space, number)`` pairs
    :param work: callable without arguments; may run several times
    :param before_waiting: called in a transaction of its own where somebody else has one of the
        locks; an exception ends it all
    :return: what ``work`` returned
    :raise Problem: 503 when the locks or a quiet moment were not to be had in time
    """
    deadline = time.monotonic() + DEADLINE_SECONDS
    env.cr.rollback()
    with _session_locks(env.cr, locks, deadline, before_waiting):
        return in_new_transaction(env, work, deadline)


def in_new_transaction(env, work, deadline=None):
    """Run ``work`` in a transaction of its own and commit it.

    A conflict with someone who takes no locks (a delivery, a counter sale) is tried again at once;
    so is, once, one on a constraint of this add-on: another request has just written the same.

    :raise Problem: 503 when a quiet moment was not to be had in time
    """
    cr = env.cr
    if deadline is None:
        deadline = time.monotonic() + DEADLINE_SECONDS
    has_collided = False
    while True:
        cr.rollback()
        env.transaction.reset()
        # who writes in the end what has changed: a storefront's user has no right to read even a
        # currency, by which an amount is rounded then
        env.transaction.default_env = env
        try:
            _set_lock_timeout(cr, deadline)
            result = work()
            # before the locks are given back, or the next one would not see this sale
            env.cr.commit()
            return result
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            cr.rollback()
            _logger.info("Transaction again: %s", error)
            if time.monotonic() > deadline:
                raise _busy() from error
        except psycopg2.errors.UniqueViolation as error:
            cr.rollback()
            if has_collided or not (error.diag.constraint_name or "").startswith(OWN_CONSTRAINTS):
                raise
            has_collided = True
        time.sleep(random.uniform(*PAUSE_SECONDS))


@contextmanager
def _session_locks(cr, locks, deadline, before_waiting=None):
    held = SessionLocks(cr)
    turn = [(MANY_LOCK, random.randrange(MANY_AT_ONCE))] if len(set(locks)) > MANY else []
    try:
        _wait_for(cr, held, turn, deadline)
        if not held.try_all(locks):
            if before_waiting:
                before_waiting()
            _wait_for(cr, held, [*turn, *locks], deadline)
        yield
    finally:
        if not cr.closed:
            # a failed transaction would refuse the unlock
            cr.rollback()
            held.release()


def _wait_for(cr, held, locks, deadline):
    while True:
        cr.rollback()
        try:
            held.wait_for(locks, before_each=lambda: _set_lock_timeout(cr, deadline))
            return
        except psycopg2.errors.LockNotAvailable as error:
            raise _busy() from error
        except psycopg2.errors.DeadlockDetected:
            # with somebody in Odoo who reserves the same products in another order
            cr.rollback()
            held.release()


def _set_lock_timeout(cr, deadline):
    milliseconds = max(1, int((deadline - time.monotonic()) * 1000))
    cr.execute("SELECT set_config('lock_timeout', %s, true)", [f"{milliseconds}ms"])


def _busy():
    return Problem(
        503, "busy", "Too many requests for the same products at once; nothing was written. "
        "Send the same request again.", headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )
