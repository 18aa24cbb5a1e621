"""Events while both of Odoo's cron workers are busy: the dispatcher does not depend on them."""

import contextlib

import psycopg2
import requests

from devtools.odoo_client import OdooError
from devtools.shop_client import wait_for

from . import outbound

#: A little longer than the moves are made and awaited.
BUSY_SECONDS = outbound.SECONDS + 15
WORKERS = 2  # devtools.odoo_process


def run(bench):
    url = bench.receiver()
    bench.only(bench.storefront("Beside busy crons", url))
    with _busy_cron_workers(bench):
        outbound._latency(bench, url, "both cron workers blocked for a minute")
        busy = _sleeping(bench)
    if busy != WORKERS:
        raise AssertionError(f"{busy} of {WORKERS} cron workers were busy to the end")
    received = requests.get(f"{url}/received", timeout=30).json()
    slowest = max(event["lag_ms"] for event in received) / 1000
    bench.figure(
        "the same, the slowest", f"max {slowest:.3f} s of {len(received):,}", "max < 5 s",
        slowest < 5,
    )


@contextlib.contextmanager
def _busy_cron_workers(bench):
    """As many scheduled actions as there are cron workers, each asleep in PostgreSQL."""
    model = bench.staff.one("ir.model", [("model", "=", "res.partner")])["id"]
    crons = bench.staff.call("ir.cron", "create", [{
        "name": f"Busy {number}", "model_id": model, "state": "code", "priority": 0,
        "code": f"env.cr.execute('SELECT pg_sleep({BUSY_SECONDS})')",
        "interval_number": 1, "interval_type": "days",
    } for number in range(WORKERS)])
    try:
        _wake_cron_workers(bench)
        if wait_for(lambda: _sleeping(bench), lambda busy: busy == WORKERS, 70, 0.1) is None:
            raise TimeoutError(f"{_sleeping(bench)} of {WORKERS} cron workers took the action")
        yield
    finally:
        # an action that runs cannot be deleted
        wait_for(lambda: _sleeping(bench), lambda busy: not busy, BUSY_SECONDS, 0.1)
        wait_for(lambda: _delete(bench, crons), bool, 10, 0.5)


def _wake_cron_workers(bench):
    """What Odoo does when an action is triggered; its workers would look in a minute as well."""
    database = psycopg2.connect(bench.connection["postgres_dsn"], dbname="postgres")
    database.autocommit = True
    with contextlib.closing(database), database.cursor() as cursor:
        cursor.execute("SELECT pg_notify('cron_trigger', %s)", [bench.connection["database"]])


def _sleeping(bench):
    bench.database.execute("""
        SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'active' AND wait_event = 'PgSleep'
    """)
    return bench.database.fetchone()[0]


def _delete(bench, crons):
    try:
        bench.staff.call("ir.cron", "unlink", crons)
    except OdooError:
        return False  # the worker has not let go of it yet
    return True
