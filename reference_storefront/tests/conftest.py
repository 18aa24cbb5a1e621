"""A shop on an empty database, an ERP to talk to, and a sender of signed webhooks."""

import base64
import html
import itertools
import json
import re
import time
from pathlib import Path

import pytest

from reference_storefront import sales
from reference_storefront.app import create_app, shop_of
from reference_storefront.config import Config
from reference_storefront.signature import sign, sign_delivery

from .fake_erp import FakeErp

SECRET = "a secret for tests"
PASSWORD = "a password for tests"
EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture
def example():
    """The specification's own examples, byte for byte."""
    return lambda name: (EXAMPLES / f"{name}.json").read_bytes()


@pytest.fixture
def erp():
    fake = FakeErp()
    yield fake
    fake.close()


@pytest.fixture
def config(tmp_path, erp):
    return Config(
        erp_url=erp.url,
        erp_database="test",
        erp_api_key="a key for tests",
        webhook_secret=SECRET,
        database=str(tmp_path / "shop.db"),
        password=PASSWORD,
    )


@pytest.fixture
def app(config, monkeypatch):
    monkeypatch.setattr(sales, "BACKOFF_SECONDS", (0.05,))
    app = create_app(config)
    app.testing = True
    yield app
    shop_of(app).sales.stop()


@pytest.fixture
def shop(app):
    return shop_of(app)


@pytest.fixture
def client(app):
    """A customer's browser."""
    return app.test_client()


@pytest.fixture
def staff(app):
    """A browser of whoever runs the shop, logged in."""
    client = app.test_client()
    login = base64.b64encode(f"staff:{PASSWORD}".encode()).decode()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Basic {login}"
    return client


@pytest.fixture
def send(app):
    """`send(body, sequence=…, id=…, headers=…)`: deliver one webhook as the ERP does.

    `body` is a dict, or the bytes of one; other bytes are sent as they are. `at` is the Unix time
    at which the ERP says to have sent it.
    """
    numbers = itertools.count(1)

    def send(body, *, sequence=None, id=None, headers=None, at=None):
        number = next(numbers)
        event_id = id or f"event-{number}"
        body = numbered(body, event_id, sequence or number)
        timestamp = str(int(time.time() if at is None else at))
        defaults = {
            "X-Signature": sign(SECRET, body),
            "webhook-id": event_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": sign_delivery(SECRET, event_id, timestamp, body),
            "X-Event-Sequence": str(sequence or number),
            "X-Delivery-Attempt": "1",
            "Content-Type": "application/json",
        }
        return app.test_client().post(
            "/webhooks/erp", data=body, headers={**defaults, **(headers or {})}
        )

    return send


def numbered(body, event_id, sequence) -> bytes:
    """A webhook's body with its id and number, unless it has its own."""
    if isinstance(body, bytes):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return body
    if not isinstance(body, dict):
        return json.dumps(body).encode()
    return json.dumps({"event_id": event_id, "sequence": sequence, **body}).encode()


@pytest.fixture
def send_catalogue(send, example, erp):
    """The specification's group, with variants given as {sku: stock} and other fields changed.

    The ERP has it so, too."""

    def send_catalogue(variants, sequence=None, price=45000.0, **changed):
        message = json.loads(example("catalog_update"))
        model = message["data"]["variants"][0]
        message["data"]["variants"] = [
            {**model, "sku": sku, "current_stock": stock, "selling_price": price}
            for sku, stock in variants.items()
        ]
        message["data"].update(changed)
        erp.products[message["data"]["group_id"]] = message["data"]
        response = send(message, sequence=sequence)
        assert response.status_code == 200, response.text
        return response.json["outcome"]

    return send_catalogue


@pytest.fixture
def send_stock(send):
    def send_stock(sku, units, location="WH-TECH-01", sequence=None):
        data = {
            "sku": sku,
            "location_code": location,
            "new_quantity": units,
            "change_reason": "ADJUSTMENT",
        }
        message = {
            "event_type": "inventory.change",
            "timestamp": "2024-01-20T10:05:00Z",
            "data": data,
        }
        response = send(message, sequence=sequence)
        assert response.status_code == 200, response.text
        return response.json["outcome"]

    return send_stock


@pytest.fixture
def field():
    """The value of a hidden field in a page."""

    def field(response, name):
        found = re.search(rf'name="{name}" value="([^"]*)"', response.text)
        assert found, f"no field {name} in\n{response.text}"
        return html.unescape(found[1])

    return field


@pytest.fixture
def go_to_payment(field):
    """From the cart to the last step; returns its page, and the fields of its form."""

    def go_to_payment(client, name="Jane Doe", tax_id=""):
        csrf = field(client.get("/checkout"), "csrf_token")
        page = client.post(
            "/checkout/payment", data={"name": name, "tax_id": tax_id, "csrf_token": csrf}
        )
        names = ("csrf_token", "checkout_token", "shown_total", "name", "tax_id")
        return page, {name: field(page, name) for name in names}

    return go_to_payment


@pytest.fixture
def eventually():
    """Wait until something holds; fail after five seconds."""

    def eventually(holds):
        deadline = time.monotonic() + 5
        while not holds():
            assert time.monotonic() < deadline, "it never came to hold"
            time.sleep(0.02)

    return eventually
