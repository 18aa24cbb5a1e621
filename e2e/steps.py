"""Races with the steps in a forced order: A stops between its check and its write, B runs.

A is stopped by a lock on the table that it writes to next, taken from a connection of the test's
own, or at a gate (:mod:`.gate`) where others who write to the table pass.
"""

import contextlib
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg2

from devtools import paths
from devtools.shop_client import Shop, wait_for

from .gate import GATE, closed, gate_at_reservation

VAR = paths.VAR / "e2e"
SECONDS = 8
#: Longer than anybody takes who waits for nobody.
PATIENCE = 30
ORDERS, ADJUSTMENTS = "/api/sales/orders", "/api/inventory/adjust"
RESERVATIONS = "/api/inventory/reservations"
#: What somebody waits for, by the columns of pg_locks: what the API takes for each product (its
#: ``locked_transaction.PRODUCT_LOCK``), a row that somebody has locked, a table.
PRODUCT_LOCK = "locktype = 'advisory' AND classid = x'454E01'::int"
ROW_LOCK = "locktype IN ('transactionid', 'tuple')"
TABLE_LOCK = "locktype = 'relation'"
AT_THE_GATE = f"locktype = 'advisory' AND objid = {GATE}"


class Steps:
    def __init__(self, dsn):
        self._dsn = dsn
        self.pool = ThreadPoolExecutor(4)
        self._watch = psycopg2.connect(dsn)
        self._watch.autocommit = True
        self.cr = self._watch.cursor()

    def close(self):
        self.pool.shutdown()
        self._watch.close()

    @contextlib.contextmanager
    def stopped_at_reservation(self, picking, action):
        """Inside, ``action`` has been stopped where it reserves units for this transfer, having
        locked what it locks before; yields its future."""
        with gate_at_reservation(self.cr, picking), closed(self.cr):
            future = self.pool.submit(action)
            self.until_waiting(AT_THE_GATE)
            yield future
            assert not future.done()

    @contextlib.contextmanager
    def stopped_before_writing(self, table, action=None):
        """Inside, ``action`` has been stopped where it writes to ``table``; yields its future.

        Without an action it is whatever Odoo does by itself.
        """
        with contextlib.closing(psycopg2.connect(self._dsn)) as gate:
            gate.cursor().execute(f"LOCK TABLE {table} IN SHARE MODE")
            future = self.pool.submit(action) if action else None
            self.until_waiting(TABLE_LOCK)
            yield future
            assert not (future and future.done())

    def waiting_behind(self, action, lock):
        """Start ``action`` and see it wait for this kind of lock."""
        future = self.pool.submit(action)
        self.until_waiting(lock)
        assert not future.done()
        return future

    def without_waiting(self, action):
        """What ``action`` returns while another one is stopped."""
        return self.pool.submit(action).result(PATIENCE)

    def until_waiting(self, lock):
        assert wait_for(lambda: self._waiting(lock), bool, SECONDS), f"nobody waits for {lock}"

    def until_nobody_waits(self):
        assert wait_for(lambda: self._waiting(PRODUCT_LOCK), lambda left: not left, SECONDS)

    def _waiting(self, lock):
        self.cr.execute(f"SELECT count(*) FROM pg_locks WHERE NOT granted AND {lock}")
        return self.cr.fetchone()[0]


class Requests:
    """What a storefront asks for of one SKU, each as a callable that returns the status."""

    def __init__(self, connection, sku):
        self._connection = connection
        self.sku = sku

    def order(self, reference=None, **values):
        return self._post(ORDERS, {
            "transaction_id": reference or uuid.uuid4().hex,
            "transaction_date": "2024-01-20T10:15:00Z",
            "customer_details": {"name": f"Buyer {uuid.uuid4().hex}"},
            "line_items": [{"sku": self.sku, "quantity": 1, "unit_price": 1000.0}], **values,
        })

    def hold(self, reference=None, **values):
        return self._post(RESERVATIONS, {
            "reservation_id": reference or uuid.uuid4().hex,
            "items": [{"sku": self.sku, "quantity": 1}], **values,
        })

    def put(self, reference, quantity=1):
        return self._post(f"{RESERVATIONS}/{reference}", {
            "items": [{"sku": self.sku, "quantity": quantity}],
        }, "PUT")

    def adjust(self):
        return self._post(ADJUSTMENTS, {
            "reference_id": uuid.uuid4().hex, "adjustments": [
                {"sku": self.sku, "quantity_change": -1, "location_code": "WH-TECH-01"},
            ],
        })

    def cancel(self, reference):
        return self._post(f"{ORDERS}/{reference}/cancel", {})

    def _post(self, path, body, method="POST"):
        shop = Shop(self._connection, VAR)
        return lambda: shop.erp(method, path, json=body).status_code
