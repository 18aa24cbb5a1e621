"""Read JSON from outside strictly: each function returns a checked value or names the field.

Extra keys are left alone (the ERP may add some later); wrong types never are.
"""

import json
import math

from .problem import Problem, field_problem

# Far above any stock or price, far below what SQLite or a float could not hold exactly.
LARGEST_NUMBER = 10**12


def decode(body: bytes):
    """Parse UTF-8 JSON.

    :raise Problem: 400 when it is not JSON; NaN and Infinity are not (RFC 8259, section 6).
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the body is not JSON: {error}") from None


def _refuse_constant(name: str):
    raise ValueError(f"{name} is not a JSON number")


def obj(value, pointer: str) -> dict:
    if not isinstance(value, dict):
        raise field_problem(pointer, "must be an object")
    return value


def array(parent: dict, key: str, pointer: str) -> list:
    value = _required(parent, key, pointer)
    if not isinstance(value, list):
        raise field_problem(f"{pointer}/{key}", "must be an array")
    return value


def text(parent: dict, key: str, pointer: str, *, default: str | None = None) -> str:
    """A string; required and not blank unless a default is given (then null means default)."""
    value = parent.get(key)
    if value is None and default is not None:
        return default
    value = plain_text(_required(parent, key, pointer), f"{pointer}/{key}")
    if not value.strip() and default is None:
        raise field_problem(f"{pointer}/{key}", "must not be empty")
    return value


def plain_text(value, pointer: str) -> str:
    if not isinstance(value, str):
        raise field_problem(pointer, "must be a string")
    try:
        value.encode()
    except UnicodeEncodeError:  # "\ud800" alone is legal JSON but no text
        raise field_problem(pointer, "holds half a surrogate pair") from None
    return value


def boolean(parent: dict, key: str, pointer: str) -> bool:
    value = _required(parent, key, pointer)
    if not isinstance(value, bool):
        raise field_problem(f"{pointer}/{key}", "must be true or false")
    return value


def number(parent: dict, key: str, pointer: str) -> int | float:
    value = _required(parent, key, pointer)
    # bool is a subclass of int in Python, and not a number in JSON.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise field_problem(f"{pointer}/{key}", "must be a number")
    if abs(value) > LARGEST_NUMBER or not math.isfinite(value):
        raise field_problem(f"{pointer}/{key}", "is out of range")
    return value


def whole_number(parent: dict, key: str, pointer: str, *, most: int) -> int:
    """A positive integer."""
    value = _required(parent, key, pointer)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= most:
        raise field_problem(f"{pointer}/{key}", f"must be a whole number from 1 to {most}")
    return value


def _required(parent: dict, key: str, pointer: str):
    if key not in parent:
        raise field_problem(f"{pointer}/{key}", "is missing", code="missing")
    return parent[key]
