import json
from decimal import Decimal
from unittest.mock import patch

import pytest
from contract.problem import Problem
from contract.strict_json import MAX_VALUES, parse
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("raw, word", [
    (b"", "empty"),
    (b" \n", "empty"),
    (b"\xef\xbb\xbf", "empty"),
    (b"{", "not JSON"),
    (b"{} {}", "not JSON"),
    (b"\xff", "UTF-8"),
    (b'{"a": NaN}', "NaN"),
    (b'{"a": -Infinity}', "Infinity"),
    (b'{"a": 1, "a": 2}', "twice"),
    (b'{"\\u0000": 1}', "no character"),
    (b'{"\\ud800": 1}', "half a character"),
    (b'{"\\uffff": 1}', "no character"),
    ("{}".encode("utf-16"), "UTF-8"),
    (b'{"a": ' + b"9" * 5000 + b"}", "digits"),
    (b"[" * 100_000 + b"]" * 100_000, "deeper"),
    (b'{"a": "' + b"x" * 10 + b'\n"}', "not JSON"),
])
def test_what_no_well_meant_request_contains_is_refused(raw, word):
    with pytest.raises(Problem) as caught:
        parse(raw)
    assert caught.value.status == 400
    assert word in caught.value.detail


def test_the_place_of_a_bad_character_is_named():
    with pytest.raises(Problem) as caught:
        parse(b'{"lines": [{"a/b": {"\\u0000": 1}}]}')
    assert caught.value.errors[0].pointer == "/lines/0/a~1b"


def test_a_byte_order_mark_is_ignored():
    assert parse(b'\xef\xbb\xbf{"a": "\xef\xbb\xbf"}') == {"a": "\ufeff"}


def test_what_is_no_character_is_a_control_character():
    """As a shop sends it that cuts a text within an emoji."""
    assert parse(b'["\\ud83d\\ude00", ["A\\ud83d"], {"a": "\\ude00B\\u0000"}, "\\uffff"]') == [
        "😀", ["A\x1a"], {"a": "\x1aB\x1a"}, "\x1a",
    ]


def test_prices_stay_exact():
    assert parse(b'{"price": 0.1}') == {"price": Decimal("0.1")}


def test_brackets_within_texts_do_not_count_as_depth():
    text = "[" * 1000 + '"'
    assert parse(json.dumps([text]).encode()) == [text]


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_a_problem(raw):
    try:
        parse(raw)
    except Problem as problem:
        assert problem.status == 400


TEXTS = st.text(st.characters(
    exclude_characters="\0\ufffe\uffff", exclude_categories=["Cs"],
))


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-10**17, 10**17)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
))
def test_proper_json_comes_through_unchanged(value):
    assert parse(json.dumps(value).encode()) == value


def test_a_body_of_too_many_values_is_refused_before_they_are_made():
    parse(b"[" + b"1," * (MAX_VALUES - 3) + b"1]")
    for raw in (b"[" + b"1," * MAX_VALUES + b"1]", b"{" + b",".join(
        b'"%d":[]' % number for number in range(MAX_VALUES)
    ) + b"}"):
        with pytest.raises(Problem, match="values"), patch("json.loads") as loads:
            parse(raw)
        loads.assert_not_called()


def test_names_that_errors_repeat_are_cut():
    with pytest.raises(Problem) as caught:
        parse(json.dumps({"k" * 100_000: [{"\0": 1}]}).encode())
    assert len(caught.value.errors[0].pointer) < 100
