"""More buyers than units, several processes, and Odoo's own staff at the same stock."""

import random

from devtools.sold_out import overlapping_carts, sell_out

UNITS, BUYERS = 9, 30


def test_what_staff_leave_is_sold_to_the_last_unit_and_no_further(connection, make_product):
    sku = make_product()
    outcome = sell_out(connection, {sku: UNITS}, [[(sku, 1)]] * BUYERS)
    assert not outcome.wrong
    assert outcome.taken[sku] and outcome.received[sku], "staff took part"
    assert 0 < outcome.accepted[sku] < BUYERS


def test_orders_of_the_same_products_in_any_sequence_neither_fail_nor_oversell(
    connection, make_product
):
    skus = [make_product() for _number in range(3)]
    carts = overlapping_carts(skus, BUYERS, random.Random(4))
    outcome = sell_out(connection, dict.fromkeys(skus, 6), carts)
    assert not outcome.wrong
    assert set(outcome.statuses) == {201, 409}
    assert set(outcome.staff) == {"sale", "counter sale", "receipt", "scrap", "count"}, (
        "no member of staff met an error"
    )
