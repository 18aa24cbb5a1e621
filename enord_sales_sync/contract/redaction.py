"""What may be kept of a refused call: what was ordered, and nothing of who ordered it.

However long a request is, what is kept of it is short.
"""

import json
from urllib.parse import parse_qs

HIDDEN = "***"

#: Members whose values are no secret and name no person. All others are hidden, so that a field
#: that is added later is hidden until somebody decides otherwise.
SHOWN = frozenset({
    "transaction_id", "transaction_date", "reference_id", "reservation_id", "sku", "quantity",
    "quantity_change", "unit_price", "location_code", "currency", "total_amount", "amount",
    "discount_amount", "shipping_charge", "date", "method", "expires_in_seconds", "cursor", "limit",
    "qty", "complete",
})
#: Members of requests whose values are hidden. Other names are texts from outside, too.
NAMED = frozenset({
    "customer_details", "name", "tax_id", "email", "phone", "billing_address", "shipping_address",
    "street", "street2", "city", "state", "zip", "country", "line_items", "adjustments", "payment",
    "reference", "reason", "items",
})
#: Values that are kept of one body; characters of one of its texts, of a sentence, and of all.
MAX_VALUES = 1000
MAX_TEXT = 64
MAX_DETAIL = 1000
MAX_KEPT = 16 * 1024
MAX_QUERY = 1024


def redacted(value):
    """A parsed body with every text and number hidden that might be personal.

    :return: the same shape, as far as its first ``MAX_VALUES`` values
    """
    return _Copy().of(value)


def kept_of_call(body, problem):
    """What staff read of a refused call.

    :param body: parsed JSON, or None
    :param problem: :class:`~.problem.Problem`
    :return: ``(body, answer)`` as indented JSON, each of at most ``MAX_KEPT`` characters; the
        answer with the ERP's own words as ``cause``, and without the texts that are hidden in the
        body. The body None where there was none
    """
    copy = _Copy()
    kept_body = None if body is None else _indented(copy.of(body))
    answer = problem.as_dict() | ({"cause": problem.cause} if problem.cause else {})
    for error in answer.get("errors", ()):
        error["pointer"] = _pointer(error["pointer"])
    return kept_body, _indented(copy.without_hidden(answer))


class _Copy:
    """Copies what may be kept, and knows what may not."""

    def __init__(self):
        self._left = MAX_VALUES
        self._hidden = set()

    def of(self, value, name=None):
        self._left -= 1
        if isinstance(value, dict):
            return self._of_members(value)
        if isinstance(value, list):
            kept = []
            for item in value:
                if self._left <= 0:
                    break
                kept.append(self.of(item, name))
            return kept
        if value is None or name in SHOWN:
            return value[:MAX_TEXT] if isinstance(value, str) else value
        self._hide(value)
        return HIDDEN

    def _of_members(self, members):
        kept = {}
        for name, value in members.items():
            if self._left <= 0:
                break
            if name in SHOWN or name in NAMED:
                kept[name] = self.of(value, name)
            else:
                self._hide(name)
                self._left -= 1
                kept[HIDDEN] = HIDDEN
        return kept

    def _hide(self, text):
        # a letter or two would be found everywhere
        if isinstance(text, str) and 2 < len(text.strip()) <= MAX_KEPT:
            self._hidden.add(text.strip())

    def without_hidden(self, value):
        if isinstance(value, dict):
            return {name: self.without_hidden(child) for name, child in value.items()}
        if isinstance(value, list):
            return [self.without_hidden(item) for item in value]
        if isinstance(value, str):
            value = value[:MAX_DETAIL]
            for text in sorted(self._hidden, key=len, reverse=True):
                value = value.replace(text, HIDDEN)
        return value


def _pointer(pointer):
    """With the names that are not known hidden; a query parameter is a name without a slash."""
    return "/".join(
        token if not token or token.isdecimal() or token in SHOWN or token in NAMED else HIDDEN
        for token in pointer[:MAX_DETAIL].split("/")
    )


def kept_of_query(raw):
    """What staff read of a query.

    :param bytes raw: as it was sent; what comes after ``MAX_QUERY`` bytes is not looked at
    :return: ``{parameter: values}`` as JSON, or None where there is none
    """
    parameters = parse_qs(raw[:MAX_QUERY].decode("ascii", "replace"), keep_blank_values=True)
    return json.dumps(redacted(parameters), ensure_ascii=False) if parameters else None


def _indented(value):
    text = json.dumps(value, ensure_ascii=False, indent=2, default=float)
    return text if len(text) <= MAX_KEPT else f"{text[:MAX_KEPT]}\n…"
