"""Whatever is fed to a parser, the work grows with its size and not with the square of it."""

import itertools
import json
import re
import time
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
from laborious import BODIES, QUERIES, TEXTS, filled, many, places, with_text, with_value

MAX_BODY = 1024 * 1024
#: A line of a request's head, and with it a path, a query or a header.
MAX_HEAD = 64 * 1024


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
                make = partial(with_text, example, path)
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
    return value


@pytest.mark.parametrize("name, former, kind", [
    ("_extent", _former_extent, "quotes in no text"),
    ("_readable", _former_check, "a long name of many"),
])
def test_what_earlier_versions_did_is_found(monkeypatch, name, former, kind):
    monkeypatch.setattr(strict_json, name, former)
    monkeypatch.setattr(strict_json, "MAX_VALUES", MAX_BODY)
    assert growth(lambda raw: judged(OPERATIONS[0], raw), BODIES[kind], MAX_BODY) >= MOST_GROWTH


def test_what_took_long_once_is_not_taken_for_growth(monkeypatch):
    now, calls = [0.0], itertools.count(1)

    def work(size):
        # the first look at a size that is large is the fifth call
        now[0] += 0.5 if next(calls) == 5 else 0.0009 + 0.0001 * (size == 1) + size * 1e-7

    monkeypatch.setattr(time, "process_time", lambda: now[0])
    assert growth(work, lambda size: size, MAX_BODY) == 0
