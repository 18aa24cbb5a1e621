import json
import re

import pytest

from reference_storefront.orders import request_body

from .fake_erp import out_of_stock

PRO = "DRONE-X1-PRO-KIT"


@pytest.fixture
def checkout(send_catalogue, client, field, go_to_payment):
    """Fill a cart and return the fields of its last form."""

    def checkout(quantity=1):
        send_catalogue({PRO: 15})
        csrf = field(client.get(f"/products/{PRO}"), "csrf_token")
        client.post("/cart/add", data={"sku": PRO, "quantity": quantity, "csrf_token": csrf})
        return go_to_payment(client)[1]

    return checkout


def place(client, form):
    answer = client.post("/checkout", data=form)
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_erp_gets_exactly_the_specified_request(checkout, client, erp, example):
    place(client, {**checkout(), "tax_id": "GSTIN12345"})
    sent, specified = json.loads(erp.received[0]), json.loads(example("sales_order"))
    assert list(sent) == [*specified, "reservation_id"]
    assert sent["customer_details"] == specified["customer_details"]
    assert sent["line_items"] == specified["line_items"][:1]
    assert re.fullmatch(r"ORD-WEB-\d{4}-[0-9A-Z]{12}", sent["transaction_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", sent["transaction_date"])
    headers = {name.lower(): value for name, value in erp.headers[0].items()}
    assert headers["authorization"] == "Bearer a key for tests"
    assert headers["x-odoo-database"] == "test"
    assert headers["content-type"] == "application/json"


def test_a_missing_tax_id_is_not_sent():
    sent = json.loads(request_body("T", [], "Jane Doe", ""))
    assert sent["customer_details"] == {"name": "Jane Doe"}


def test_the_customer_sees_order_invoice_and_status(checkout, client):
    page = client.get(place(client, checkout())).text
    assert re.search(r'data-testid="order-reference">S00001<', page)
    assert re.search(r'data-testid="invoice-number">INV/2026/00001<', page)
    assert re.search(r'data-testid="order-status">Confirmed<', page)
    assert "No payment was taken" in page
    assert "Nothing in it yet" in client.get("/cart").text


def test_a_double_click_makes_one_order(checkout, client, erp):
    form = checkout()
    assert place(client, form) == place(client, form)
    assert len(erp.received) == 1


def test_a_second_click_while_the_first_is_under_way_makes_one_order(
    checkout, client, erp, monkeypatch
):
    form = checkout()
    take, second = erp.take_order, []

    def slow(body):
        if not second:
            second.append(place(client, form))
        return take(body)

    monkeypatch.setattr(erp, "take_order", slow)
    first = place(client, form)
    assert second == [first]
    assert len(erp.received) == 1


def test_a_customer_without_a_name_is_asked_for_it(checkout, client, erp):
    answer = client.post("/checkout", data={**checkout(), "name": "  "})
    assert answer.status_code == 422
    assert "who the order is for" in answer.text
    assert erp.received == []


def test_a_customer_without_a_name_does_not_come_to_the_payment(checkout, client, erp):
    csrf = checkout()["csrf_token"]
    erp.hold_calls.clear()
    answer = client.post("/checkout/payment", data={"name": " ", "csrf_token": csrf})
    assert answer.status_code == 422
    assert "who the order is for" in answer.text
    assert not erp.hold_calls


def test_who_goes_back_from_the_payment_finds_what_was_typed(checkout, client, go_to_payment):
    checkout()
    go_to_payment(client, name="Jane & Co", tax_id="GSTIN12345")
    page = client.get("/checkout").text
    assert 'value="Jane &amp; Co"' in page and 'value="GSTIN12345"' in page


def test_the_open_page_of_an_order_learns_its_state_without_a_login(checkout, client, erp):
    erp.failures = [(500, {}, {})]
    location = place(client, checkout())
    page = client.get(location).text
    assert f'data-live-order="{location}/state"' in page
    assert client.get(f"{location}/state").json == {"state": "pending"}
    assert client.get("/orders/NOBODY/state").status_code == 404


def test_a_price_that_changed_after_the_form_was_shown_is_shown_first(
    checkout, client, erp, send_catalogue, field
):
    form = checkout()
    send_catalogue({PRO: 15}, price=46000.0)
    answer = client.post("/checkout", data=form)
    assert answer.status_code == 409
    assert "₹46,000.00" in answer.text
    assert erp.received == []
    place(client, {**form, "shown_total": field(answer, "shown_total")})
    assert json.loads(erp.received[0])["line_items"][0]["unit_price"] == 46000.0


def test_out_of_stock_names_the_item_and_gives_the_cart_back(checkout, client, erp):
    erp.failures = [out_of_stock(PRO, 1)]
    page = client.get(place(client, checkout(quantity=2))).text
    assert "only 1 available" in page
    assert "Falcon X1 Quadcopter" in page.split('data-testid="refused"')[1].split("</ul>")[0]
    assert "nothing is charged" in page
    assert "₹90,000.00" in client.get("/cart").text
    assert 'data-testid="order-reference"' not in page


def test_an_order_is_on_disk_before_the_erp_hears_of_it(checkout, client, erp, shop, monkeypatch):
    take, seen = erp.take_order, []

    def look(body):
        seen.append(shop.store.row("SELECT state, body FROM sale"))
        return take(body)

    monkeypatch.setattr(erp, "take_order", look)
    place(client, checkout())
    assert (seen[0]["state"], seen[0]["body"]) == ("pending", erp.received[0])
