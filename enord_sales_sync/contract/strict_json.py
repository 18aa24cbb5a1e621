"""JSON as RFC 8259 has it, less what no well-meant request contains.

Python's parser accepts ``NaN``, duplicate keys and integers of any length; each of them becomes an
error deep inside PostgreSQL or the ORM. Here they are refused at the door. Half a character, which
programs leave where they cut a text within an emoji, and what is none (U+0000, U+FFFE, U+FFFF)
become U+001A SUBSTITUTE: a control character as others, which a name may have and a reference may
not.
"""

import json
import re
from decimal import Decimal, InvalidOperation

from .problem import FieldError, Problem

MAX_DEPTH = 32
MAX_INTEGER_DIGITS = 18
#: The longest request, of 500 lines with each member that there is, has a third of it.
MAX_VALUES = 10_000
#: Characters of a member's name that an error repeats.
MAX_KEY = 80

#: What PostgreSQL takes no text with, or XML: no electronic invoice would be made.
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
SUBSTITUTE = "\x1a"
#: Of a body without its escapes. A text that does not end is one, too, or it would be read to the
#: end again from each quote in it.
_TEXT_OR_MARK = re.compile(rb'"[^"]*"?|[\[{\]},]')


def parse(raw):
    """Parse a request body.

    :param bytes raw: UTF-8 encoded JSON text; a byte order mark before it is ignored (RFC 8259,
        section 8.1)
    :return: ``dict``, ``list``, ``str``, ``int``, ``Decimal``, ``bool`` or ``None``; numbers with
        a fraction or an exponent become ``Decimal`` so that money stays exact
    :raise Problem: 400, naming what is wrong and where
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed(f"The body is not UTF-8 text (byte {error.start}).") from error
    if not text.strip():
        raise _malformed("The body is empty.")
    depth, values = _extent(raw)
    if depth > MAX_DEPTH:
        raise _malformed(f"The body is nested deeper than {MAX_DEPTH} levels.")
    if values > MAX_VALUES:
        raise _malformed(f"The body has more than {MAX_VALUES:,} values.")
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_float=_decimal,
            parse_int=_integer,
            object_pairs_hook=_unique_object,
        )
    except json.JSONDecodeError as error:
        raise _malformed(f"The body is not JSON: {error}.") from error
    return _readable(value, None)


def _malformed(detail):
    return Problem(400, "malformed_json", detail)


def _extent(raw):
    """How deep a body is nested, and how many values it has at most; before any of it is made."""
    depth = deepest = 0
    values = 1
    # escapes are in texts alone, or what follows them is not read at all
    for mark in _TEXT_OR_MARK.finditer(raw.replace(rb"\\", b"").replace(rb'\"', b"")):
        token = mark[0]
        if token in b"[{":
            depth += 1
            values += 1
            deepest = max(deepest, depth)
        elif token in b"]}":
            depth -= 1
        elif token == b",":
            values += 1
    return deepest, values


def _refuse_constant(name):
    raise _malformed(f"{name} is not a JSON number.")


def _decimal(digits):
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise _malformed(f"The number {digits[:40]} is out of range.") from error


def _integer(digits):
    if len(digits.lstrip("-")) > MAX_INTEGER_DIGITS:
        raise _malformed(f"An integer has more than {MAX_INTEGER_DIGITS} digits.")
    return int(digits)


def _unique_object(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        seen = set()
        for key, _value in pairs:
            if key in seen:
                raise _malformed(f"The member {key[:MAX_KEY]!r} occurs twice in one object.")
            seen.add(key)
    return result


def _readable(value, path):
    """The same value, of whose texts each can be kept.

    :param path: where the value is, as ``(path of what holds it, key or index)``, or None
    """
    if isinstance(value, dict):
        for key, child in value.items():
            if _NO_CHARACTER.search(key):
                raise Problem(
                    400, "malformed_json",
                    "A member's name has half a character or what is no character.",
                    [FieldError(
                        _pointer(path), "invalid_character",
                        "U+0000, U+FFFE, U+FFFF and a lone surrogate are not allowed in a name",
                    )],
                )
            value[key] = _readable(child, (path, key))
    elif isinstance(value, list):
        value[:] = [_readable(child, (path, index)) for index, child in enumerate(value)]
    elif isinstance(value, str):
        return _NO_CHARACTER.sub(SUBSTITUTE, value)
    return value


def _pointer(path):
    # made for an error alone: a key may be long, and have many children
    tokens = []
    while path:
        path, token = path
        tokens.insert(0, f"/{escape_pointer(str(token))}")
    return "".join(tokens)


def escape_pointer(token):
    """One reference token of a JSON Pointer (RFC 6901), cut where it is a long text."""
    return token[:MAX_KEY].replace("~", "~0").replace("/", "~1")
