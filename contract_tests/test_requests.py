import copy
import json
from decimal import Decimal

import pytest
from contract.problem import Problem
from contract.reconciliation import MAX_ITEMS, Reconciliation
from contract.requests import SalesOrder, StockAdjustment, read
from contract.strict_json import parse
from contract.texts import MAX_SKU


@pytest.fixture
def order(example):
    return json.loads(example("sales-order"))


def errors_of(model, body):
    with pytest.raises(Problem) as caught:
        read(model, parse(json.dumps(body).encode()))
    assert caught.value.status == 422
    return {error.pointer: error.code for error in caught.value.errors}


def test_what_is_no_object_is_told_that_it_should_be_one(order):
    for value in (None, "Jane", [], 5):
        assert errors_of(SalesOrder, {**order, "customer_details": value}) == {
            "/customer_details": "object_expected",
        }


@pytest.mark.parametrize("path, value, pointer", [
    (["transaction_id"], "", "/transaction_id"),
    (["transaction_id"], "two words", "/transaction_id"),
    (["transaction_id"], "a/b", "/transaction_id"),
    (["transaction_id"], "x" * 65, "/transaction_id"),
    (["transaction_id"], 7, "/transaction_id"),
    (["transaction_date"], "2024-01-20T10:15:00", "/transaction_date"),
    (["transaction_date"], "yesterday", "/transaction_date"),
    (["transaction_date"], 1705745700, "/transaction_date"),
    (["transaction_date"], "0001-01-01T00:00:00+14:00", "/transaction_date"),
    (["transaction_date"], "9999-12-31T23:59:59-14:00", "/transaction_date"),
    (["customer_details"], None, "/customer_details"),
    (["customer_details", "name"], "   ", "/customer_details/name"),
    (["customer_details", "nickname"], "J", "/customer_details/nickname"),
    (["line_items"], [], "/line_items"),
    (["line_items"], {}, "/line_items"),
    (["line_items", 0, "quantity"], 0, "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], -1, "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], 0.0000001, "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], "1", "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], True, "/line_items/0/quantity"),
    (["line_items", 0, "quantity"], 10**9, "/line_items/0/quantity"),
    (["line_items", 1, "unit_price"], "500", "/line_items/1/unit_price"),
    (["line_items", 1, "unit_price"], -0.01, "/line_items/1/unit_price"),
    (["line_items", 1, "unit_price"], 1e300, "/line_items/1/unit_price"),
    (["line_items", 1, "unit_price"], True, "/line_items/1/unit_price"),
    (["line_items", 1, "sku"], "", "/line_items/1/sku"),
    (["coupon"], "X", "/coupon"),
    (["transaction_id"], ".", "/transaction_id"),
    (["transaction_id"], "..", "/transaction_id"),
    (["reservation_id"], "..", "/reservation_id"),
    (["customer_details", "name"], "\n", "/customer_details/name"),
    (["customer_details", "email"], True, "/customer_details/email"),
    (["customer_details", "shipping_address"], "1 Main Road", "/customer_details/shipping_address"),
    (["customer_details", "shipping_address"], {"nick": "J"},
     "/customer_details/shipping_address/nick"),
    (["currency"], "inr", "/currency"),
    (["currency"], "Rs.", "/currency"),
    (["line_items", 1, "unit_price"], 499.99999, "/line_items/1/unit_price"),
    (["line_items", 1, "unit_price"], 0.00001, "/line_items/1/unit_price"),
    (["line_items", 1, "sku"], "x" * 129, "/line_items/1/sku"),
    (["total_amount"], 46000.000001, "/total_amount"),
    (["payment"], {"reference": "R" * 129, "method": "upi", "amount": 1}, "/payment/reference"),
    (["payment"], {"reference": "R\nS", "method": "upi", "amount": 1}, "/payment/reference"),
    (["payment"], {"reference": "R", "method": "", "amount": 1}, "/payment/method"),
    (["payment"], {"reference": "R", "method": "upi", "amount": 1e-12}, "/payment/amount"),
    (["total_amount"], -1, "/total_amount"),
    (["total_amount"], "46000", "/total_amount"),
    (["discount_amount"], 46000.01, "/discount_amount"),
    (["shipping_charge"], -1, "/shipping_charge"),
    (["line_items", 1, "discount_amount"], 1000.01, "/line_items/1/discount_amount"),
    (["line_items", 1, "discount_amount"], -1, "/line_items/1/discount_amount"),
    (["payment"], {}, "/payment/reference"),
    (["payment"], {"reference": "R", "method": "upi", "amount": 0}, "/payment/amount"),
    (["payment"], {"reference": "R", "method": "upi", "amount": 1, "date": "20.1.2024"},
     "/payment/date"),
    (["payment"], {"reference": "R", "method": "upi", "amount": 1, "date": "2024-02-30"},
     "/payment/date"),
])
def test_a_bad_field_is_named(order, path, value, pointer):
    body = copy.deepcopy(order)
    target = body
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert next(iter(errors_of(SalesOrder, body))) == pointer


