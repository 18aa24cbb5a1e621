"""A paid order is not refused for what decides neither stock nor money, and that is said."""

import json
from decimal import Decimal

import pytest
from contract.content_hash import ContentHash
from contract.notices import NOTICE_CODES, adapted
from contract.problem import Problem
from contract.requests import SalesOrder, read
from contract.strict_json import parse
from hypothesis import given
from hypothesis import strategies as st

CUSTOMER = {"name": "Jane Doe"}
LINE = {"sku": "A", "quantity": 1, "unit_price": 1}


def order(customer=(), **members):
    body = {
        "transaction_id": "A", "transaction_date": "2024-01-20T10:15:00Z",
        "customer_details": {**CUSTOMER, **dict(customer)}, "line_items": [LINE], **members,
    }
    return read(SalesOrder, parse(json.dumps(body).encode()))


def told(request):
    return {notice.pointer: notice.code for notice in adapted(request)}


def test_an_order_as_it_should_be_is_not_adapted(example):
    assert told(read(SalesOrder, parse(example("sales-order")))) == {}
    assert told(order({
        "email": "jane@example.com", "phone": "+91 (22) 1234-5678 ext. 9", "tax_id": "",
        "billing_address": {"street": "1 Main Road ", "country": "in"},
    }, payment={"reference": " pay_1", "method": "upi", "amount": 1.5})) == {}


@pytest.mark.parametrize("member", ["street", "street2", "city", "state", "zip", "name"])
def test_a_long_text_is_cut_and_one_with_breaks_folded(member):
    def kept(text):
        request = order({"billing_address": {"country": "IN", member: text}})
        pointer = f"/customer_details/billing_address/{member}"
        [notice] = adapted(request)
        assert (notice.pointer, notice.sent) == (pointer, text)
        return getattr(request.customer_details.billing_address, member), notice.code

    assert kept("x" * 129) == ("x" * 128, "text_shortened")
    assert kept("Flat 1\r\nMain Road\t2 ") == ("Flat 1 Main Road 2", "text_folded")
    assert kept("a\u2028b") == ("a b", "text_folded")
    assert kept("y\n" * 200)[1] == "text_shortened"


@pytest.mark.parametrize("member, limit", [("name", 256), ("tax_id", 64), ("phone", 128)])
def test_so_it_is_with_the_customers_own(member, limit):
    request = order({member: "1" * (limit + 1)})
    assert getattr(request.customer_details, member) == "1" * limit
    assert told(request) == {f"/customer_details/{member}": "text_shortened"}


@pytest.mark.parametrize("member", ["name", "tax_id"])
@pytest.mark.parametrize("sent, kept", [
    ("Bad\nBcc: x@evil.example", "Bad Bcc: x@evil.example"), ("\x1b[2JA\x7f\x85B", "[2JA B"),
    ("Jane\u202egpj.exe", "Jane gpj.exe"), ("A\u2066B\u2069", "A B"), ("\r\n12\t3", "12 3"),
])
def test_names_and_tax_ids_have_no_control_characters(member, sent, kept):
    request = order({member: sent})
    assert getattr(request.customer_details, member) == kept
    assert told(request) == {f"/customer_details/{member}": "text_folded"}


@pytest.mark.parametrize("member", ["name", "tax_id", "email", "phone"])
@pytest.mark.parametrize("sent, kept", [
    ("J 98765 \ud83d", "J 98765"), ("A\x00B 1", "A B 1"), ("\ude00Jane 123", "Jane 123"),
    # with which no electronic invoice can be written
    ("J\ufffe12345", "J 12345"), ("J12345\uffff", "J12345"),
])
def test_nor_what_is_no_character(member, sent, kept):
    request = order({member: sent})
    assert getattr(request.customer_details, member) == kept
    assert "text_folded" in [notice.code for notice in adapted(request)]


@pytest.mark.parametrize("path", [
    ("transaction_id",), ("payment", "reference"), ("payment", "method"), ("reservation_id",),
    ("currency",),
])
@pytest.mark.parametrize("sent", ["A\ud83d", "A\x00B", "A\uffff"])
def test_by_what_an_order_or_a_payment_is_known_has_none(path, sent):
    body = {"payment": {"reference": "R", "method": "upi", "amount": 1}}
    holder = body
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = sent
    with pytest.raises(Problem) as caught:
        order(**body)
    assert caught.value.status == 422
    assert [error.pointer for error in caught.value.errors] == ["/" + "/".join(path)]


