"""The query of a request, as strict as its body: a misspelt parameter is named, not ignored."""

import re
from collections import Counter
from urllib.parse import parse_qsl

from .problem import FieldError, Problem

MAX_PARAMETERS = 1000

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_query(operation, raw):
    """Check that a query has the parameters of its operation, and text that can be stored.

    :param operation: :class:`~.operations.Operation`, or none where the path is not declared
    :param bytes raw: the query as it was sent, without the question mark
    :raise Problem: 400 for what is no text, 422 naming each parameter that is wrong
    """
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise Problem(400, "invalid_query", "The query is not percent-encoded UTF-8.") from error
    except ValueError as error:
        raise Problem(
            400, "invalid_query", f"The query has more than {MAX_PARAMETERS} parameters.",
        ) from error
    if any(_CONTROL.search(text) for pair in pairs for text in pair):
        raise Problem(400, "invalid_query", "The query has a control character.")
    if operation is None:
        return
    errors = _errors(operation.parameters, pairs)
    if errors:
        raise Problem(
            422, "invalid_parameter", "Some query parameters are not as they should be.", errors
        )


def _errors(known, pairs):
    errors = []
    for name, times in Counter(name for name, _value in pairs).items():
        if name not in known:
            expected = ", ".join(known) or "none"
            errors.append(FieldError(
                name[:80], "unknown_parameter", f"not a parameter of this path; known: {expected}",
            ))
        elif times > 1 and known[name][0].get("type") != "array":
            errors.append(FieldError(name, "repeated", "given more than once"))
    given = {name for name, value in pairs if value}
    errors += [
        FieldError(name, "missing", "a value is required")
        for name, (_schema, required) in known.items() if required and name not in given
    ]
    return errors
