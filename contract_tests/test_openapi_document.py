"""The document is valid, complete, and its examples are what it says."""

import json

import pytest
from contract import openapi
from contract.operations import OPERATIONS, SCOPES
from contract.problem_codes import PROBLEM_CODES
from contract.readable import readable
from contract.requests import read
from contract.responses import ProblemDetails
from contract.strict_json import parse
from pydantic import TypeAdapter

DOCUMENT = openapi.document("https://erp.example.com")


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for child in value.values():
            yield from references(child)
    elif isinstance(value, list):
        for child in value:
            yield from references(child)


def test_every_reference_leads_to_a_schema_and_every_schema_is_used():
    used = set(references(DOCUMENT))
    schemas = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert used == schemas


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_the_examples_are_valid(operation):
    if operation.request_example:
        raw = (openapi.EXAMPLES / f"{operation.request_example}.json").read_bytes()
        assert read(operation.request, parse(raw))
    if operation.answer_example:
        raw = (openapi.EXAMPLES / f"{operation.answer_example}.json").read_bytes()
        assert TypeAdapter(next(iter(operation.answers.values()))).validate_json(raw)


def test_the_example_of_a_problem_is_one():
    problem = ProblemDetails.model_validate(openapi.example("problem"))
    assert PROBLEM_CODES[problem.code].status == problem.status


def test_every_answer_and_request_with_a_body_has_an_example():
    for operation in OPERATIONS:
        models = [body for body in operation.answers.values() if body and not isinstance(body, str)]
        if models and not operation.public:
            assert operation.answer_example, operation.name
        if operation.request:
            assert operation.request_example, operation.name


def test_requests_are_closed_and_answers_open():
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["SalesOrder"]["additionalProperties"] is False
    assert "additionalProperties" not in schemas["AcceptedOrder"]


def test_both_ways_to_send_a_key_and_no_key_where_none_is_needed():
    assert DOCUMENT["security"] == [{"bearer": []}, {"apiKey": []}]
    assert DOCUMENT["paths"]["/api/health"]["get"]["security"] == []
    assert DOCUMENT["paths"]["/api/sales/orders"]["post"]["security"] == [
        {"bearer": ["sell"]}, {"apiKey": ["sell"]},
    ]


def test_every_operation_that_needs_a_key_has_a_scope_and_no_other():
    for operation in OPERATIONS:
        assert (operation.scope in SCOPES) != operation.public, operation.name
        assert operation.scope in (*SCOPES, ""), operation.name


def test_a_scope_is_told_where_a_person_reads_and_where_a_program_does():
    for item in readable(DOCUMENT)["operations"]:
        assert bool(item["scope"]) != item["is_public"]
    described = DOCUMENT["components"]["securitySchemes"]["bearer"]["description"]
    assert all(meaning in described for meaning in SCOPES.values())
    refused = DOCUMENT["paths"]["/api/inventory/adjust"]["post"]["responses"]["403"]
    assert "insufficient_scope" in refused["description"]
    assert "WWW-Authenticate" in refused["headers"]


def test_the_events_are_there_with_their_headers():
    assert set(DOCUMENT["webhooks"]) == {"catalog.update", "inventory.change", "test"}
    for webhook in DOCUMENT["webhooks"].values():
        names = [parameter["name"] for parameter in webhook["post"]["parameters"]]
        assert {"X-Signature", "webhook-id", "X-Event-Sequence"} <= set(names)


def test_the_body_of_an_event_may_have_its_number_and_the_example_does():
    for name, (model, *_rest) in openapi.WEBHOOKS.items():
        content = DOCUMENT["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]
        assert model.model_validate(content["example"]).sequence == openapi.SEQUENCE
        schema = DOCUMENT["components"]["schemas"][model.__name__]
        assert {"event_id", "sequence"} <= set(schema["properties"])
        assert schema["required"] == ["event_type", "timestamp", "data"]


def test_the_page_explains_what_no_name_says():
    page = readable(DOCUMENT)
    explained = {
        field["name"] for shown in (*page["operations"], *page["webhooks"])
        for field in shown["fields"] if field["description"]
    }
    assert explained >= {
        "expires_in_seconds", "data.is_active", "data.variants[].current_stock",
        "data.variants[].media_assets", "data.new_quantity", "data.unlimited", "data.change_reason",
    }


def test_the_page_has_every_field_of_an_order():
    page = readable(DOCUMENT)
    [order] = [item for item in page["operations"] if item["name"] == "createOrder"]
    names = [field["name"] for field in order["fields"]]
    assert {"transaction_id", "line_items[].sku", "customer_details.name"} <= set(names)
    assert "https://erp.example.com/api/sales/orders" in order["curl"]
    json.dumps(page)
