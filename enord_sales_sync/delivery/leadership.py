"""Who delivers: one process of all that serve a database, by a session advisory lock.

When the leader dies its connection closes, the lock is free, and a waiting process takes it.
"""

import time
from contextlib import contextmanager

import psycopg2
from odoo.sql_db import connection_info_for

#: Key of the session advisory lock that makes a dispatcher the leader of its database.
LEADER_LOCK = 0x454E_4F52_4453_594E
TRY_SECONDS = 0.5


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
        leads = _try(connection)
        # Asked again and again: a statement that waits for a lock keeps its snapshot, and as long
        # as it waits VACUUM can remove nothing from the whole database.
        while wait and not leads:
            time.sleep(TRY_SECONDS)
            leads = _try(connection)
        yield connection if leads else None
    finally:
        connection.close()


def _try(connection):
    with connection.cursor() as cr:
        cr.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK])
        [leads] = cr.fetchone()
    return leads
