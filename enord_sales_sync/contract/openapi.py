"""The OpenAPI 3.1 document, made from the contract itself, so that it cannot drift from it."""

import json
from functools import cache
from http import HTTPStatus
from pathlib import Path

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from .events import CatalogUpdate, InventoryChange, TrialEvent
from .notices import NOTICE_CODES
from .operations import JSON, OPERATIONS, SCOPES
from .problem_codes import PROBLEM_CODES
from .responses import Answer, NoticeOfOrder, ProblemDetails
from .texts import Reference
from .webhook_headers import WEBHOOK_HEADERS

VERSION = "5.1.0"
REFERENCE = TypeAdapter(Reference).json_schema()
PROBLEM_JSON = "application/problem+json"
EXAMPLES = Path(__file__).parent / "examples"
#: By the name of the parameter, as in the examples.
EXAMPLE_REFERENCES = {
    "transaction_id": "ORD-WEB-2024-999", "reservation_id": "CART-2024-7781",
}
#: What the examples of events have beside the specification's members.
EVENT_ID, SEQUENCE = "evt_0d8a3c5e7f914b26a1d3e5f708192a3b", 1705744800123456
DATABASE_HEADER = {
    "name": "X-Odoo-Database", "in": "header", "schema": {"type": "string"},
    "description": "Only where the server has several databases: which one is meant.",
}
WEBHOOKS = {
    "catalog.update": (
        CatalogUpdate, "catalog-update",
        "A product was made, changed or withdrawn. The body has the whole product: replace all "
        "that you know of this group_id, variants that are missing included.",
    ),
    "inventory.change": (
        InventoryChange, "inventory-change",
        "The sellable quantity of one SKU at one location changed. It is absolute: store it, do "
        "not add it.",
    ),
    "test": (
        TrialEvent, "test-event",
        "Staff have pressed Send Test Event, which they can do before the storefront is live. "
        "Verify the signature and answer 200; nothing else is to be done. It is not tried again.",
    ),
}


def document(base_url):
    """The document.

    :param str base_url: where this Odoo is, without a path
    :rtype: dict
    """
    made = json.loads(_document())
    made["servers"] = [{"url": base_url}]
    return made


def example(name):
    """One of ``examples/``, parsed."""
    return json.loads((EXAMPLES / f"{name}.json").read_bytes())


@cache
def _document():
    schemas = _Schemas()
    paths = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, schemas
        )
    webhooks = {name: {"post": _webhook(name, schemas)} for name in WEBHOOKS}
    schemas.of(ProblemDetails)
    return json.dumps({
        "openapi": "3.1.0",
        "info": {
            "title": "Online Sales Sync",
            "version": VERSION,
            "description": "Sales, stock and catalogue between a storefront and Odoo. Every error "
                           "is a problem document (RFC 9457). GET /api/docs is the readable form.",
        },
        "security": [{"bearer": []}, {"apiKey": []}],
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": schemas.definitions(),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": _scope_table()},
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    })


class _WithoutDefaults(GenerateJsonSchema):
    """Of a member with a default, programs that read a schema think that it is always there."""

    def default_schema(self, schema):
        return self.generate_inner(schema["schema"])


class _Schemas:
    """Collects the models that the document refers to."""

    def __init__(self):
        self._found = {}

    def of(self, model):
        schema = TypeAdapter(model).json_schema(
            ref_template="#/components/schemas/{model}", schema_generator=_WithoutDefaults,
        )
        self._found.update(schema.pop("$defs", {}))
        if "$ref" not in schema and schema.get("type") == "object":
            self._found[schema["title"]] = schema
            return {"$ref": f"#/components/schemas/{schema['title']}"}
        return schema

    def definitions(self):
        self._found[NoticeOfOrder.__name__]["description"] += f"\n\n{_notice_table()}"
        answers = {model.__name__ for model in _subclasses(Answer)}
        for name, schema in self._found.items():
            if name in answers:
                # an add-on may add members to an answer
                schema.pop("additionalProperties", None)
        return dict(sorted(self._found.items()))


def _notice_table():
    return "\n".join([
        "| code | meaning | what to do |", "|---|---|---|",
        *(f"| {code} | {known.meaning} | {known.todo} |"
          for code, known in NOTICE_CODES.items() if known.told),
    ])


