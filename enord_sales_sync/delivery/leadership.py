"""Who delivers: one process of all that serve a database, by a session advisory lock.

When the leader dies its connection closes, the lock is free, and a candidate takes it. A candidate
has no connection of its own: it asks over one to the maintenance database, which Odoo's pool closes
after use. One to its own database would stay in the pool of each worker.
"""

import os
import threading
import time
from contextlib import contextmanager

import psycopg2
from odoo.sql_db import Cursor, PsycoConnection, connection_info_for, db_connect

#: Key of the session advisory lock that makes a dispatcher the leader of its database.
LEADER_LOCK = 0x454E_4F52_4453_594E
ASK_SECONDS = 2.0
#: Where Odoo, too, looks up which databases there are.
MAINTENANCE = "postgres"
#: How long it is left alone where Odoo's PostgreSQL user may not connect to it.
REFUSED_SECONDS = 600.0
#: SQLSTATE of a session that PostgreSQL ends, and of one that it does not take just now.
_ENDED = {"57P01", "57P02", "57P03", "57P05"}


class DatabaseGone(Exception):
    """There is no such database (any more)."""


def is_lost(error):
    """Whether an error is that of a connection, as opposed to that of a statement.

    One that could not be made, or broke, carries no SQLSTATE.
    """
    return isinstance(error, (psycopg2.OperationalError, psycopg2.InterfaceError)) and (
        error.pgcode is None or error.pgcode in _ENDED
    )


_maintenance_from = 0.0


def who_is_led(dbnames):
    """Which of some databases exist, and whether they are led: ``{name: led}``.

    Locks are seen from every database, so that one connection is enough for all.

    :raise psycopg2.Error: when PostgreSQL cannot be asked
    """
    global _maintenance_from
    refused = time.monotonic() < _maintenance_from
    order = (*dbnames, MAINTENANCE) if refused else (MAINTENANCE, *dbnames)
    failure = None
    for position, dbname in enumerate(order):
        try:
            with db_connect(dbname).cursor() as cr:
                cr.execute("""
                    SELECT datname, EXISTS (
                               SELECT FROM pg_locks
                                WHERE locktype = 'advisory' AND granted AND objsubid = 1
                                  AND database = pg_database.oid
                                  AND (classid::bigint << 32) + objid::bigint = %s)
                      FROM pg_database WHERE datname = ANY(%s::text[])
                """, [LEADER_LOCK, list(dbnames)], log_exceptions=False)
                if position and not refused:
                    _maintenance_from = time.monotonic() + REFUSED_SECONDS
                return dict(cr.fetchall())
        except psycopg2.Error as error:
            # not allowed, dropped, or closed by a cron worker just now
            failure = error
    raise failure


class Candidates:
    """The databases that this process waits to lead; it asks for all of them at once."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = set()
        self._answers = {}
        # Workers are forked one right after the other. Were they to ask at the same moment, each
        # would lead some databases and wait for the others.
        self._ask_at = time.monotonic() + os.getpid() % 4 / 4

    def wait_until_free(self, dbname):
        """Return when nobody leads a database.

        :raise DatabaseGone:
        :raise psycopg2.Error: when PostgreSQL cannot be asked
        """
        with self._lock:
            self._waiting.add(dbname)
        try:
            while self._is_led(dbname):
                time.sleep(ASK_SECONDS / 5)
        finally:
            with self._lock:
                self._waiting.discard(dbname)

    def _is_led(self, dbname):
        with self._lock:
            if time.monotonic() >= self._ask_at:
                self._ask_at = time.monotonic() + ASK_SECONDS
                led = who_is_led(sorted(self._waiting))
                self._answers = {dbname: led.get(dbname) for dbname in self._waiting}
            # each answer is good for one try
            answer = self._answers.pop(dbname, True)
        if answer is None:
            raise DatabaseGone
        return answer


@contextmanager
def leadership(dbname):
    """Be the only dispatcher of a database, across all its processes and nodes.

    :return: the connection that holds the lock, in autocommit mode; None where another one leads
    """
    _db, params = connection_info_for(dbname)
    connection = psycopg2.connect(
        **params, connection_factory=PsycoConnection,
        connect_timeout=5, keepalives_idle=5, keepalives_interval=2, keepalives_count=3,
    )
    try:
        connection.autocommit = True
        with connection.cursor() as cr:
            cr.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK])
            [leads] = cr.fetchone()
        yield connection if leads else None
    finally:
        connection.close()


def transaction(connection, dbname):
    """A cursor of Odoo's on the leader's own connection: it needs no second one, and no cron worker
    that closes the pool's connections to the databases it has visited takes it away.

    :rtype: Cursor
    """
    return Cursor(_Only(connection), dbname, {})


class _Only:
    """What Odoo's cursors ask of a pool."""

    readonly = False

    def __init__(self, connection):
        self._connection = connection

    def borrow(self, _connection_info):
        return self._connection

    def give_back(self, connection, keep_in_pool=True):
        pass
