"""Bodies, texts and queries that parsers take for a lot of work, of any size."""

import copy
import json

from contract import strict_json

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


def with_text(example, path, size):
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
