"""What a program that reads the document is told of a body is what the server holds it to."""

import json
import shlex
from urllib.parse import parse_qs, urlsplit

import pytest
from contract import openapi
from contract.operations import OPERATIONS
from contract.problem import Problem
from contract.readable import readable
from contract.requests import read
from contract.responses import FieldProblem
from contract.strict_json import parse
from jsonschema_rs import Draft202012Validator

DOCUMENT = openapi.document("https://erp.example.com")
#: Of JSON Schema 2020-12 what the contract uses, and OpenAPI's ``example``.
KEYWORDS = {
    "$ref", "additionalProperties", "allOf", "anyOf", "const", "description", "enum",
    "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maximum", "maxItems", "maxLength",
    "minimum", "minItems", "minLength", "not", "pattern", "properties", "required", "title", "type",
}
REQUESTS = {operation.request.__name__: operation for operation in OPERATIONS if operation.request}


def schemas(schema, place):
    """A schema with all that are inside it, each with where it is."""
    yield place, schema
    for name, child in schema.get("properties", {}).items():
        yield from schemas(child, f"{place}/{name}")
    for name in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(name), dict):
            yield from schemas(schema[name], f"{place}/{name}")
    for name in ("allOf", "anyOf"):
        for index, child in enumerate(schema.get(name, ())):
            yield from schemas(child, f"{place}/{name}/{index}")


ALL_SCHEMAS = [
    found for name, schema in DOCUMENT["components"]["schemas"].items()
    for found in schemas(schema, name)
]


def is_valid(name, body):
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    return Draft202012Validator(schema).is_valid(body)


def is_read(name, body):
    try:
        read(REQUESTS[name].request, parse(json.dumps(body).encode()))
    except Problem:
        return False
    return True


def test_a_schema_has_nothing_that_json_schema_does_not_know():
    unknown = {place: set(schema) - KEYWORDS for place, schema in ALL_SCHEMAS}
    assert not {place: names for place, names in unknown.items() if names}


def test_what_may_be_left_out_has_no_default():
    # openapi-typescript and others take it for a member that is always there
    assert not [place for place, schema in ALL_SCHEMAS if "default" in schema]


def test_a_number_is_one_type():
    for place, schema in ALL_SCHEMAS:
        types = {choice.get("type") for choice in schema.get("anyOf", ())}
        assert not types >= {"integer", "number"}, place


def test_status_and_code_of_a_problem_have_a_type():
    # openapi-python-client leaves out an answer whose members are consts without one
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                problem = answer.get("content", {}).get(openapi.PROBLEM_JSON)
                if problem:
                    [_details, here] = problem["schema"]["allOf"]
                    assert here["type"] == "object", (method, path, status)
                    told = here["properties"]["status"]
                    assert told == {"type": "integer", "enum": [int(status)]}
                    assert here["properties"]["code"]["type"] == "string"


@pytest.mark.parametrize("name", REQUESTS)
def test_the_example_is_valid_by_its_schema(name):
    assert is_valid(name, openapi.example(REQUESTS[name].request_example))


def test_every_example_of_an_answer_and_of_an_event_is_valid_by_its_schema():
    seen = 0
    for item in (*DOCUMENT["paths"].values(), *DOCUMENT["webhooks"].values()):
        for operation in item.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (body["content"] for body in bodies if "content" in body):
                for described in content.values():
                    if "example" in described:
                        schema = described["schema"] | {"components": DOCUMENT["components"]}
                        validator = Draft202012Validator(schema, validate_formats=True)
                        validator.validate(described["example"])
                        seen += 1
    assert seen > len(OPERATIONS)


