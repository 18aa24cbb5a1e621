"""One order, however often it is sent and whatever dies meanwhile."""

import contextlib
import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psutil
import psycopg2
import pytest
import requests

from devtools import marks, paths
from devtools.shop_client import wait_for

VAR = paths.VAR / "e2e"
POSTS = 100
GATE = 0x6761_7465


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


@pytest.fixture
def database(connection):
    with contextlib.closing(psycopg2.connect(connection["postgres_dsn"])) as database:
        database.autocommit = True
        yield database.cursor()


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
def gate_at_commit(database):
    """The COMMIT of an order of this reference waits for the advisory lock ``GATE``; yields the
    reference."""
    reference = uuid.uuid4().hex
    database.execute(f"""
        CREATE FUNCTION e2e_gate() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock({GATE});
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER e2e_gate AFTER INSERT ON enord_api_transaction
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN (NEW.reference = '{reference}') EXECUTE FUNCTION e2e_gate()
    """)
    yield reference
    database.execute("DROP FUNCTION e2e_gate CASCADE")


def test_the_process_dies_between_commit_and_answer_and_the_retry_gets_the_first_answer(
    shop, staff, make_product, database, gate_at_commit
):
    sku = make_product(stock=20)
    body = order(sku, gate_at_commit)
    database.execute("SELECT pg_advisory_lock(%s)", [GATE])
    with ThreadPoolExecutor(1) as client:
        lost = client.submit(shop.erp, "POST", "/api/sales/orders", json=body)
        assert wait_for(lambda: _who_waits(database), bool)
        worker = _who_waits(database)
        assert worker in marks.find(VAR, "odoo")
        # it hears no more of what the database does; the database finishes the commit without it
        os.kill(worker, signal.SIGSTOP)
        try:
            assert wait_for(lambda: _is_stopped(worker), bool)
            database.execute("SELECT pg_advisory_unlock(%s)", [GATE])
            answer = wait_for(lambda: _kept_answer(database, gate_at_commit), bool)
            assert answer and not lost.done()
        finally:
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            lost.result()
    answers = [shop.erp("POST", "/api/sales/orders", json=body) for _number in range(2)]
    kept = _kept_answer(database, gate_at_commit)
    for answer in answers:
        assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (200, "true")
        assert answer.content == kept.encode()
    assert made(staff, gate_at_commit) == (1, 1)
    assert wait_for(lambda: shop.stock(sku), lambda stock: stock == 18, 10)


def _is_stopped(process):
    status = (marks.PROC / str(process) / "status").read_text()
    return "\nState:\tT" in status


def _who_waits(database):
    """The process of Odoo whose COMMIT waits at the gate, or None."""
    database.execute("""
        SELECT client_port FROM pg_stat_activity JOIN pg_locks lock USING (pid)
         WHERE NOT lock.granted AND lock.locktype = 'advisory' AND lock.objid = %s
    """, [GATE])
    ports = [port for (port,) in database.fetchall()]
    for process in marks.find(VAR, "odoo"):
        for end in psutil.Process(process).connections("tcp"):
            if end.laddr.port in ports and end.raddr:
                return process
    return None


def _kept_answer(database, reference):
    """The answer as it was committed with the order, or None."""
    database.execute("SELECT response FROM enord_api_transaction WHERE reference = %s", [reference])
    row = database.fetchone()
    return row and row[0]
