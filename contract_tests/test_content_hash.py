"""The identity of a request is what it asks for, not how that is written."""

import copy
import json
import unicodedata
from datetime import datetime, timedelta, timezone

import pytest
from contract.content_hash import ContentHash
from contract.requests import SalesOrder, StockAdjustment, read
from contract.reservations import Reservation
from contract.strict_json import parse
from hypothesis import given
from hypothesis import strategies as st

ADDRESS = {"street": "Café Rd 1", "state": "MH", "zip": "411001",
           "country": "IN"}
RESERVATION = {"reservation_id": "CART-1", "items": [{"sku": "A", "quantity": 1}]}


@pytest.fixture
def order(example):
    order = json.loads(example("sales-order"))
    order["customer_details"].update(email="jane@example.com", shipping_address=ADDRESS)
    order.update(
        shipping_charge=50, total_amount=46050,
        payment={"reference": "pay_1", "method": "upi", "amount": 46050, "date": "2024-01-20"},
    )
    return order


def hash_of(model, body):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ContentHash.of(read(model, parse(raw)))


def changed(body, path, value):
    body = copy.deepcopy(body)
    target = body
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return body


@pytest.mark.parametrize("path, value", [
    (["transaction_date"], "2024-01-20T10:15:00+00:00"),
    (["transaction_date"], "2024-01-20T10:15:00.000Z"),
    (["transaction_date"], "2024-01-20t10:15:00z"),
    (["transaction_date"], "2024-01-20T15:45:00+05:30"),
    (["transaction_date"], "2024-01-20T05:15:00.0-05:00"),
    (["currency"], None),
    (["currency"], ""),
    (["discount_amount"], None),
    (["reservation_id"], None),
    (["customer_details", "phone"], None),
    (["customer_details", "phone"], " "),
    (["customer_details", "billing_address"], None),
    (["customer_details", "billing_address"], {"street": "", "city": None}),
    (["customer_details", "email"], " jane@example.com\n"),
    (["customer_details", "name"], "Jane Doe \u00a0"),
    (["customer_details", "shipping_address", "zip"], 411001),
    (["transaction_date"], "2024-01-20T10:15:00.987654321Z"),
    (["customer_details", "shipping_address", "street"], unicodedata.normalize("NFD", "Café Rd 1")),
    (["customer_details", "shipping_address", "street2"], ""),
    (["customer_details", "shipping_address", "country"], "in"),
    (["line_items", 0, "sku"], " DRONE-X1-PRO-KIT "),
    (["line_items", 0, "unit_price"], 45000.00000000001),
    (["line_items", 0, "quantity"], 1.0),
    (["customer_details", "shipping_address", "country"], "In"),
    (["payment", "reference"], "pay_1\t"),
])
def test_another_spelling_of_an_order_is_the_same_order(order, path, value):
    assert hash_of(SalesOrder, changed(order, path, value)) == hash_of(SalesOrder, order)


@pytest.mark.parametrize("spelling", ["45000.00", "4.5e4", "4.5E+4", "450e2", "45000.0000000"])
def test_a_number_is_the_same_however_it_is_written(order, spelling):
    raw = json.dumps(order).replace("45000.0", spelling).encode()
    assert parse(raw) == order
    assert hash_of(SalesOrder, raw) == hash_of(SalesOrder, order)


def test_the_order_of_members_and_the_spaces_between_them_make_no_difference(order):
    backwards = json.dumps(dict(reversed(order.items())), indent=3).encode()
    assert hash_of(SalesOrder, backwards) == hash_of(SalesOrder, order)


@given(st.decimals(0, 10**6, places=4), st.integers(-4, 4))
def test_any_amount_in_any_spelling(amount, exponent):
    line = {"sku": "A", "quantity": 1}
    order = {
        "transaction_id": "A", "transaction_date": "2024-01-20T10:15:00Z",
        "customer_details": {"name": "J"}, "line_items": [line],
    }
    def written(number):
        raw = json.dumps({**order, "line_items": [{**line, "unit_price": 123456789}]})
        return hash_of(SalesOrder, raw.replace("123456789", number).encode())

    expected = written(format(amount, "f"))
    assert written(f"{amount.scaleb(-exponent):f}e{exponent}") == expected
    # as a language with binary fractions only sends it on
    assert written(repr(float(amount))) == expected
    assert written(format(amount + 1, "f")) != expected