def test_every_bad_field_is_named_at_once(order):
    del order["transaction_id"]
    order["line_items"][0]["quantity"] = 0
    assert errors_of(SalesOrder, order) == {
        "/transaction_id": "missing", "/line_items/0/quantity": "greater_than",
    }


@pytest.mark.parametrize("body", [None, [], "text", 5, True])
def test_a_body_that_is_no_object_is_refused(body):
    assert errors_of(SalesOrder, body) == {"": "object_expected"}


def test_several_lines_of_one_sku_count_together(order):
    order["line_items"].append(dict(order["line_items"][0], quantity=3))
    assert read(SalesOrder, parse(json.dumps(order).encode())).quantities() == {
        "DRONE-X1-PRO-KIT": 4, "PROP-GUARD-X1": 2,
    }


def test_everything_a_real_shop_knows_may_be_sent(order):
    address = {"name": "J. Doe", "street": "1 Main Road", "street2": "Flat 2", "city": "Pune",
               "state": "MH", "zip": "411001", "country": "IN"}
    order["customer_details"].update(
        email="jane@example.com", phone="+91 98 7654 3210",
        billing_address=address, shipping_address=address,
    )
    order["line_items"][1]["discount_amount"] = 1000
    order.update(
        currency="INR", discount_amount=100.5, shipping_charge=50, total_amount=44949.5,
        payment={"reference": "pay_1", "method": "upi", "amount": 44949.5, "date": "2024-01-20"},
    )
    read(SalesOrder, parse(json.dumps(order).encode()))


@pytest.mark.parametrize("sent, quantity", [
    ("1", 1), ("1.0", 1), ("1e0", 1), ("0.5", Decimal("0.5")), ("2.50", Decimal("2.5")),
    ("0.30000000000000004", Decimal("0.3")), ("2.9999999999999996", 3), ("1000000", 1000000),
])
def test_a_quantity_is_what_it_means(order, sent, quantity):
    order["line_items"][0]["quantity"] = "QUANTITY"
    body = json.dumps(order).replace('"QUANTITY"', sent)
    found = read(SalesOrder, parse(body.encode())).line_items[0].quantity
    assert (found, type(found)) == (quantity, type(quantity))


@pytest.mark.parametrize("change", [0, 0.0000001, 10**7, "1", None])
def test_an_adjustment_changes_by_a_number_other_than_zero(example, change):
    body = json.loads(example("inventory-adjust"))
    body["adjustments"][1]["quantity_change"] = change
    assert list(errors_of(StockAdjustment, body)) == ["/adjustments/1/quantity_change"]


def test_a_letter_keeps_30_marks(order):
    order["customer_details"]["name"] = "e" + "\u0323" * 40 + "n"
    name = read(SalesOrder, parse(json.dumps(order).encode())).customer_details.name
    assert name == "\u1eb9" + "\u0323" * 29 + "n"


def test_the_longest_reconciliation_is_a_body_that_is_read():
    items = [
        {"sku": f"{number:0{MAX_SKU}}", "qty": 123456.125} for number in range(MAX_ITEMS)
    ]
    body = json.dumps({"items": items, "location_code": "WH-TECH-01", "complete": True}).encode()
    assert len(body) < 1024 * 1024
    assert len(read(Reconciliation, parse(body)).items) == MAX_ITEMS
    items.append({"sku": "ONE-MORE", "qty": 1})
    with pytest.raises(Problem) as refused:
        read(Reconciliation, parse(json.dumps({"items": items}).encode()))
    assert refused.value.errors[0].pointer == "/items"
