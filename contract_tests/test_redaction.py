"""What is kept and told of a request is bounded, and holds nothing personal."""

import json

import pytest
from contract.problem import MAX_ERRORS, FieldError, Problem
from contract.redaction import (
    HIDDEN,
    MAX_TEXT,
    NAMED,
    SHOWN,
    kept_of_call,
    kept_of_query,
    redacted,
)
from contract.requests import Request, SalesOrder, read
from contract.strict_json import MAX_VALUES

#: Characters of what is kept, with the sign that there was more.
SHORT = 16 * 1024 + 2
PERSON = "Name That Nobody Keeps"


def subclasses(model):
    for child in model.__subclasses__():
        yield child
        yield from subclasses(child)


def test_the_names_of_all_members_are_known():
    import contract.operations  # noqa: F401  all requests that there are
    names = {
        field.alias or name for model in subclasses(Request)
        for name, field in model.model_fields.items()
    }
    assert names <= SHOWN | NAMED


@pytest.mark.parametrize("body", [
    {"customer_details": {"name": PERSON}, "reason": PERSON},
    {PERSON: 1, "line_items": [{PERSON: {PERSON: PERSON}}]},
    [{"billing_address": {"state": f" {PERSON} "}}],
])
def test_who_ordered_is_in_neither_body_nor_answer(body):
    problem = Problem(422, "refused", f"“{PERSON}” is not known", [
        FieldError(f"/customer_details/{PERSON}", "unknown_field", f"{PERSON}?", {"sku": "A-1"}),
        FieldError(PERSON, "unknown_parameter", ""),
    ])
    for text in kept_of_call(body, problem):
        assert PERSON not in text
    answer = json.loads(kept_of_call(body, problem)[1])
    assert answer["errors"][0]["pointer"] == f"/customer_details/{HIDDEN}"
    assert answer["errors"][0]["sku"] == "A-1"


def test_no_name_of_a_member_is_in_a_pointer_however_it_is_written():
    for name in (f"{PERSON}/jane@example.com", f"~{PERSON}", PERSON * 9, "JD"):
        body = {"customer_details": {name: 1}}
        with pytest.raises(Problem) as caught:
            read(SalesOrder, body)
        answer = json.loads(kept_of_call(body, caught.value)[1])
        assert f"/customer_details/{HIDDEN}" in {one["pointer"] for one in answer["errors"]}
        assert name not in {one["pointer"].rpartition("/")[2] for one in answer["errors"]}
        assert PERSON not in json.dumps(answer)


def test_the_erps_own_words_are_for_staff_alone():
    problem = Problem(422, "refused", "Ask the staff.", cause=f"{PERSON} owes 5.00 to Big Corp")
    assert "Big Corp" not in json.dumps(problem.as_dict())
    kept = json.loads(kept_of_call({"name": PERSON}, problem)[1])
    assert kept["cause"] == f"{HIDDEN} owes 5.00 to Big Corp"


@pytest.mark.parametrize("body", [
    [1] * 100_000,
    {f"k{number}": number for number in range(100_000)},
    {"line_items": [{"sku": "x" * 1000} for _line in range(MAX_VALUES)]},
    {"sku": "x" * 1_000_000},
    {"y" * 1_000_000: {}},
    {"name": "z" * 1_000_000},
], ids=["values", "members", "lines", "a text", "a name", "a hidden text"])
def test_what_is_kept_of_any_body_is_short(body):
    kept = kept_of_call(body, Problem(400, "malformed_json", "d" * 1_000_000, [
        FieldError("/p" * 100_000, "c", "d" * 100_000) for _number in range(1000)
    ]))
    assert all(len(text) <= SHORT for text in kept)


def test_deep_nesting_is_not_indented_to_many_times_its_size():
    nested = [1] * 300
    for _level in range(29):
        nested = [nested]
    assert len(kept_of_call(nested, Problem(400, "x", ""))[0]) <= SHORT


def test_a_long_query_is_cut_before_it_is_read():
    assert kept_of_query(b"") is None
    assert json.loads(kept_of_query(b"limit=5&who=x")) == {"limit": ["5"], HIDDEN: HIDDEN}
    for many in (b"a=&", b"sku=x&"):
        assert len(kept_of_query(many * 10_000)) <= 2048
    assert len(kept_of_query(b"sku=" + b"x" * 60_000)) <= MAX_TEXT + 20
    assert len(redacted({"sku": "x" * 100})["sku"]) == MAX_TEXT


def test_an_answer_names_a_hundred_errors_and_says_how_many_more_there_are():
    with pytest.raises(Problem) as caught:
        read(SalesOrder, {f"k{number}": 1 for number in range(9000)})
    answer = caught.value.as_dict()
    assert len(answer["errors"]) == MAX_ERRORS
    # and the three members that an order must have
    assert f"and {9004 - MAX_ERRORS} more" in answer["detail"]
    assert len(json.dumps(answer)) < 16_000
