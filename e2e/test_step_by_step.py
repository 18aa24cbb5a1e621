"""Races with the steps in a forced order: A stops between its check and its write, B runs.

A is stopped by a lock on the table that it writes to next, taken from a connection of the test's
own. B must then wait for A, and find what A has left.
"""

import contextlib
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from devtools import paths
from devtools.odoo_client import Staff, Warehouse
from devtools.shop_client import Shop, wait_for

VAR = paths.VAR / "e2e"
SECONDS = 8
ORDERS, ADJUSTMENTS = "/api/sales/orders", "/api/inventory/adjust"
RESERVATIONS = "/api/inventory/reservations"
#: What somebody waits for, by the columns of pg_locks: what the API takes for each product (its
#: ``locked_transaction.PRODUCT_LOCK``), a row that somebody has locked, a table.
PRODUCT_LOCK = "locktype = 'advisory' AND classid = x'454E01'::int"
ROW_LOCK = "locktype IN ('transactionid', 'tuple')"
TABLE_LOCK = "locktype = 'relation'"


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

    def until_waiting(self, lock):
        assert wait_for(lambda: self._waiting(lock), bool, SECONDS), f"nobody waits for {lock}"

    def until_nobody_waits(self):
        assert wait_for(lambda: self._waiting(PRODUCT_LOCK), lambda left: not left, SECONDS)

    def _waiting(self, lock):
        self.cr.execute(f"SELECT count(*) FROM pg_locks WHERE NOT granted AND {lock}")
        return self.cr.fetchone()[0]


@pytest.fixture
def steps(connection):
    steps = Steps(connection["postgres_dsn"])
    yield steps
    steps.close()


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

    def adjust(self):
        return self._post(ADJUSTMENTS, {
            "reference_id": uuid.uuid4().hex, "adjustments": [
                {"sku": self.sku, "quantity_change": -1, "location_code": "WH-TECH-01"},
            ],
        })

    def cancel(self, reference):
        return self._post(f"{ORDERS}/{reference}/cancel", {})

    def _post(self, path, body):
        shop = Shop(self._connection, VAR)
        return lambda: shop.erp("POST", path, json=body).status_code


@pytest.fixture
def requests_for(connection, make_product):
    return lambda stock=1: Requests(connection, make_product(stock=stock))


@pytest.fixture
def stock(steps):
    """``(on hand, reserved)`` of a SKU."""
    def read(sku):
        steps.cr.execute("""
            SELECT SUM(quantity)::int, SUM(reserved_quantity)::int
              FROM stock_quant quant JOIN product_product product ON product.id = product_id
              JOIN stock_location location ON location.id = quant.location_id
             WHERE location.usage = 'internal' AND default_code = %s
        """, [sku])
        return steps.cr.fetchone()

    return read


@pytest.mark.parametrize(("first", "table", "second", "left"), [
    ("order", "sale_order", "order", (1, 1)),
    ("order", "sale_order", "hold", (1, 1)),
    ("order", "sale_order", "adjust", (1, 1)),
    ("hold", "enord_reservation", "hold", (1, 1)),
    ("hold", "enord_reservation", "order", (1, 1)),
    ("adjust", "stock_picking", "order", (0, 0)),
    ("adjust", "stock_picking", "adjust", (0, 0)),
])
def test_of_two_who_want_the_last_unit_the_second_waits_and_is_refused(
    first, table, second, left, steps, requests_for, stock
):
    wanted = requests_for()
    with steps.stopped_before_writing(table, getattr(wanted, first)()) as winner:
        loser = steps.waiting_behind(getattr(wanted, second)(), PRODUCT_LOCK)
    assert (winner.result(), loser.result()) == (201, 409)
    assert stock(wanted.sku) == left


def test_who_comes_too_late_is_refused_at_once_and_accepted_when_a_unit_is_free_again(
    steps, requests_for, stock
):
    wanted = requests_for()
    sold = uuid.uuid4().hex
    assert wanted.order(sold)() == 201
    with steps.stopped_before_writing("sale_order", wanted.cancel(sold)) as cancellation:
        assert (wanted.order()(), wanted.hold()()) == (409, 409)
    assert cancellation.result() == 200
    assert wanted.order()() == 201
    assert stock(wanted.sku) == (1, 1)


