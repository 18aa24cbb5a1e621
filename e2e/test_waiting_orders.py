"""Orders that wait for the same product: whoever has their turn records them all."""

import contextlib
import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
import requests

from devtools.shop_client import wait_for

from .gate import refused_order, slow_order, who_is_slow

ORDERS = "/api/sales/orders"
PRODUCT_LOCK = 0x454E01


def order(sku, reference, quantity=1):
    return {
        "transaction_id": reference, "transaction_date": "2024-01-20T10:15:00Z",
        "customer_details": {"name": f"Buyer {reference}"},
        "line_items": [{"sku": sku, "quantity": quantity, "unit_price": 1000.0}],
    }


@pytest.fixture
def buyers():
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def waiting(database, shop, buyers, make_product, staff):
    """Orders of one product, while somebody else has it: each waits behind the one before.

    :return: the SKU, their references, and what their requests will be answered
    """
    def start(count, stock=10):
        sku = make_product(stock=stock)
        [product] = staff.search_read("product.product", [("default_code", "=", sku)], ["id"])
        database.execute("SELECT pg_advisory_lock(%s, %s)", [PRODUCT_LOCK, product["id"]])
        references = [uuid.uuid4().hex for _number in range(count)]
        answers = []
        for number, reference in enumerate(references):
            answers.append(buyers.submit(shop.erp, "POST", ORDERS, json=order(sku, reference)))
            assert wait_for(lambda: _rows(database), lambda rows: rows == number + 1, 5)  # noqa: B023
        return product["id"], references, answers

    yield start
    database.execute("SELECT pg_advisory_unlock_all()")


def _go(database, product):
    database.execute("SELECT pg_advisory_unlock(%s, %s)", [PRODUCT_LOCK, product])


def _sku(database, product):
    database.execute("SELECT default_code FROM product_product WHERE id = %s", [product])
    return database.fetchone()


def _rows(database):
    database.execute("SELECT count(*) FROM enord_waiting_order")
    return database.fetchone()[0]


def _transactions(database, references):
    """How many transactions have made these orders, and how many orders there are."""
    database.execute("""
        SELECT count(DISTINCT sale_order.create_date), count(*), count(invoice.id)
          FROM sale_order LEFT JOIN account_move invoice
            ON invoice.invoice_origin = sale_order.name AND invoice.state = 'posted'
         WHERE enord_transaction_reference = ANY(%s)
    """, [references])
    return database.fetchone()


def test_orders_that_wait_are_recorded_together(waiting, database):
    product, references, answers = waiting(4)
    _go(database, product)
    assert [answer.result().status_code for answer in answers] == [201] * 4
    assert {answer.result().json()["transaction_id"] for answer in answers} == set(references)
    assert _transactions(database, references) == (1, 4, 4)
    assert _rows(database) == 0


def test_those_for_whom_nothing_is_left_are_told_so(waiting, database):
    product, references, answers = waiting(3, stock=2)
    _go(database, product)
    assert [answer.result().status_code for answer in answers] == [201, 201, 409]
    assert _transactions(database, references) == (1, 2, 2)
    assert _rows(database) == 0


def test_who_has_what_another_order_needs_does_not_hold_up_the_first(
    waiting, database, connection, buyers, shop, make_product, staff
):
    product, _references, [answer] = waiting(1)
    other = make_product(stock=5)
    [sku] = _sku(database, product)
    both = order(sku, uuid.uuid4().hex)
    both["line_items"] += order(other, "")["line_items"]
    with contextlib.closing(psycopg2.connect(connection["postgres_dsn"])) as mover:
        mover.cursor().execute(
            "SELECT quant.id FROM stock_quant quant JOIN product_product product"
            " ON product.id = quant.product_id WHERE default_code = %s FOR UPDATE OF quant",
            [other],
        )
        second = buyers.submit(shop.erp, "POST", ORDERS, json=both)
        assert wait_for(lambda: _rows(database), lambda rows: rows == 2, 5)
        started = time.monotonic()
        _go(database, product)
        assert answer.result().status_code == 201
        assert time.monotonic() - started < 5, "it did not wait for the other's deadline"
        assert not second.done()
        mover.rollback()
    assert second.result().status_code == 201
    assert _rows(database) == 0


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_the_one_that_fails_is_told_so_and_leaves_nothing(refused, waiting, database):
    product, references, answers = waiting(3)
    with refused_order(database, references[refused]):
        _go(database, product)
        expected = [201, 201, 201]
        expected[refused] = 500
        assert [answer.result().status_code for answer in answers] == expected
    assert _transactions(database, references)[1:] == (2, 2)
    assert _rows(database) == 0


def test_the_process_that_records_for_all_dies_and_the_others_go_on(
    waiting, database, shop
):
    product, references, answers = waiting(3)
    with slow_order(database, references[0], seconds=3):
        _go(database, product)
        assert wait_for(lambda: who_is_slow(database), bool)
        os.kill(who_is_slow(database), signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            answers[0].result()
        assert [answer.result().status_code for answer in answers[1:]] == [201, 201]
    assert _transactions(database, references[1:])[1:] == (2, 2)
    # nobody waits behind this row, so it may be recorded with the others, and the retry is told
    [sku] = _sku(database, product)
    retry = shop.erp("POST", ORDERS, json=order(sku, references[0]))
    assert retry.status_code in (200, 201)
    assert _transactions(database, references)[1:] == (3, 3)


def test_who_has_waited_too_long_while_the_order_is_recorded_gets_its_answer(waiting, database):
    product, references, answers = waiting(2)
    with slow_order(database, references[0], seconds=3):
        # requests wait for ten seconds
        time.sleep(8)
        _go(database, product)
        assert [answer.result().status_code for answer in answers] == [201, 201]
    assert _transactions(database, references) == (1, 2, 2)


def test_who_has_waited_too_long_is_sent_away_and_nobody_records_it_later(
    waiting, database
):
    product, references, answers = waiting(1)
    assert answers[0].result().status_code == 503
    assert _rows(database) == 0
    _go(database, product)
    assert _transactions(database, references) == (0, 0, 0)
