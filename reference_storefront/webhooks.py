"""POST /webhooks/erp: where the ERP tells the shop what changed (specification, section 4).

Any answer but 2xx makes the ERP deliver the same event again, so a 2xx is given only after the
change is committed, and for everything that a repeat would not make better.

What decides whether an event is kept, `event_id` and `sequence`, is taken from the signed body. The
headers that say the same are covered by no signature that everybody checks.
"""

import re
import time

from flask import Blueprint, Response, jsonify, request

from . import events, inbox, jsonfields
from .problem import Problem
from .shop import shop
from .signature import TOLERANCE_SECONDS, is_genuine, is_recent, is_this_delivery

blueprint = Blueprint("webhooks", __name__)

WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


@blueprint.post("/webhooks/erp")
def receive() -> Response | tuple[str, int]:
    body = request.get_data(cache=False)
    # First of all: nothing about an unsigned request is worth looking at.
    _verify(body)
    message = jsonfields.obj(jsonfields.decode(body), "")
    if events.is_test(message):
        return jsonify(outcome="test")
    event = events.parse(message)
    delivery = inbox.Delivery(
        event_id=jsonfields.text(message, "event_id", ""),
        event_type=message["event_type"],
        sequence=events.sequence(message),
        attempt=_attempt(),
        recorded_at=request.headers.get("X-Event-Recorded-At"),
    )
    outcome = inbox.take_in(shop.store, delivery, event, body)
    if outcome == "ignored":
        return "", 204
    return jsonify(outcome=outcome)


def _verify(body: bytes) -> None:
    """:raise Problem: 401 unless the ERP sent these bytes, now.

    X-Signature is the specification's, and says nothing of the time: alone it would let in every
    old body that somebody has kept. webhook-signature covers id and time too.
    """
    secret, headers = shop.config.webhook_secret, request.headers
    if not is_genuine(secret, body, headers.get("X-Signature", "")):
        raise Problem(401, "X-Signature does not fit the body")
    event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not is_this_delivery(
        secret, event_id, timestamp, body, headers.get("webhook-signature", "")
    ):
        raise Problem(401, "webhook-signature does not fit webhook-id, webhook-timestamp and body")
    if not is_recent(timestamp, time.time()):
        raise Problem(
            401, f"webhook-timestamp is more than {TOLERANCE_SECONDS} s from this shop's clock"
        )


def _attempt() -> int | None:
    """For the log of received events alone."""
    text = request.headers.get("X-Delivery-Attempt", "")
    return int(text) if WHOLE_NUMBER.fullmatch(text) else None