def test_a_cancellation_waits_for_the_order_that_comes_too_early(steps, requests_for, stock):
    wanted = requests_for(stock=2)
    sold = uuid.uuid4().hex
    assert wanted.order(sold)() == 201
    with steps.stopped_before_writing("sale_order", wanted.order()) as order:
        cancellation = steps.waiting_behind(wanted.cancel(sold), PRODUCT_LOCK)
    assert (order.result(), cancellation.result()) == (201, 200)
    assert stock(wanted.sku) == (2, 1)


def test_two_cancellations_at_once_credit_the_invoice_once(steps, requests_for, staff):
    wanted = requests_for()
    sold = uuid.uuid4().hex
    assert wanted.order(sold)() == 201
    with steps.stopped_before_writing("sale_order", wanted.cancel(sold)) as first:
        second = steps.waiting_behind(wanted.cancel(sold), PRODUCT_LOCK)
    assert (first.result(), second.result()) == (200, 200)
    assert staff.call("account.move", "search_count", [
        ("move_type", "=", "out_refund"), ("line_ids.product_id.default_code", "=", wanted.sku),
    ]) == 1


def test_a_hold_that_expires_while_it_is_bought_is_bought(steps, requests_for, stock, staff):
    wanted = requests_for()
    hold = uuid.uuid4().hex
    assert wanted.hold(hold, expires_in_seconds=2)() == 201
    with steps.stopped_before_writing("sale_order", wanted.order(reservation_id=hold)) as order:
        # the job that releases what has expired
        steps.until_waiting(PRODUCT_LOCK)
    assert order.result() == 201
    steps.until_nobody_waits()
    assert _state(staff, hold) == "converted"
    assert stock(wanted.sku) == (1, 1)


def test_a_hold_that_is_bought_while_it_is_released_is_still_honoured(
    steps, requests_for, stock, staff
):
    wanted = requests_for()
    hold = uuid.uuid4().hex
    assert wanted.hold(hold, expires_in_seconds=1)() == 201
    with steps.stopped_before_writing("enord_reservation"):
        order = steps.waiting_behind(wanted.order(reservation_id=hold), PRODUCT_LOCK)
    assert order.result() == 201
    assert _state(staff, hold) == "converted"
    assert stock(wanted.sku) == (1, 1)


def _state(staff, reference):
    return staff.one("enord.reservation", [("reference", "=", reference)], ("state",))["state"]


def test_staff_who_reserve_the_last_unit_wait_for_the_order_that_takes_it(
    steps, requests_for, stock, connection
):
    wanted = requests_for()
    warehouse = Warehouse(Staff(connection), "WH-TECH-01")
    picking = warehouse.plan_delivery({wanted.sku: 1})
    with steps.stopped_before_writing("sale_order", wanted.order()) as order:
        delivery = steps.waiting_behind(lambda: warehouse.carry_out(picking), ROW_LOCK)
    assert (order.result(), delivery.result()) == (201, "confirmed")
    assert stock(wanted.sku) == (1, 1)


def test_an_order_waits_for_staff_who_reserve_the_last_unit(
    steps, requests_for, stock, connection
):
    wanted = requests_for()
    warehouse = Warehouse(Staff(connection), "WH-TECH-01")
    picking = warehouse.plan_delivery({wanted.sku: 1})
    with steps.stopped_before_writing(
        "stock_move_line", lambda: warehouse.carry_out(picking)
    ) as delivery:
        order = steps.waiting_behind(wanted.order(), ROW_LOCK)
    assert (delivery.result(), order.result()) == ("done", 409)
    assert stock(wanted.sku) == (0, 0)


def test_deliveries_do_not_wait_for_an_order_and_give_free_what_they_had_reserved(
    steps, requests_for, stock, connection
):
    wanted = requests_for(stock=5)
    warehouse = Warehouse(Staff(connection), "WH-TECH-01")
    pickings = [warehouse.plan_delivery({wanted.sku: 1}) for _number in range(2)]
    for picking in pickings:
        warehouse.reserve(picking)
    with steps.stopped_before_writing("sale_order", wanted.order()) as order:
        assert [warehouse.validate(picking) for picking in pickings] == ["done", "done"]
    assert order.result() == 201
    assert stock(wanted.sku) == (3, 1)
