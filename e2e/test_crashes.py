"""kill -9 at each step of a delivery: all arrives within 5 seconds of everything being up again."""

import os
import signal
import threading

import psycopg2
import pytest
import requests

from devtools import marks
from devtools.odoo_client import OdooError, Staff, Warehouse
from devtools.shop_client import wait_for

from .outbox import VAR

BAR = 5.0


@pytest.fixture
def up(connection, outbox):
    def is_up():
        try:
            outbox.query("SELECT 1")
            return requests.get(f"{connection['odoo_url']}/api/health", timeout=5).ok
        except (psycopg2.Error, requests.RequestException):
            return False

    def wait():
        assert wait_for(is_up, bool, 60, pause=0.05)

    return wait


def kill(service):
    for pid in marks.find(VAR, service):
        marks.terminate(pid, signal.SIGKILL)


def test_odoo_dies_between_commit_and_send(connection, outbox, receiver, make_product, up):
    sku = make_product(stock=3)
    outbox.settle()
    receiver.forget()
    assert wait_for(outbox.leader, bool, 10)
    os.kill(outbox.leader(), signal.SIGSTOP)  # it sends nothing any more; the others serve
    # a new session: the kept connection may be the stopped process's
    Warehouse(Staff(connection), "WH-TECH-01").receive(sku, 4)
    assert outbox.waiting() == 1
    assert not receiver.stock()
    kill("odoo")
    up()
    assert outbox.settle(BAR) < BAR
    assert [event["quantity"] for event in receiver.stock()] == [7]


def test_odoo_dies_between_send_and_record(connection, outbox, receiver, staff, make_product, up):
    sku = make_product(stock=3)
    outbox.settle()
    receiver.forget()
    receiver.behave(hold=True)
    Warehouse(staff, "WH-TECH-01").receive(sku, 4)
    assert wait_for(receiver.held, lambda count: count == 1)
    with psycopg2.connect(connection["postgres_dsn"]) as holder:
        # the result cannot be written down while this row is locked
        holder.cursor().execute("""
            SELECT id FROM enord_webhook_event
             WHERE storefront_id = %s AND state = 'sending' FOR UPDATE
        """, [outbox.storefront])
        receiver.behave(hold=False)
        assert wait_for(receiver.stock, lambda events: len(events) == 1)
        assert wait_for(lambda: outbox.query("""
            SELECT pid FROM pg_stat_activity
             WHERE wait_event_type = 'Lock' AND query LIKE '%%enord_webhook_event%%'
        """), bool)
        kill("odoo")
    up()
    assert outbox.settle(BAR) < BAR
    first, again = receiver.stock()
    assert (again["id"], again["digest"], again["sequence"], again["quantity"]) == (
        first["id"], first["digest"], first["sequence"], 7,
    )


def test_postgresql_dies_while_nothing_happens(outbox, receiver, connection, make_product, up):
    sku = make_product(stock=3)
    outbox.settle()
    receiver.forget()
    kill("postgres")
    up()
    Warehouse(Staff(connection), "WH-TECH-01").receive(sku, 4)
    assert wait_for(receiver.told, lambda told: 7 in told.values(), BAR)


def test_postgresql_dies_under_load(outbox, receiver, connection, staff, make_product, up):
    keys = outbox.keys(staff, 200)
    sku = make_product(stock=0)
    outbox.settle()
    receiver.forget()
    receiver.behave(slow=0.05)
    warehouse = Warehouse(staff, "WH-TECH-01")
    received = []
    until_it_dies = [
        threading.Thread(target=_again_and_again, args=work) for work in (
            [lambda: outbox.change_some(keys, 20)],
            [lambda: received.append(warehouse.receive(sku, 1))],
        )
    ]
    for thread in until_it_dies:
        thread.start()
    assert wait_for(lambda: len(received), lambda count: count >= 3, 30)
    kill("postgres")
    for thread in until_it_dies:
        thread.join(60)
    up()
    assert outbox.settle(BAR) < BAR
    told = receiver.told()
    truth = outbox.truth(keys)
    assert {key: told[key] for key in truth if key in told} == {
        key: units for key, units in truth.items() if key in told
    }
    # every receipt that was answered is told; the last one may have been committed unanswered
    stock = told[f"{sku} WH-TECH-01"]
    assert stock == Staff(connection).one(
        "product.product", [("default_code", "=", sku)], ("free_qty",)
    )["free_qty"]
    assert stock >= len(received)


def _again_and_again(work):
    try:
        while True:
            work()
    except (psycopg2.Error, requests.RequestException, OdooError):
        return
