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
from devtools.shop_client import Shop, wait_for

from .gate import VAR, closed, gate_at_commit, gate_at_invoice, who_waits_at_the_gate

POSTS = 100


def order(sku, reference):
    return {
        "transaction_id": reference, "transaction_date": "2024-01-20T10:15:00Z",
        "customer_details": {"name": f"Buyer of {sku}"},
        "line_items": [{"sku": sku, "quantity": 2, "unit_price": 1000.0}],
    }


def paid(body):
    """The order with a payment of its own."""
    payment = {"reference": f"pay-{body['transaction_id']}", "method": "upi", "amount": 2000.0}
    return {**body, "payment": payment}


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


def test_a_payment_that_comes_with_several_orders_at_once_pays_one(shop, staff, make_product):
    # of different products, so that nothing but the payment makes them wait for one another
    bodies = [order(make_product(stock=2), uuid.uuid4().hex) for _each in range(6)]
    payment = {"reference": uuid.uuid4().hex, "method": "upi", "amount": 2000.0}
    with ThreadPoolExecutor(len(bodies)) as posts:
        answers = list(posts.map(
            lambda body: persistent(shop, {**body, "payment": payment}), bodies
        ))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    refused = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert set(refused) == {"payment_reference_used"}
    assert len(staff.search_read(
        "account.payment", [("payment_reference", "=", payment["reference"])], ["amount"],
    )) == 1


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
def reference():
    return uuid.uuid4().hex


@pytest.fixture
def client():
    with ThreadPoolExecutor(2) as client:
        yield client


def test_the_process_dies_between_the_two_steps_and_the_retry_gets_the_order_and_its_invoice(
    shop, staff, make_product, database, reference, client
):
    sku = make_product(stock=20)
    body = order(sku, reference)
    with gate_at_commit(database, reference):
        with closed(database):
            lost = client.submit(shop.erp, "POST", "/api/sales/orders", json=body)
            worker = waiting_worker(database)
            # it hears no more of what the database does, which finishes the commit without it
            os.kill(worker, signal.SIGSTOP)
            assert wait_for(lambda: _is_stopped(worker), bool)
        try:
            assert wait_for(lambda: made(staff, reference)[0], bool)
            assert not lost.done()
        finally:
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            lost.result()
    first, second = (shop.erp("POST", "/api/sales/orders", json=body) for _number in range(2))
    _is_the_order(first, staff, reference)
    assert second.content == first.content
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 18, 10)


@pytest.fixture
def killed_in_the_second_step(shop, staff, make_product, database, reference, client):
    """The body of an order that stands; whoever made its invoice has been killed."""
    body = paid(order(make_product(stock=20), reference))
    with gate_at_invoice(database, reference), closed(database):
        lost = client.submit(shop.erp, "POST", "/api/sales/orders", json=body)
        os.kill(waiting_worker(database), signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            lost.result()
        assert made(staff, reference) == (1, 0)
    return body


def test_the_process_dies_in_the_second_step_and_the_job_makes_the_invoice(
    shop, staff, killed_in_the_second_step, reference
):
    assert wait_for(
        lambda: _invoice_states(staff, reference), lambda states: states == ["posted"], 60, 0.5,
    )
    assert len(_payments(staff, reference)) == 1
    answer = shop.erp("POST", "/api/sales/orders", json=killed_in_the_second_step)
    _is_the_order(answer, staff, reference)
    assert len(_payments(staff, reference)) == 1


def test_the_process_dies_in_the_second_step_and_the_retry_makes_the_invoice(
    shop, staff, killed_in_the_second_step, reference
):
    answer = shop.erp("POST", "/api/sales/orders", json=killed_in_the_second_step)
    _is_the_order(answer, staff, reference)
    assert len(_payments(staff, reference)) == 1


def test_while_the_invoice_is_made_another_buyer_gets_the_same_product(
    shop, connection, staff, make_product, database, reference, client
):
    sku = make_product(stock=20)
    other = paid(order(sku, uuid.uuid4().hex))
    other["customer_details"]["name"] = f"Another buyer of {sku}"
    with gate_at_invoice(database, reference), closed(database):
        slow = client.submit(
            shop.erp, "POST", "/api/sales/orders", json=paid(order(sku, reference)),
        )
        waiting_worker(database)
        quick = Shop(connection, VAR).erp("POST", "/api/sales/orders", json=other)
        assert not slow.done()
    for answer in (quick, slow.result()):
        assert (answer.status_code, answer.json()["invoice"]["state"]) == (201, "posted")
    assert made(staff, reference) == made(staff, other["transaction_id"]) == (1, 1)


def waiting_worker(database):
    """The process of Odoo that waits at the gate, as soon as one does."""
    assert wait_for(lambda: who_waits_at_the_gate(database), bool)
    worker = who_waits_at_the_gate(database)
    assert worker in marks.find(VAR, "odoo")
    return worker


def _is_stopped(process):
    status = (marks.PROC / str(process) / "status").read_text()
    return "\nState:\tT" in status


def _is_the_order(answer, staff, reference):
    """A repeat's answer: the one order that there is, with its one invoice."""
    assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (200, "true")
    told = answer.json()
    assert made(staff, reference) == (1, 1)
    found = staff.one("sale.order", [("enord_transaction_reference", "=", reference)], ("name",))
    assert told["order"] == {"name": found["name"], "state": "sale"}
    assert told["invoice"]["state"] == "posted"


def _invoice_states(staff, reference):
    return [invoice["state"] for invoice in staff.search_read(
        "account.move", [("ref", "=", reference), ("move_type", "=", "out_invoice")], ["state"],
    )]


def _payments(staff, reference):
    return staff.search_read(
        "account.payment", [("payment_reference", "=", f"pay-{reference}")], ["state"],
    )