def _scope_table():
    return "\n".join([
        "What a key is allowed to do:", "", "| scope | meaning |", "|---|---|",
        *(f"| {scope} | {meaning} |" for scope, meaning in SCOPES.items()),
    ])


def _subclasses(model):
    for subclass in model.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _operation(operation, schemas):
    made = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [
            *(_path_parameter(name) for name in _path_names(operation.path)),
            *(
                _query_parameter(name, schema, required)
                for name, (schema, required) in operation.parameters.items()
            ),
            DATABASE_HEADER,
        ],
        "responses": _responses(operation, schemas),
    }
    if operation.description:
        made["description"] = operation.description
    made["security"] = [] if operation.public else [
        {"bearer": [operation.scope]}, {"apiKey": [operation.scope]},
    ]
    if operation.request:
        content = {"schema": schemas.of(operation.request)}
        if operation.request_example:
            content["example"] = example(operation.request_example)
        made["requestBody"] = {
            "required": operation.request_required, "content": {JSON: content},
        }
    return made


def _path_names(path):
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _path_parameter(name):
    return {
        "name": name, "in": "path", "required": True,
        "schema": REFERENCE, "example": EXAMPLE_REFERENCES[name],
    }


def _query_parameter(name, schema, required):
    # a parameter that is left out is not null
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    schema = dict(schema)
    examples = schema.pop("examples", ())
    made = {
        "name": name, "in": "query", "required": required,
        "schema": choices[0] if len(choices) == 1 else {
            key: value for key, value in schema.items() if key not in ("title", "description")
        },
    }
    if "description" in schema:
        made["description"] = schema["description"]
    if schema.get("type") == "array":
        made.update(style="form", explode=True)
    if examples:
        made["example"] = examples[0]
    return made


def _responses(operation, schemas):
    responses = {}
    for status, body in operation.answers.items():
        response = {"description": _phrase(status)}
        if isinstance(body, str):
            response["content"] = {body: {}}
        elif body is not None:
            content = {"schema": schemas.of(body)}
            if operation.answer_example:
                content["example"] = example(operation.answer_example)
            response["content"] = {JSON: content}
        headers = {name: {"schema": {"type": "string"}} for name in operation.headers}
        if operation.is_repeatable and status == 200:
            response["description"] = "Accepted before; nothing was done a second time"
            headers["Idempotency-Replayed"] = {"schema": {"type": "string", "enum": ["true"]}}
        if headers:
            response["headers"] = headers
        responses[str(status)] = response
    for status in sorted(operation.statuses() - set(operation.answers)):
        responses[str(status)] = _problem(status, operation)
    return responses


def _problem(status, operation):
    codes = sorted(
        code for code in operation.problem_codes() if PROBLEM_CODES[code].status == status
    )
    response = {
        "description": f"{_phrase(status)}: {', '.join(codes)}",
        "content": {PROBLEM_JSON: {"schema": {"allOf": [
            {"$ref": "#/components/schemas/ProblemDetails"},
            {"type": "object", "properties": {
                # what has no type, or is a const, programs that read a schema leave out
                "status": {"type": "integer", "enum": [status]},
                "code": {"type": "string", "enum": codes},
            }},
        ]}}},
    }
    headers = {
        401: "WWW-Authenticate", 403: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After",
    }
    if status in headers:
        response["headers"] = {
            headers[status]: {"schema": {"type": "string"}, "required": status != 403},
        }
    return response


def _phrase(status):
    return HTTPStatus(status).phrase


def _webhook(name, schemas):
    model, example_name, description = WEBHOOKS[name]
    return {
        "operationId": name,
        "summary": name,
        "description": description,
        "security": [],
        "parameters": [
            {"name": header, "in": "header", "required": True, "schema": {"type": "string"},
             "description": meaning}
            for header, meaning in WEBHOOK_HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {
            JSON: {"schema": schemas.of(model), "example": {
                **example(example_name), "event_id": EVENT_ID, "sequence": SEQUENCE,
            }},
        }},
        "responses": {
            "2XX": {"description": "Stored. Anything else, and nothing within 10 seconds, is "
                                   "tried again for three days."},
            "410": {"description": "Gone: nothing more is sent until staff start it again."},
        },
    }
