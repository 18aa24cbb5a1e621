"""One order, however often it is sent and whatever dies meanwhile."""

import contextlib
import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from devtools import marks
from devtools.shop_client import wait_for

from .gate import GATE, VAR, gate_at_commit, who_waits_at_the_gate

POSTS = 100


def order(sku, reference):
    return {
        "transaction_id": reference, "transaction_date": "2024-01-20T10:15:00Z",
        "customer_details": {"name": f"Buyer of {sku}"},
        "line_items": [{"sku": sku, "quantity": 2, "unit_price": 1000.0}],
    }


def persistent(shop, body):
    """Post an order until there is an answer: Odoo's listen queue takes 8 for each worker, and
    refuses whoever comes when it is full."""
    while True:
        with contextlib.suppress(requests.ConnectionError):
            return shop.erp("POST", "/api/sales/orders", json=body)
        time.sleep(0.1)


def made(staff, reference):
    """How many orders and invoices there are of this reference."""
    orders = staff.search_read(
        "sale.order", [("enord_transaction_reference", "=", reference)], ["invoice_ids"],
    )
    return len(orders), sum(len(found["invoice_ids"]) for found in orders)


def test_one_order_posted_many_times_at_once_exists_once(shop, staff, make_product):
    sku = make_product(stock=20)
    body = order(sku, uuid.uuid4().hex)
    with ThreadPoolExecutor(POSTS) as posts:
        answers = list(posts.map(lambda _number: persistent(shop, body), range(POSTS)))
    assert sorted(answer.status_code for answer in answers) == [200] * (POSTS - 1) + [201]
    assert len({answer.content for answer in answers}) == 1
    assert all(
        (answer.headers.get("Idempotency-Replayed") == "true") == (answer.status_code == 200)
        for answer in answers
    )
    assert made(staff, body["transaction_id"]) == (1, 1)
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 18, 5)


@pytest.fixture
def gated(database):
    """The reference of an order whose COMMIT waits for the advisory lock ``GATE``."""
    reference = uuid.uuid4().hex
    with gate_at_commit(database, reference):
        yield reference


def test_the_process_dies_between_commit_and_answer_and_the_retry_gets_the_first_answer(
    shop, staff, make_product, database, gated
):
    sku = make_product(stock=20)
    body = order(sku, gated)
    database.execute("SELECT pg_advisory_lock(%s)", [GATE])
    with ThreadPoolExecutor(1) as client:
        lost = client.submit(shop.erp, "POST", "/api/sales/orders", json=body)
        assert wait_for(lambda: who_waits_at_the_gate(database), bool)
        worker = who_waits_at_the_gate(database)
        assert worker in marks.find(VAR, "odoo")
        # it hears no more of what the database does; the database finishes the commit without it
        os.kill(worker, signal.SIGSTOP)
        try:
            assert wait_for(lambda: _is_stopped(worker), bool)
            database.execute("SELECT pg_advisory_unlock(%s)", [GATE])
            answer = wait_for(lambda: _kept_answer(database, gated), bool)
            assert answer and not lost.done()
        finally:
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            lost.result()
    answers = [shop.erp("POST", "/api/sales/orders", json=body) for _number in range(2)]
    kept = _kept_answer(database, gated)
    for answer in answers:
        assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (200, "true")
        assert answer.content == kept.encode()
    assert made(staff, gated) == (1, 1)
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 18, 10)


def _is_stopped(process):
    status = (marks.PROC / str(process) / "status").read_text()
    return "\nState:\tT" in status


def _kept_answer(database, reference):
    """The answer as it was committed with the order, or None."""
    database.execute("SELECT response FROM enord_api_transaction WHERE reference = %s", [reference])
    row = database.fetchone()
    return row and row[0]
