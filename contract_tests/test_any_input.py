"""Whatever comes over the wire is either read or refused as a problem, never anything else."""

import json

import pytest
from contract.operations import OPERATIONS, find
from contract.problem import Problem
from contract.query import check_query
from contract.redaction import HIDDEN, SHOWN, redacted
from contract.requests import read
from contract.strict_json import parse
from hypothesis import example, given, settings
from hypothesis import strategies as st

MODELS = [operation.request for operation in OPERATIONS if operation.request]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def refused(status, work, *arguments):
    """The value, or none where a problem of this status was raised."""
    try:
        return work(*arguments)
    except Problem as problem:
        assert problem.status in status
        json.dumps(problem.as_dict())
        return None


@given(st.binary(max_size=200))
@example(b"[" * 10_000)
@example(b'"' + b"\\" * 9)
@example(b"1e999999999")
@example(b"-" * 3)
@example(b'{"\\ud800": 1}')
def test_any_bytes(raw):
    refused({400}, parse, raw)


@given(JSON_VALUES)
def test_any_json(value):
    raw = json.dumps(value).encode()
    parsed = refused({400}, parse, raw)
    for model in MODELS:
        refused({422}, read, model, parsed)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_any_value_in_any_place(model):
    names = list(model.model_json_schema()["properties"])

    @settings(max_examples=100)
    @given(st.dictionaries(st.sampled_from(names), JSON_VALUES))
    def body(value):
        refused({422}, read, model, refused({400}, parse, json.dumps(value).encode()))

    body()


@given(st.binary(max_size=100), st.sampled_from(OPERATIONS))
@example(b"&" * 5000, OPERATIONS[0])
@example(b"sku=%", OPERATIONS[0])
def test_any_query(raw, operation):
    refused({400, 422}, check_query, operation, raw.replace(b" ", b""))


@given(JSON_VALUES)
def test_what_is_not_known_to_be_harmless_is_hidden(value):
    def look(kept, name=None):
        if isinstance(kept, dict):
            for key, child in kept.items():
                look(child, key)
        elif isinstance(kept, list):
            for child in kept:
                look(child, name)
        else:
            assert kept is None or kept == HIDDEN or name in SHOWN

    look(redacted(value))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_is_found_by_its_path(operation):
    path = "/".join("X" if part.startswith("{") else part for part in operation.path.split("/"))
    assert find(operation.method, path) is operation
    assert find(operation.method, path + "/") is operation
    assert find("TRACE", path) is None
    if operation.method == "GET":
        assert find("HEAD", path) is operation
