"""A stack of its own: real PostgreSQL, Odoo with several workers, and the shop."""

import uuid

import pytest

from devtools import paths, stack
from devtools.odoo_client import Staff, Warehouse
from devtools.shop_client import Shop

VAR = paths.VAR / "e2e"


@pytest.fixture(scope="session")
def connection():
    yield stack.up(VAR)
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
