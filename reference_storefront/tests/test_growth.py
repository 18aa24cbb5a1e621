"""Whatever is sent to the shop, the work grows with its size and not with the square of it."""

import json
import re
import time

import pytest

from reference_storefront import csrf
from reference_storefront.signature import sign, sign_delivery

from .conftest import SECRET
from .growth import MOST_GROWTH, growth

MAX_BODY = 1024 * 1024
MAX_FORM = 256 * 1024
#: A line of a request's head, and with it a path, a query or a header.
MAX_LINE = 64 * 1024
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
CONVERTER = re.compile(r"<(?:\w+:)?\w+>")

HEADERS = {
    "Accept": JSON, "Accept-Encoding": "gzip", "Content-Type": JSON, "Cookie": "shop_session",
    "If-Modified-Since": "", "If-None-Match": "", "Range": "bytes=", "X-Signature": "",
    "webhook-id": "", "webhook-timestamp": "", "webhook-signature": "v1,", "X-Event-Sequence": "",
    "X-Delivery-Attempt": "", "X-Event-Recorded-At": "", "X-Forwarded-For": "",
}
VALUES = {
    "spaces": lambda size: " " * size + "b", "a list": lambda size: "a, " * (size // 3),
    "quotes": lambda size: '"' * size, "parameters": lambda size: ";a=b" * (size // 4),
    "digits": lambda size: "1" * size, "dots": lambda size: "." * size,
    "backslashes": lambda size: '"' + "\\" * size, "ranges": lambda size: "0-0," * (size // 4),
}
QUERIES = ("a=1&", "&", "%", "%cc%81%cc%96", "+", "q=a&", "page=1&", "limit=1&", "9")
PATHS = ("x", "/", "%20", "%cc%81", "..%2f", "../")
TEXTS = ("x", " ", "\u0301\u0316", "\n", '"', "\\", "9", "%", "\u2003", "[", "&")
BODIES = {
    "brackets": lambda size: b"[" * size,
    "quotes": lambda size: b'"' * size,
    "escapes": lambda size: b'"' + b'\\"' * (size // 2),
    "numbers": lambda size: b"[" + b"1," * (size // 2) + b"1]",
    "digits": lambda size: b"1" * size,
    "a fraction": lambda size: b"0." + b"1" * size,
    "names": lambda size: b"{" + b",".join(b'"%d":1' % n for n in range(size // 8)) + b"}",
    "no UTF-8": lambda size: b"\xff" * size,
}


def message(size, text, example):
    """A product with texts of this kind in many places, and many variants."""
    event = json.loads(example("catalog_update"))
    variant = event["data"]["variants"][0]
    event["data"]["description"] = "a" + text * (size // 4) + "a"
    event["data"]["variants"] = [
        {**variant, "sku": f"{number}", "variant_title": text}
        for number in range(1 + size // 4 // len(json.dumps(variant)))
    ]
    event["data"]["category_path"] = [text] * (size // 8)
    return json.dumps({**event, "event_id": "one", "sequence": 1}, ensure_ascii=False).encode()


def order(size, text):
    items = [{"sku": text, "quantity": 1}] * (1 + size // 64)
    customer = {"name": "a" + text * (size // 4) + "a", "tax_id": text}
    return json.dumps({"customer": customer, "items": items}, ensure_ascii=False).encode()


def form(size, text):
    return f"{csrf.FIELD}=token&name=a{text * size}a&sku={text * size}&quantity=1".encode()


def fields(size, text):
    return f"{csrf.FIELD}=token&{f'{text}=1&' * (size // (3 + len(text)))}".encode()


def parts(size, _text):
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    return part * (size // len(part)) + b"--x--\r\n"


def file(size, text):
    return (
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
        + text.encode() * size + b"\r\n--x--\r\n"
    )


def half_boundary(size, _text):
    return (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
        + b"\r\n-" * (size // 3) + b"\r\n--x--\r\n"
    )


FORMS = [
    (FORM, form), (FORM, fields), *(
        (f"multipart/form-data; boundary={boundary}", make)
        for boundary, make in (("x", parts), ("x", file), ("x", half_boundary))
    ),
]
#: What a request has as its body.
ROUTES = {
    "/static/<path:filename>": None, "/webhooks/erp": "event", "/api/products": None,
    "/api/products/<path:sku>": None, "/api/stock": None, "/api/events": None,
    "/api/orders": "order", "/api/orders/<transaction_id>": None,
    "/api/orders/<transaction_id>/resend": "nothing", "/": None, "/products/<path:sku>": None,
    "/cart": None, "/cart/add": "form", "/cart/change": "form", "/checkout": "form",
    "/checkout/payment": "form", "/checkout/hold": "form", "/orders/<transaction_id>": None,
    "/orders/<transaction_id>/state": None,
}


def test_every_route_has_a_row(app):
    assert {rule.rule for rule in app.url_map.iter_rules()} == set(ROUTES)


@pytest.fixture
def grows(staff):
    """`grows(make, largest, method=…)`: how much more a request costs that is 8 times as large;
    `make` makes the arguments of Flask's test client."""
    with staff.session_transaction() as session:
        session[csrf.FIELD] = "token"
    return lambda make, largest: growth(lambda arguments: staff.open(**arguments), make, largest)


@pytest.mark.parametrize("rule", ROUTES)
def test_paths_queries_and_headers(grows, rule):
    method = "POST" if ROUTES[rule] else "GET"
    path = CONVERTER.sub("1", rule)
    for text in QUERIES:
        assert grows(lambda size, text=text: {
            "method": method, "path": path, "query_string": text * (size // len(text)),
        }, MAX_LINE) < MOST_GROWTH, text
    for text in PATHS if path != rule else ():
        assert grows(lambda size, text=text: {
            "method": method, "path": CONVERTER.sub(text * (size // len(text)), rule),
        }, MAX_LINE) < MOST_GROWTH, text
    for name, start in HEADERS.items():
        for kind, make in VALUES.items():
            assert grows(lambda size, name=name, make=make, start=start: {
                "method": method, "path": path, "headers": {name: start + make(size)},
            }, MAX_LINE) < MOST_GROWTH, (name, kind)


@pytest.mark.parametrize("rule", [rule for rule, body in ROUTES.items() if body == "form"])
@pytest.mark.parametrize("content_type, make", FORMS, ids=lambda of: getattr(of, "__name__", ""))
def test_forms(grows, rule, content_type, make):
    # one parser for all: what becomes of each kind of text is looked at on one route
    for text in TEXTS if rule == "/cart/add" else ["\u0301\u0316"]:
        assert grows(lambda size, text=text: {
            "method": "POST", "path": rule, "data": make(size, text),
            "headers": {"Content-Type": content_type},
        }, MAX_FORM) < MOST_GROWTH, text


def _signed(body):
    now = str(int(time.time()))
    return {
        "method": "POST", "path": "/webhooks/erp", "data": body, "headers": {
            "X-Signature": sign(SECRET, body), "webhook-id": "one", "webhook-timestamp": now,
            "webhook-signature": sign_delivery(SECRET, "one", now, body), "Content-Type": JSON,
        },
    }


@pytest.mark.parametrize("text", TEXTS)
def test_events_and_orders_of_many_texts(grows, example, text):
    assert grows(lambda size: _signed(message(size, text, example)), MAX_BODY) < MOST_GROWTH
    assert grows(lambda size: {
        "method": "POST", "path": "/api/orders", "data": order(size, text),
        "headers": {"Content-Type": JSON},
    }, MAX_BODY) < MOST_GROWTH


@pytest.mark.parametrize("kind", BODIES)
def test_events_and_orders_that_are_none(grows, kind):
    assert grows(lambda size: _signed(BODIES[kind](size)), MAX_BODY) < MOST_GROWTH
    assert grows(lambda size: {
        "method": "POST", "path": "/api/orders", "data": BODIES[kind](size),
        "headers": {"Content-Type": JSON},
    }, MAX_BODY) < MOST_GROWTH
