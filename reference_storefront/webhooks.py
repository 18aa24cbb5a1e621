"""POST /webhooks/erp: where the ERP tells the shop what changed (specification, section 4).

Any answer but 2xx makes the ERP deliver the same event again, so a 2xx is given only after the
change is committed, and for everything that a repeat would not make better.
"""

import re

from flask import Blueprint, Response, jsonify, request

from . import events, inbox, jsonfields
from .problem import Problem
from .shop import shop
from .signature import is_genuine

blueprint = Blueprint("webhooks", __name__)

LARGEST_BODY = 1024 * 1024
LARGEST_SEQUENCE = 2**63 - 1
WHOLE_NUMBER = re.compile(r"[0-9]{1,19}")


@blueprint.post("/webhooks/erp")
def receive() -> Response | tuple[str, int]:
    body = _raw_body()
    # First of all: nothing about an unsigned request is worth looking at.
    if not is_genuine(shop.config.webhook_secret, body, request.headers.get("X-Signature", "")):
        raise Problem(401, "X-Signature does not fit the body")
    message = jsonfields.decode(body)
    if events.is_test(message):
        return jsonify(outcome="test")
    event = events.parse(message)
    delivery = inbox.Delivery(
        event_id=_header("webhook-id"),
        event_type=message["event_type"],
        sequence=_whole_number("X-Event-Sequence", required=event is not None),
        attempt=_whole_number("X-Delivery-Attempt", required=False),
        recorded_at=request.headers.get("X-Event-Recorded-At"),
    )
    outcome = inbox.take_in(shop.store, delivery, event, body)
    if outcome == "ignored":
        return "", 204
    return jsonify(outcome=outcome)


def _raw_body() -> bytes:
    """The bytes as they came; the declared length is not trusted to be the real one."""
    body = request.stream.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY or (request.content_length or 0) > LARGEST_BODY:
        raise Problem(413, f"a webhook body has at most {LARGEST_BODY} bytes")
    return body


def _header(name: str) -> str:
    value = request.headers.get(name, "").strip()
    if not value:
        raise Problem(400, f"the header {name} is missing")
    return value


def _whole_number(name: str, *, required: bool) -> int | None:
    text = _header(name) if required else request.headers.get(name, "").strip()
    if not text:
        return None
    if WHOLE_NUMBER.fullmatch(text) and 0 < int(text) <= LARGEST_SEQUENCE:
        return int(text)
    raise Problem(400, f"the header {name} must be a positive whole number")