def test_of_a_payments_number_nothing_is_folded_so_nothing_is_told():
    payment = {"reference": "pay\u20281", "method": "upi", "amount": 1}
    request = order(payment=payment)
    assert (request.payment.reference, told(request)) == ("pay\u20281", {})


@pytest.mark.parametrize("sent, kept", [
    ("411001", "411001"), ("9876543210.0", "9876543210"), ("0", "0"), ("-1", "-1"),
    ("4e5", "400000"),
])
def test_a_number_for_a_text_that_is_only_read_is_its_digits(sent, kept):
    """As PHP makes one of each text that looks like one (JSON_NUMERIC_CHECK)."""
    body = json.dumps({
        "transaction_id": "A", "transaction_date": "2024-01-20T10:15:00Z", "line_items": [LINE],
        "customer_details": {
            "name": "~", "phone": "~", "tax_id": "~", "billing_address": {"zip": "~", "state": "~"},
        },
    })
    request = read(SalesOrder, parse(body.replace('"~"', sent).encode()))
    text = read(SalesOrder, parse(body.replace("~", kept).encode()))
    assert ContentHash.of(request) == ContentHash.of(text)
    assert request.customer_details.billing_address.zip == kept
    pointers = [
        f"/customer_details/{name}" for name in
        ("name", "tax_id", "phone", "billing_address/state", "billing_address/zip")
    ]
    assert told(request) == dict.fromkeys(pointers, "text_expected")


@pytest.mark.parametrize("sent", [True, 0.5, [], {}, 1e300])
def test_nothing_else_is_a_text(sent):
    for customer in ({"name": sent}, {"phone": sent}, {"billing_address": {"zip": sent}}):
        with pytest.raises(Problem) as caught:
            order(customer)
        assert caught.value.errors[0].pointer.startswith("/customer_details/")


@pytest.mark.parametrize("path", ["transaction_id", "sku"])
def test_what_is_compared_is_a_text(path):
    with pytest.raises(Problem):
        order(**({"line_items": [{**LINE, "sku": 5}]} if path == "sku" else {path: 1001}))


