"""Staff who reserve wait for an online order that competes with them, and it for them.

What competes is the same product under the same source location of a storefront that sells.
"""

import uuid

import pytest

from devtools.odoo_client import Staff, Warehouse

from .steps import ROW_LOCK


@pytest.fixture
def storekeepers(connection):
    """Two people at two desks, in the warehouse that the storefront sells from."""
    return [Warehouse(Staff(connection), "WH-TECH-01") for _number in range(2)]


@pytest.fixture
def location(staff):
    """Make an internal location of a name of its own; returns its id."""
    return lambda inside: staff.call("stock.location", "create", {
        "name": uuid.uuid4().hex, "location_id": inside, "usage": "internal",
    })


@pytest.fixture
def wanted_from_a_shelf(storekeepers, location, requests_for):
    """A storekeeper and a shopper want the last unit, which lies on a shelf: the warehouse, the
    shopper's requests, and the storekeeper's transfer, not yet reserved."""
    warehouse, wanted = storekeepers[0], requests_for(stock=0)
    shelf = location(warehouse.stock)
    warehouse.count(wanted.sku, 1, shelf)
    return warehouse, wanted, warehouse.plan_delivery({wanted.sku: 1}, shelf)


def test_storekeepers_on_different_shelves_do_not_wait_for_one_another(
    steps, storekeepers, location, make_product
):
    sku = make_product()
    one, other = storekeepers
    shelves = [location(one.stock), location(one.stock)]
    pickings = []
    for shelf in shelves:
        one.count(sku, 1, shelf)
        pickings.append(one.plan_delivery({sku: 1}, shelf))
    with steps.stopped_at_reservation(pickings[0], lambda: one.reserve(pickings[0])) as first:
        assert steps.without_waiting(lambda: other.carry_out(pickings[1])) == "done"
    assert first.result() == "assigned"


def test_storekeepers_on_one_shelf_wait_and_the_last_unit_is_reserved_once(
    steps, storekeepers, location, make_product, stock
):
    sku = make_product()
    one, other = storekeepers
    shelf = location(one.stock)
    one.count(sku, 1, shelf)
    pickings = [one.plan_delivery({sku: 1}, shelf) for _number in range(2)]
    with steps.stopped_at_reservation(pickings[0], lambda: one.reserve(pickings[0])) as first:
        second = steps.waiting_behind(lambda: other.reserve(pickings[1]), ROW_LOCK)
    assert (first.result(), second.result()) == ("assigned", "confirmed")
    assert stock(sku) == (1, 1)


def test_an_order_waits_for_staff_who_reserve_on_a_shelf_below_its_source(
    steps, wanted_from_a_shelf, stock
):
    warehouse, wanted, picking = wanted_from_a_shelf
    with steps.stopped_at_reservation(picking, lambda: warehouse.reserve(picking)) as delivery:
        order = steps.waiting_behind(wanted.order(), ROW_LOCK)
    assert (delivery.result(), order.result()) == ("assigned", 409)
    assert stock(wanted.sku) == (1, 1)


def test_staff_who_reserve_on_a_shelf_wait_for_the_order_that_takes_from_above(
    steps, wanted_from_a_shelf, stock
):
    warehouse, wanted, picking = wanted_from_a_shelf
    with steps.stopped_before_writing("sale_order", wanted.order()) as order:
        delivery = steps.waiting_behind(lambda: warehouse.reserve(picking), ROW_LOCK)
    assert (order.result(), delivery.result()) == (201, "confirmed")
    assert stock(wanted.sku) == (1, 1)


def test_who_reserves_beside_the_storefronts_source_waits_for_nobody_and_nobody_for_him(
    steps, storekeepers, location, requests_for
):
    wanted = requests_for(stock=2)
    one, other = storekeepers
    beside = location(one.record["view_location_id"][0])
    one.count(wanted.sku, 3, beside)
    pickings = [one.plan_delivery({wanted.sku: 1}, beside) for _number in range(3)]
    with steps.stopped_before_writing("sale_order", wanted.order()) as order:
        assert steps.without_waiting(lambda: one.reserve(pickings[0])) == "assigned"
    assert order.result() == 201
    with steps.stopped_at_reservation(pickings[1], lambda: one.reserve(pickings[1])) as first:
        assert steps.without_waiting(lambda: other.reserve(pickings[2])) == "assigned"
        assert steps.without_waiting(wanted.order()) == 201
    assert first.result() == "assigned"


@pytest.fixture
def of_an_archived_storefront(connection, staff):
    """Two storekeepers in a warehouse that only an archived storefront sells from."""
    code = uuid.uuid4().hex[:5].upper()
    warehouse = staff.call("stock.warehouse", "create", {
        "name": f"Warehouse {code}", "code": code, "enord_location_code": f"WH-{code}",
    })
    storefront = staff.call("enord.storefront", "create", {
        "name": f"Former shop {code}", "warehouse_ids": [(6, 0, [warehouse])],
    })
    staff.call("enord.storefront", "write", [storefront], {"active": False})
    yield [Warehouse(Staff(connection), f"WH-{code}") for _number in range(2)]
    staff.call("stock.warehouse", "write", [warehouse], {"active": False})


def test_where_only_an_archived_storefront_sells_from_nobody_waits(
    steps, of_an_archived_storefront, make_product
):
    sku = make_product()
    one, other = of_an_archived_storefront
    one.count(sku, 2)
    pickings = [one.plan_delivery({sku: 1}) for _number in range(2)]
    with steps.stopped_at_reservation(pickings[0], lambda: one.reserve(pickings[0])) as first:
        assert steps.without_waiting(lambda: other.reserve(pickings[1])) == "assigned"
    assert first.result() == "assigned"
    # the warehouse is archived afterwards, which nothing in progress may be in the way of
    assert [one.validate(picking) for picking in pickings] == ["done", "done"]


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
