"""Events while both of Odoo's cron workers are busy: the dispatcher does not depend on them."""

import contextlib

import psycopg2
import requests

from devtools.odoo_client import OdooError
from devtools.shop_client import wait_for

from . import outbound

WORKERS = 2  # devtools.odoo_process
#: The advisory lock that an action holds while it runs.
BUSY = 0x6275_7379
#: A little longer than the moves are made and awaited.
MARGIN = 15
#: By default Odoo ends a cron worker after 60 s of processor time.
COMPUTING_SECONDS = 57
#: It holds the interpreter for as long as another thread lets it.
COMPUTE = """
end = time.time() + {seconds}
number = 0
while time.time() < end:
    number += 1
"""


def run(bench):
    url = bench.receiver()
    bench.only(bench.storefront("Beside busy crons", url))
    sleep = f"env.cr.execute('SELECT pg_sleep({outbound.SECONDS + MARGIN})')"
    _measure(bench, url, sleep, "blocked", outbound.SECONDS)
    compute = COMPUTE.format(seconds=COMPUTING_SECONDS)
    _measure(bench, url, compute, "busy in Python", COMPUTING_SECONDS - MARGIN, median=None)


def _measure(bench, url, code, how, seconds, **bars):
    with _busy_cron_workers(bench, code):
        outbound._latency(bench, url, f"both cron workers {how} for a minute", seconds, **bars)
        busy = _running(bench)
    if busy != WORKERS:
        raise AssertionError(f"{busy} of {WORKERS} cron workers were busy to the end")
    received = requests.get(f"{url}/received", timeout=30).json()
    slowest = max(event["lag_ms"] for event in received) / 1000
    bench.figure(
        "the same, the slowest", f"max {slowest:.3f} s of {len(received):,}", "max < 5 s",
        slowest < 5,
    )


@contextlib.contextmanager
def _busy_cron_workers(bench, code):
    """As many scheduled actions as there are cron workers, each of which does this."""
    model = bench.staff.one("ir.model", [("model", "=", "res.partner")])["id"]
    crons = bench.staff.call("ir.cron", "create", [{
        "name": f"Busy {number}", "model_id": model, "state": "code", "priority": 0,
        "code": f"env.cr.execute('SELECT pg_advisory_xact_lock_shared({BUSY})')\n{code}",
        "interval_number": 1, "interval_type": "days",
    } for number in range(WORKERS)])
    try:
        _wake_cron_workers(bench)
        if wait_for(lambda: _running(bench), lambda busy: busy == WORKERS, 70, 0.1) is None:
            raise TimeoutError(f"{_running(bench)} of {WORKERS} workers took the action")
        yield
    finally:
        # an action that runs cannot be deleted
        wait_for(lambda: _running(bench), lambda busy: not busy, 90, 0.1)
        wait_for(lambda: _delete(bench, crons), bool, 10, 0.5)


def _wake_cron_workers(bench):
    """What Odoo does when an action is triggered; its workers would look in a minute as well."""
    database = psycopg2.connect(bench.connection["postgres_dsn"], dbname="postgres")
    database.autocommit = True
    with contextlib.closing(database), database.cursor() as cursor:
        cursor.execute("SELECT pg_notify('cron_trigger', %s)", [bench.connection["database"]])


def _running(bench):
    """How many of the actions run."""
    bench.database.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", [BUSY]
    )
    return bench.database.fetchone()[0]


def _delete(bench, crons):
    try:
        bench.staff.call("ir.cron", "unlink", crons)
    except OdooError:
        return False  # the worker has not let go of it yet
    return True