@given(
    st.datetimes(datetime(2000, 1, 3), datetime(2099, 12, 29)),
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
)
def test_any_moment_in_any_offset(moment, minutes):
    order = {
        "transaction_id": "A", "customer_details": {"name": "J"},
        "line_items": [{"sku": "A", "quantity": 1, "unit_price": 1}],
    }
    zone = timezone(timedelta(minutes=minutes))
    first, second = (
        hash_of(SalesOrder, {**order, "transaction_date": text}) for text in (
            f"{moment.isoformat()}Z",
            moment.replace(tzinfo=timezone.utc).astimezone(zone).isoformat(),
        )
    )
    assert first == second


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40))
def test_any_text_in_any_normal_form(text):
    def of(street):
        return hash_of(SalesOrder, {
            "transaction_id": "A", "transaction_date": "2024-01-20T10:15:00Z",
            "customer_details": {"name": "J", "billing_address": {"street": street}},
            "line_items": [{"sku": "A", "quantity": 1, "unit_price": 1}],
        })

    composed = unicodedata.normalize("NFC", text)
    assert of(unicodedata.normalize("NFD", text)) == of(composed) == of(f" {composed}\n")


@pytest.mark.parametrize("path, value, pointers", [
    (["line_items", 0, "unit_price"], 44999.99, ["/line_items/0/unit_price"]),
    (["line_items", 1, "quantity"], 3, ["/line_items/1/quantity"]),
    (["transaction_date"], "2024-01-20T10:15:01Z", ["/transaction_date"]),
    (["transaction_date"], "2024-01-20T10:15:00+05:30", ["/transaction_date"]),
    (["customer_details", "name"], "jane doe", ["/customer_details/name"]),
    (["customer_details", "tax_id"], None, ["/customer_details/tax_id"]),
    (["customer_details", "phone"], "1", ["/customer_details/phone"]),
    (["payment"], None, ["/payment/reference", "/payment/method", "/payment/amount",
                         "/payment/date"]),
])
def test_what_differs_is_named(order, path, value, pointers):
    first, second = hash_of(SalesOrder, order), hash_of(SalesOrder, changed(order, path, value))
    assert first != second
    assert not second.is_of(first)
    assert second.differing(first.members) == pointers


def test_a_sku_is_the_same_in_every_normal_form_and_looked_for_as_it_was_told(order):
    composed, apart = (
        changed(order, ["line_items", 0, "sku"], unicodedata.normalize(form, "CAFÉ"))
        for form in ("NFC", "NFD")
    )
    assert hash_of(SalesOrder, composed) == hash_of(SalesOrder, apart)
    [first, *_] = read(SalesOrder, parse(json.dumps(apart).encode())).line_items
    # as every SKU is told
    assert first.sku == unicodedata.normalize("NFC", "CAFÉ")


def test_a_line_more_is_named(order):
    more = copy.deepcopy(order)
    more["line_items"].append({"sku": "X", "quantity": 1, "unit_price": 1})
    first = hash_of(SalesOrder, order)
    assert hash_of(SalesOrder, more).differing(first.members) == [
        "/line_items/2/sku", "/line_items/2/quantity", "/line_items/2/unit_price",
    ]


def test_what_the_members_were_cannot_be_read_from_what_is_kept(order):
    kept = json.dumps(hash_of(SalesOrder, order).members)
    assert "jane" not in kept.lower()


def test_of_what_an_older_version_kept_nothing_is_named(order):
    assert hash_of(SalesOrder, order).differing(None) == []


@pytest.mark.parametrize("model, one, other", [
    (Reservation, RESERVATION, {**RESERVATION, "expires_in_seconds": None}),
    (Reservation, RESERVATION, {**RESERVATION, "items": [{"sku": " A", "quantity": 1.0}]}),
    (Reservation, {**RESERVATION, "expires_in_seconds": 60},
     {**RESERVATION, "expires_in_seconds": 6e1}),
    (StockAdjustment,
     {"reference_id": "É", "adjustments": [
         {"sku": "A", "quantity_change": -1, "location_code": "L"}]},
     {"reference_id": "É", "adjustments": [
         {"location_code": "L ", "sku": "A\n", "quantity_change": -1}]}),
])
def test_holds_and_adjustments_are_known_in_the_same_way(model, one, other):
    assert hash_of(model, one) == hash_of(model, other)


def test_what_earlier_versions_have_accepted_is_known(example):
    order = hash_of(SalesOrder, example("sales-order"))
    # as version 19.0.1.0.0 stored it, and as it was stored until identity was content
    for stored in (
        "73ca8e1dd77a78879ffdd8d07df372dd28669c090dcfdad1b475be2b5e52164b",
        "ae2383316878e30f7a5a1d411183047c79adb3b2898d14f04475d18076b7a740",
    ):
        assert order.is_of(stored)
    assert not order.is_of("0" * 64)
    assert not hash_of(SalesOrder, changed(
        json.loads(example("sales-order")), ["line_items", 0, "quantity"], 2,
    )).is_of("73ca8e1dd77a78879ffdd8d07df372dd28669c090dcfdad1b475be2b5e52164b")
