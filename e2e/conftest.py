"""A stack of its own: real PostgreSQL, Odoo with several workers, and the shop."""

import contextlib
import os
import subprocess
import sys
import uuid

import psycopg2
import pytest
from playwright.sync_api import expect, sync_playwright

from devtools import paths, ports, stack
from devtools.odoo_client import Staff, Warehouse
from devtools.shop_client import Shop, wait_for

from .outbox import Outbox, Receiver
from .steps import Requests, Steps

VAR = paths.VAR / "e2e"
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
# as long as a busy machine may take; what is there already costs none of it
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def connection():
    yield stack.direct(stack.up(VAR), VAR)
    stack.down(VAR)


@pytest.fixture
def staff(connection):
    return Staff(connection)


@pytest.fixture
def shop(connection):
    return Shop(connection, VAR)


@pytest.fixture
def warehouse(staff):
    return Warehouse(staff, "WH-TECH-01")


@pytest.fixture
def make_product(staff):
    """Make a product of the test's own, so that tests do not share stock; returns its SKU."""

    def make(price=1000.0, stock=0, **values):
        sku = f"E2E-{uuid.uuid4().hex[:8].upper()}"
        staff.call("product.template", "create", {
            "name": f"Product {sku}", "default_code": sku, "is_storable": True,
            "list_price": price, **values,
        })
        if stock:
            Warehouse(staff, "WH-TECH-01").count(sku, stock)
        return sku

    return make


@contextlib.contextmanager
def serving_receiver():
    """A second storefront's server, which behaves as it is told to."""
    port = ports.any_free()
    process = subprocess.Popen(
        [sys.executable, "-m", "devtools.receiver", str(port)], cwd=paths.REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(paths.REPOSITORY)},
    )
    receiver = Receiver(f"http://127.0.0.1:{port}")
    assert wait_for(receiver.answers, bool)
    yield receiver
    process.terminate()
    process.wait(10)


@pytest.fixture
def receiver():
    with serving_receiver() as receiver:
        yield receiver


@pytest.fixture
def database(connection):
    database = psycopg2.connect(connection["postgres_dsn"])
    database.autocommit = True
    yield database.cursor()
    database.close()


@pytest.fixture
def outbox(connection, staff, receiver):
    """The outbox of a storefront of the test's own, at the receiver; the shop's stays as it is."""
    storefront = staff.call("enord.storefront", "create", {
        "name": "Receiver", "stage": "live", "test_mode": True,
        "webhook_url": f"{receiver.url}/hook",
    })
    outbox = Outbox(connection, storefront)
    outbox.settle()
    receiver.forget()
    yield outbox
    # the fixture's login may be of a server that is no more
    Staff(connection).call("enord.storefront", "write", [storefront], {"active": False})


@pytest.fixture
def steps(connection):
    steps = Steps(connection["postgres_dsn"])
    yield steps
    steps.close()


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


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else []),
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()
