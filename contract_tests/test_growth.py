"""Whatever is fed to a parser, the work grows with its size and not with the square of it."""

import copy
import itertools
import json
import re
from functools import partial
from urllib.parse import parse_qs

import pytest
from contract import strict_json
from contract.content_hash import ContentHash
from contract.notices import adapted
from contract.operations import OPERATIONS, begins_like_ours, find
from contract.problem import Problem
from contract.queries import read_query
from contract.query import check_query
from contract.redaction import kept_of_call, kept_of_query
from contract.requests import read
from contract.signature import verify_x_signature
from contract.strict_json import parse
from contract.texts import tidy
from growth import MOST_GROWTH, growth

MAX_BODY = 1024 * 1024
#: A line of a request's head, and with it a path, a query or a header.
MAX_HEAD = 64 * 1024

BODIES = {
    "quotes in no text": lambda size: b'\\"' * (size // 2),
    "quotes in a text": lambda size: b'"' + b'\\"' * (size // 2),
    "quotes": lambda size: b'"' * size,
    "line ends": lambda size: b'"\n' * (size // 2),
    "backslashes": lambda size: b"\\" * size,
    "brackets": lambda size: b"[" * size,
    "braces": lambda size: b'{"":' * (size // 4),
    "shallow brackets": lambda size: b"[" + b"[]," * (size // 3) + b"1]",
    "commas": lambda size: b"[" + b"1," * (size // 2) + b"1]",
    "a long name": lambda size: b'{"' + b"k" * (size // 2) + b'":[' + b"1," * (size // 4) + b"1]}",
    "a long name of many": lambda size: b'{"%s":[%s1]}' % (
        b"k" * (size // 2), b"1," * min(size // 4, strict_json.MAX_VALUES - 9),
    ),
    "long names, nested": lambda size: _nested(b"k" * (size // 60)),
    "names": lambda size: _object(size // 8),
    "the same name": lambda size: b"{" + b'"a":1,' * (size // 6) + b'"a":1}',
    "spaces": lambda size: b" " * size,
    "no UTF-8": lambda size: b"\xff" * size,
    "cut UTF-8": lambda size: b'"' + b"\xc3\xa9" * (size // 2) + b'\xc3"',
    "surrogates": lambda size: b'["' + b"\\ud800" * (size // 6) + b'"]',
    "an integer": lambda size: b"1" * size,
    "a fraction": lambda size: b"0." + b"1" * size,
    "an exponent": lambda size: b"1e" + b"9" * size,
}
#: What Unicode and regular expressions take for a lot of work.
TEXTS = {
    "letters": "x", "spaces": " ", "wide spaces": "\u2003", "no width": "\u200b", "breaks": "\n",
    "breaks and spaces": " \t\u2003", "marks": "\u0301\u0316", "more marks": "\u0327\u0301\u0316",
    "syllables": "\u1112\u1161\u11ab", "ligatures": "\ufdfa", "at signs": "@", "dots": ".",
    "mail": "a@", "digits": "1", "slashes": "/~", "quotes": '"\\', "letters and breaks": "a\n",
    "capitals": "\u0130", "percent": "%",
}
QUERIES = {
    "nothing": "&", "names": "a&", "values": "=&", "known": "sku=A&", "percent": "%", "plus": "+",
    "escaped": "%20", "no UTF-8": "%ff", "marks": "%cc%81%cc%96", "zeros": "%00", "brackets": "[",
    "semicolons": ";", "equals": "=", "a long value": "x", "base64": "YWZ0", "digits": "9",
}
#: A value of each member that a request has.
KNOWN = {
    "transaction_id": "ORD-1", "transaction_date": "2024-01-20T10:15:00Z", "name": "Jane Doe",
    "tax_id": "GSTIN12345", "email": "jane@example.com", "phone": "+91 98765 43210",
    "street": "1 Road", "street2": "Flat 7", "city": "Mumbai", "state": "MH", "zip": "400001",
    "country": "IN", "sku": "DRONE-X1-PRO-KIT", "quantity": 2, "unit_price": 500,
    "discount_amount": 0, "reservation_id": "HOLD-1", "currency": "INR", "shipping_charge": 0,
    "total_amount": 1000, "reference": "pay_1", "method": "upi", "amount": 1000,
    "date": "2024-01-20", "reference_id": "ADJ-1", "quantity_change": -1,
    "location_code": "WH-TECH-01", "expires_in_seconds": 600, "reason": "No longer wanted",
    "qty": 15, "complete": True,
}


def _nested(name, depth=30):
    return b"{" + b":{".join(b'"%s"' % name for _ in range(depth)) + b":1" + b"}" * depth


def _object(members):
    return b"{" + b",".join(b'"%d":1' % number for number in range(members)) + b"}"


def filled(model):
    """A valid body that has every member that there is."""
    document = model.model_json_schema()
    return _filled(document, document, None)


def _filled(document, schema, name):
    if "anyOf" in schema:
        schema = next(choice for choice in schema["anyOf"] if choice.get("type") != "null")
    if "$ref" in schema:
        schema = document["$defs"][schema["$ref"].rsplit("/", 1)[1]]
    if "properties" in schema:
        return {
            member: _filled(document, child, member)
            for member, child in schema["properties"].items()
        }
    if schema.get("type") == "array":
        return [_filled(document, schema["items"], name)]
    return KNOWN[name]


def places(value, path=()):
    """The path of every list, object and value in a body."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for token, child in children:
        yield (*path, token)
        if isinstance(child, (dict, list)):
            yield from places(child, (*path, token))


def with_value(body, path, value):
    body = copy.deepcopy(body)
    parent = body
    for token in path[:-1]:
        parent = parent[token]
    parent[path[-1]] = value
    return json.dumps(body, ensure_ascii=False).encode()


def _with_text(example, path, size):
    return with_value(example, path, mixed(size))


def mixed(size):
    """A text with a bit of everything that may be a lot of work."""
    share = max(1, size // len("".join(TEXTS.values()).encode()))
    return "a" + "a".join(text * share for text in TEXTS.values()) + "a"


def many(example, path):
    """Makes bodies whose list in this place has its item over and over."""
    item = example
    for token in (*path, 0):
        item = item[token]
    length = len(json.dumps(item)) + 2
    return lambda size: with_value(example, path, [item] * max(1, size // length))


def judged(operation, raw):
    """All that becomes of a body before somebody asks Odoo anything."""
    body = None
    try:
        body = parse(raw)
        request = read(operation.request, body)
        ContentHash.of(request)
        adapted(request)
    except Problem as problem:
        kept_of_call(body, problem)
        json.dumps(problem.as_dict())


def asked(operation, raw):
    """All that becomes of a query."""
    try:
        check_query(operation, raw)
        if operation.query:
            given = parse_qs(raw.decode("ascii"), keep_blank_values=True)
            read_query(operation.query, {
                name: given[name] if schema.get("type") == "array" else given[name][0]
                for name, (schema, _required) in operation.parameters.items() if name in given
            })
    except Problem as problem:
        kept_of_call(None, problem)
    kept_of_query(raw)


def cases():
    for name, make in BODIES.items():
        yield pytest.param(OPERATIONS[0], make, id=f"body-{name}")
    for operation in OPERATIONS:
        if operation.request:
            example = filled(operation.request)
            for path in places(example):
                where = "/".join(map(str, path))
                make = partial(_with_text, example, path)
                yield pytest.param(operation, make, id=f"{operation.name}-{where}-text")
                if isinstance(path[-1], int):
                    make = many(example, path[:-1])
                    yield pytest.param(operation, make, id=f"{operation.name}-{where}-many")


@pytest.mark.parametrize("operation, make", list(cases()))
def test_a_body(operation, make):
    assert growth(lambda raw: judged(operation, raw), make, MAX_BODY) < MOST_GROWTH


@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_of_text_in_every_text(kind):
    operation = find("POST", "/api/sales/orders")
    example = filled(operation.request)

    def make(size):
        body = json.loads(with_value(example, ["transaction_id"], "ORD-1"))
        details = body["customer_details"]
        details["name"] = "a" + TEXTS[kind] * (size // len(TEXTS[kind].encode())) + "a"
        return json.dumps(body, ensure_ascii=False).encode()

    assert growth(lambda raw: judged(operation, raw), make, MAX_BODY) < MOST_GROWTH


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_query(operation):
    name = next(iter(operation.parameters), "q")
    for text in QUERIES.values() if operation.query else ["&a", "=&", "%"]:
        times = growth(
            partial(asked, operation),
            lambda size, text=text: f"{name}={text * (size // len(text))}".encode(), MAX_HEAD,
        )
        assert times < MOST_GROWTH, text


@pytest.mark.parametrize("text", [
    "/", "//api", "/api/sales", "/api/sales/orders/", "x", "{", "%", "\u0301\u0316", "\ufffd",
])
def test_a_path(text):
    def work(path):
        find("GET", path)
        begins_like_ours(path)
        tidy(path)

    def make(size):
        return "/api/sales/orders/" + text * (size // len(text))

    assert growth(work, make, MAX_HEAD) < MOST_GROWTH


def test_a_signature():
    def work(header):
        verify_x_signature("a secret that only tests know", b"{}", header)

    assert growth(work, lambda size: "ab, " * size, MAX_BODY) < MOST_GROWTH


@pytest.mark.parametrize("member", ["quantity", "unit_price", "discount_amount"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_costs_what_it_is_long_and_not_what_it_is_worth(member, sign):
    operation = find("POST", "/api/sales/orders")
    line = filled(operation.request)["line_items"][0]
    body = {**filled(operation.request), "line_items": [{**line, member: "?"}] * 500}

    def make(worth):
        return json.dumps(body).encode().replace(b'"?"', f"1e{sign}{worth}".encode())

    assert growth(lambda raw: judged(operation, raw), make, 999_999) == 0


def _former_extent(raw):
    """A text that does not end is looked for again from each quote in it."""
    marks = re.findall(rb'"(?:[^"\\]|\\.)*"|[\[{\]}]', raw)
    depth = list(itertools.accumulate(
        1 if mark in b"[{" else -1 if mark in b"]}" else 0 for mark in marks
    ))
    return max(depth, default=0), 1


def _former_check(value, pointer):
    """Copies the JSON Pointer for every element."""
    if isinstance(value, dict):
        for key, child in value.items():
            _former_check(child, f"{pointer}/{key}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            _former_check(child, f"{pointer}/{index}")


@pytest.mark.parametrize("name, former, kind", [
    ("_extent", _former_extent, "quotes in no text"),
    ("_check_strings", _former_check, "a long name of many"),
])
def test_what_earlier_versions_did_is_found(monkeypatch, name, former, kind):
    monkeypatch.setattr(strict_json, name, former)
    monkeypatch.setattr(strict_json, "MAX_VALUES", MAX_BODY)
    assert growth(lambda raw: judged(OPERATIONS[0], raw), BODIES[kind], MAX_BODY) >= MOST_GROWTH
