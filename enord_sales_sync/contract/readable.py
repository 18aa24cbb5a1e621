"""The API document as a page shows it: operations, their fields and their examples as rows."""

import json
from urllib.parse import urlencode

from .notices import NOTICE_CODES
from .openapi import PROBLEM_JSON, REFERENCE, example
from .operations import JSON, SCOPES
from .problem_codes import PROBLEM_CODES
from .requests import MAX_LINES
from .strict_json import MAX_DEPTH, MAX_VALUES


def readable(document):
    """What the readable page is made of.

    :param dict document: see :func:`~.openapi.document`
    :return: values of the page's template
    """
    base_url = document["servers"][0]["url"]
    operations = [
        _operation(document, base_url, method.upper(), path, operation)
        for path, methods in document["paths"].items() for method, operation in methods.items()
    ]
    return {
        "base_url": base_url,
        "version": document["info"]["version"],
        "max_lines": MAX_LINES,
        "max_depth": MAX_DEPTH,
        "max_values": MAX_VALUES,
        "operations": operations,
        "webhooks": [
            _webhook(document, name, methods["post"])
            for name, methods in document["webhooks"].items()
        ],
        "problem": _pretty(example("problem")),
        "problem_fields": _fields(document, {"$ref": "#/components/schemas/ProblemDetails"}),
        "problem_codes": [
            {"code": code, "status": known.status, "meaning": known.meaning, "todo": known.todo}
            for code, known in PROBLEM_CODES.items()
        ],
        "scopes": SCOPES,
        "notice_codes": [
            {"code": code, "meaning": known.meaning, "todo": known.todo}
            for code, known in NOTICE_CODES.items() if known.told
        ],
    }


def _operation(document, base_url, method, path, operation):
    content = operation.get("requestBody", {}).get("content", {}).get(JSON)
    is_public = operation["security"] == []
    answers = []
    for status, response in operation["responses"].items():
        body = response.get("content", {})
        answers.append({
            "status": status,
            "description": response["description"],
            "is_problem": PROBLEM_JSON in body,
            "headers": ", ".join(response.get("headers", ())),
            "fields": _fields(document, body.get(JSON, {}).get("schema")),
            "example": _pretty(body.get(JSON, {}).get("example")),
        })
    good = [answer for answer in answers if not answer["is_problem"]]
    return {
        "name": operation["operationId"],
        "method": method,
        "path": path,
        "url": base_url + path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "is_public": is_public,
        "scope": "" if is_public else operation["security"][0]["bearer"][0],
        "parameters": [
            {
                "name": parameter["name"],
                "place": {"path": "in the path", "query": "in the query"}[parameter["in"]],
                "type": _type(document, parameter["schema"]),
                "required": parameter.get("required", False),
                "description": parameter.get("description", ""),
            }
            for parameter in operation["parameters"] if parameter["in"] != "header"
        ],
        "fields": _fields(document, content and content["schema"]),
        "curl": _curl(
            base_url + _example_path(path, operation["parameters"]), method, is_public,
            content and content.get("example"),
        ),
        "good": good,
        "answer_fields": next((answer["fields"] for answer in good if answer["fields"]), []),
        "answer_example": next((answer["example"] for answer in good if answer["example"]), ""),
        "problems": [answer for answer in answers if answer["is_problem"]],
    }


def _webhook(document, name, webhook):
    content = webhook["requestBody"]["content"][JSON]
    return {
        "name": name,
        "description": webhook["description"],
        "fields": _fields(document, content["schema"]),
        "example": _pretty(content["example"]),
        "headers": [
            {"name": header["name"], "description": header["description"]}
            for header in webhook["parameters"]
        ],
    }


def _example_path(path, parameters):
    query = {}
    for parameter in parameters:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", parameter["example"])
        elif parameter["in"] == "query" and parameter["required"]:
            query[parameter["name"]] = parameter["example"]
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


def _curl(url, method, is_public, body):
    # a shell takes & for its own
    url = f'"{url}"' if "?" in url else url
    parts = [f"curl {url}" if method == "GET" else f"curl -X {method} {url}"]
    if not is_public:
        parts.append('-H "Authorization: Bearer $API_KEY"')
    if body is not None:
        parts += ['-H "Content-Type: application/json"', f"--data '{_pretty(body)}'"]
    return " \\\n     ".join(parts)


def _pretty(value):
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)


def _resolved(document, schema):
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _fields(document, schema, prefix=""):
    """Rows of every member, those of objects inside included: ``line_items[].sku``."""
    if not schema:
        return []
    schema = _not_null(_resolved(document, schema))
    schema = _resolved(document, schema)
    if schema.get("type") == "array":
        return _fields(document, schema["items"], f"{prefix}[]")
    rows = []
    for name, member in schema.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        rows.append({
            "name": path,
            "type": _type(document, member),
            "required": name in schema.get("required", ()),
            "description": member.get("description", ""),
        })
        rows += _fields(document, member, path)
    return rows


def _not_null(schema):
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    return choices[0] if len(choices) == 1 else schema


def _type(document, schema):
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(
            _type(document, choice) for choice in schema["anyOf"]
        ))
    if "$ref" in schema:
        return _type(document, _resolved(document, schema))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " or ".join(json.dumps(value) for value in schema["enum"])
    name = schema.get("format") or schema.get("type", "anything")
    if name == "array":
        return f"list of {_type(document, schema['items'])}{_limits(schema)}"
    return f"{name}{_limits(schema)}"


def _limits(schema):
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    limits = []
    if low is not None or high is not None:
        more = "more than " if "exclusiveMinimum" in schema else "from "
        less = "less than " if "exclusiveMaximum" in schema else "to "
        limits = [f"{word}{value:,}" for word, value in ((more, low), (less, high))
                  if value is not None]
    elif "maxLength" in schema:
        limits = [f"{schema.get('minLength', 0)} to {schema['maxLength']} characters"]
    elif "maxItems" in schema:
        limits = [f"{schema.get('minItems', 0)} to {schema['maxItems']}"]
    elif schema.get("pattern") == REFERENCE["pattern"]:
        limits = ["1 to 64 characters, no spaces, no slashes"]
    elif "pattern" in schema:
        limits = [f"matches {schema['pattern']}"]
    return f" ({' '.join(limits)})" if limits else ""