def test_what_joins_letters_is_no_control_character():
    for name in ("\u0915\u094d\u200d\u0937", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"):
        assert order({"name": name}).customer_details.name == name


@pytest.mark.parametrize("email", ["jane", "a@b.example, c@d.example", "Jane <j@e.example>", "@",
                                   "jane@", "j e@x.example", "jane@example.com\nBcc: x@y.example"])
def test_a_malformed_email_is_kept_and_said(email):
    request = order({"email": email})
    assert request.customer_details.email == " ".join(email.split())
    codes = [notice.code for notice in adapted(request)]
    assert codes[-1] == "email_malformed"


@pytest.mark.parametrize("email", ["jane@example.com", "j.o'hara+x@münchen.example", "a@b"])
def test_an_unusual_email_is_none_of_that(email):
    assert told(order({"email": email})) == {}


@pytest.mark.parametrize("phone, is_malformed", [
    ("+91 98 7654 3210", False), ("022-1234-5678 x 12", False), ("0091.22.1234", False),
    ("९८७६५४३२१०", False), ("Tel: 98765 43210", False),
    ("n/a", True), ("none", True), ("-", True), ("12", True), ("jane@example.com1", True),
])
def test_a_telephone_that_nobody_can_dial_is_kept_and_said(phone, is_malformed):
    request = order({"phone": phone})
    assert request.customer_details.phone == phone
    assert told(request) == ({"/customer_details/phone": "phone_malformed"} if is_malformed else {})


@pytest.mark.parametrize("address", [
    None, {}, {"street": ""}, {"street": " ", "country": None, "name": ""},
    # of an object without members PHP makes a list
    [], "", " \n",
])
def test_an_address_without_parts_is_none(address):
    request = order({"shipping_address": address})
    assert request.customer_details.shipping_address is None
    assert told(request) == {}


def test_an_address_with_a_name_alone_is_none_and_the_name_is_kept():
    request = order({"shipping_address": {"name": "May", "street": ""}})
    assert request.customer_details.shipping_address is None
    [notice] = adapted(request)
    assert (notice.code, notice.pointer, notice.sent) == (
        "address_ignored", "/customer_details/shipping_address", "May",
    )


@pytest.mark.parametrize("path", [
    ("customer_details", "tax_id"), ("customer_details", "email"), ("customer_details", "phone"),
    ("customer_details", "billing_address", "street"), ("currency",), ("reservation_id",),
    ("customer_details", "billing_address", "country"), ("payment", "date"),
])
@pytest.mark.parametrize("blank", ["", "  ", "\n", None])
def test_every_optional_text_may_be_blank(path, blank):
    body = {
        "transaction_id": "A", "transaction_date": "2024-01-20T10:15:00Z", "line_items": [LINE],
        "customer_details": {**CUSTOMER, "billing_address": {"city": "Pune"}},
        "payment": {"reference": "R", "method": "upi", "amount": 1},
    }
    target = body
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = blank
    request = read(SalesOrder, parse(json.dumps(body).encode()))
    for step in path:
        request = getattr(request, step)
    assert request is None


@pytest.mark.parametrize("sent, kept", [
    (0.1 + 0.2, "0.3"),
    (1.1 + 2.2, "3.3"),
    (4.35 * 100, "435"),
    (1.005 * 1000, "1005"),
    (sum([0.1] * 500), "50"),
    (1000000.1 - 999999.8, "0.3"),
    (999999999.99 * 3, "2999999999.97"),
    (0.12345, None),
    (0.30001, None),
    (49.999999, None),
    (1e-6, None),
])
def test_binary_noise_is_rounded_and_what_is_finer_refused(sent, kept):
    if kept is None:
        with pytest.raises(Problem):
            order(shipping_charge=sent)
        return
    request = order(shipping_charge=sent)
    assert str(request.shipping_charge) == kept
    assert told(request) == {"/shipping_charge": "number_rounded"}


@given(st.lists(st.decimals("0.01", 10_000, places=2), min_size=1, max_size=50),
       st.sampled_from([0.9, 0.85, 0.5, 1]))
def test_what_binary_fractions_make_of_a_cart_is_what_was_meant(prices, factor):
    """Sums, and cents rounded as everybody does it: ``Math.round(price * 90) / 100``."""
    total = sum(float(price) for price in prices)
    assert order(total_amount=total).total_amount == sum(prices)
    reduced = round(float(prices[0]) * factor * 100) / 100
    assert order(total_amount=reduced * 3).total_amount == 3 * Decimal(str(reduced))


def test_a_quantity_that_is_rounded_to_a_whole_one_is_told():
    for sent in (0.9999999999999999, 2.3000000000000003):
        request = order(line_items=[{**LINE, "quantity": sent}])
        assert told(request) == {"/line_items/0/quantity": "number_rounded"}


def test_a_whole_number_is_an_integer_however_it_is_written():
    for written in (b"2", b"2.0", b"2e0", b"0.2E1"):
        raw = json.dumps({
            "transaction_id": "A", "transaction_date": "2024-01-20T10:15:00Z",
            "customer_details": CUSTOMER, "line_items": [{**LINE, "quantity": 7}],
        }).encode().replace(b": 7", b": " + written)
        request = read(SalesOrder, parse(raw))
        [line] = request.line_items
        assert (line.quantity, type(line.quantity)) == (2, int)
        assert told(request) == {}


@pytest.mark.parametrize("quantity", [
    b"-1.5", b"1e999999999", b"-1e999999999", b"1e-999999", b"0.0", b"1e18",
])
def test_no_other_number_is_a_quantity(quantity):
    raw = json.dumps({
        "transaction_id": "A", "transaction_date": "2024-01-20T10:15:00Z",
        "customer_details": CUSTOMER, "line_items": [{**LINE, "unit_price": 7}],
    }).encode().replace(b'"quantity": 1', b'"quantity": ' + quantity)
    with pytest.raises(Problem):
        read(SalesOrder, parse(raw))


@pytest.mark.parametrize("sku", ["A\u200b", " A", "A\u00a0B", "A\n"])
def test_of_what_nobody_sees_in_a_sku_nobody_is_told(sku):
    assert told(order(line_items=[{**LINE, "sku": sku}])) == {}


def test_every_code_is_known():
    address = {"billing_address": {"name": "J"}}
    for customer in ({"phone": "x\ny" * 100}, {"email": "a\nb"}, address):
        assert {notice.code for notice in adapted(order(customer))} <= set(NOTICE_CODES)