@pytest.mark.parametrize("name, member, value, good", [
    ("Reservation", "expires_in_seconds", 0, False),
    ("Reservation", "expires_in_seconds", -5, False),
    ("Reservation", "expires_in_seconds", 1, True),
    ("Reservation", "expires_in_seconds", 60.0, True),
    ("Reservation", "expires_in_seconds", 60.5, False),
    ("Reservation", "expires_in_seconds", 86_400, True),
    ("Reservation", "expires_in_seconds", 86_401, False),
    ("Reservation", "expires_in_seconds", "60", False),
    ("Reservation", "expires_in_seconds", None, True),
    ("ReservationContent", "expires_in_seconds", 86_401, False),
    ("ReservationExtension", "expires_in_seconds", 0, False),
    ("Reservation", "items", [], False),
    ("Reservation", "reservation_id", "a b", False),
    ("SalesOrder", "currency", "INR", True),
    ("SalesOrder", "currency", "inr", False),
    ("SalesOrder", "currency", "RUPEES", False),
    ("SalesOrder", "currency", None, True),
    ("SalesOrder", "line_items", [], False),
    ("SalesOrder", "line_items", [{"sku": "A", "quantity": 1, "unit_price": -1}], False),
    ("SalesOrder", "line_items", [{"sku": "A", "quantity": 0, "unit_price": 1}], False),
    ("SalesOrder", "line_items", [{"sku": "A", "quantity": 0.5, "unit_price": 1}], True),
    ("SalesOrder", "line_items", [{"sku": "", "quantity": 1, "unit_price": 1}], False),
    ("SalesOrder", "shipping_charge", 10**12, False),
    ("SalesOrder", "total_amount", -1, False),
    ("SalesOrder", "payment", {"reference": "p", "method": "upi", "amount": 1}, True),
    ("SalesOrder", "payment", {"reference": "p", "method": "upi", "amount": 0}, False),
    ("SalesOrder", "payment", {"reference": "p\nq", "method": "upi", "amount": 1}, False),
    ("SalesOrder", "payment", {"reference": "p", "method": "u\tpi", "amount": 1}, False),
    ("SalesOrder", "payment", {"reference": "", "method": "upi", "amount": 1}, False),
    ("SalesOrder", "gift", True, False),
    ("StockAdjustment", "adjustments", [], False),
    ("Reconciliation", "complete", "yes", False),
    ("Reconciliation", "items", [{"sku": "A", "qty": -1}], False),
    ("OrderCancellation", "reason", 7, False),
])
def test_a_schema_and_the_server_are_of_one_mind(name, member, value, good):
    body = openapi.example(REQUESTS[name].request_example) | {member: value}
    assert (is_valid(name, body), is_read(name, body)) == (good, good)


def test_an_answer_tells_a_moment_as_one():
    for name, member in (("ReservationState", "expires_at"), ("Delivery", "delivered_at")):
        schema = DOCUMENT["components"]["schemas"][name]["properties"][member]
        assert {"type": "string", "format": "date-time"}.items() <= (
            schema.get("anyOf", [schema])[0].items()
        )


def test_what_belongs_to_some_codes_alone_is_told_and_may_be_missing():
    schema = DOCUMENT["components"]["schemas"]["FieldProblem"]
    assert schema["required"] == ["pointer", "code", "detail"]
    assert {"sku", "available", "limit", "differing", "computed"} <= set(schema["properties"])
    shown = {field["name"] for field in readable(DOCUMENT)["problem_fields"]}
    assert {f"errors[].{name}" for name in FieldProblem.model_fields} <= shown


def test_a_printed_call_can_be_made_as_it_is_printed():
    for shown in readable(DOCUMENT)["operations"]:
        words = shlex.split(shown["curl"].replace("\\\n", " "))
        [url] = [word for word in words if word.startswith("https://")]
        assert not {"{", "}"} & set(url), url
        [operation] = [one for one in OPERATIONS if one.name == shown["name"]]
        query = parse_qs(urlsplit(url).query)
        assert set(query) == {
            name for name, (_schema, required) in operation.parameters.items() if required
        }
        if "--data" in words:
            body = json.loads(words[words.index("--data") + 1])
            assert is_valid(operation.request.__name__, body)


@pytest.mark.parametrize("member, body", [
    ("/customer_details/name", {"customer_details": {"name": " "}}),
    ("/line_items/0/sku", {"line_items": [{"sku": " ", "quantity": 1, "unit_price": 1}]}),
    ("/payment/method", {"payment": {"reference": "p", "method": "", "amount": 1}}),
])
def test_an_empty_text_is_told_in_characters(member, body):
    with pytest.raises(Problem) as caught:
        sent = openapi.example("sales-order") | body
        read(REQUESTS["SalesOrder"].request, parse(json.dumps(sent).encode()))
    [error] = caught.value.errors
    assert (error.pointer, error.code) == (member, "string_too_short")
    assert "character" in error.detail
