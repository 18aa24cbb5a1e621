"""Signatures of webhooks: the specification's (section 3) and Standard Webhooks'."""

import base64
import hashlib
import hmac


def x_signature(secret, body):
    """HMAC-SHA256 of the body keyed with the storefront's secret, as lowercase hex.

    :param str secret: the storefront's secret key
    :param bytes body: exactly the bytes that are sent
    """
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard_webhooks_secret(secret):
    """The same secret in the form that Standard Webhooks libraries are configured with."""
    return "whsec_" + base64.b64encode(secret.encode()).decode()


def standard_webhooks_signature(secret, event_id, timestamp, body):
    """``v1,<base64>`` of HMAC-SHA256 over ``id.timestamp.body`` (Standard Webhooks 1.0).

    :param int timestamp: Unix time of this attempt, in seconds
    """
    signed = b"%s.%d.%s" % (event_id.encode(), timestamp, body)
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def signature_headers(secrets, event_id, timestamp, body):
    """The headers that let a receiver verify one delivery.

    :param list[str] secrets: the current secret first; during rotation the former one as well.
        The specification's header carries the current one alone, until the overlap ends the
        former one as well, separated by a comma.
    """
    return {
        "X-Signature": ",".join(x_signature(secret, body) for secret in secrets),
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            standard_webhooks_signature(secret, event_id, timestamp, body) for secret in secrets
        ),
    }


def verify_x_signature(secret, body, header):
    """Whether ``header`` (of ``X-Signature``) proves that ``body`` was sent by a holder of the
    secret; compared in constant time."""
    expected = x_signature(secret, body)
    return any(
        hmac.compare_digest(expected, candidate.strip().lower()) for candidate in header.split(",")
    )
