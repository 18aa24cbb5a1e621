"""Races of what storefronts ask for at once: B must wait for A, and find what A has left."""

import uuid

import pytest

from .gate import closed, gate_at_commit
from .steps import AT_THE_GATE, PRODUCT_LOCK, ROW_LOCK


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


def test_a_hold_that_is_changed_while_it_is_bought_is_bought(steps, requests_for, stock, staff):
    wanted = requests_for(stock=2)
    hold = uuid.uuid4().hex
    assert wanted.put(hold)() == 201
    with steps.stopped_before_writing("sale_order", wanted.order(reservation_id=hold)) as order:
        change = steps.waiting_behind(wanted.put(hold, 2), PRODUCT_LOCK)
    assert (order.result(), change.result()) == (201, 409)
    assert _state(staff, hold) == "converted"
    assert stock(wanted.sku) == (2, 1)


def test_of_two_changes_of_a_hold_the_second_waits_and_counts(steps, requests_for, stock):
    wanted = requests_for(stock=2)
    hold = uuid.uuid4().hex
    with steps.stopped_before_writing("stock_picking", wanted.put(hold, 2)) as first:
        second = steps.waiting_behind(wanted.put(hold), PRODUCT_LOCK)
    assert (first.result(), second.result()) == (201, 200)
    assert stock(wanted.sku) == (2, 1)


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


def test_of_two_orders_of_one_reference_and_different_products_the_second_waits_and_is_refused(
    steps, requests_for, stock
):
    one, other = requests_for(), requests_for()
    reference = uuid.uuid4().hex
    with gate_at_commit(steps.cr, reference), closed(steps.cr):
        first = steps.pool.submit(one.order(reference))
        steps.until_waiting(AT_THE_GATE)
        # they have no product lock in common: the reference itself is in the way
        second = steps.waiting_behind(other.order(reference), ROW_LOCK)
    assert (first.result(), second.result()) == (201, 409)
    assert (stock(one.sku), stock(other.sku)) == ((1, 1), (1, 0))
