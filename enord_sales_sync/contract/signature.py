"""Signatures of webhooks: the specification's (section 3) and Standard Webhooks'."""

import base64
import hashlib
import hmac

#: What a secret in the form of Standard Webhooks begins with.
PREFIX = "whsec_"


def key_bytes(secret):
    """The key that a secret stands for: what ``whsec_`` is followed by, decoded, or the text.

    :rtype: bytes
    :raise ValueError: where ``whsec_`` is not followed by Base64
    """
    if secret.startswith(PREFIX):
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    return secret.encode()


def x_signature(secret, body):
    """HMAC-SHA256 of the body keyed with the storefront's secret, as lowercase hex.

    :param str secret: the storefront's secret key
    :param bytes body: exactly the bytes that are sent
    """
    return hmac.new(key_bytes(secret), body, hashlib.sha256).hexdigest()


def standard_webhooks_secret(secret):
    """The same secret in the form that Standard Webhooks libraries are configured with."""
    return PREFIX + base64.b64encode(key_bytes(secret)).decode()


def standard_webhooks_signature(secret, event_id, timestamp, body):
    """``v1,<base64>`` of HMAC-SHA256 over ``id.timestamp.body`` (Standard Webhooks 1.0).

    :param int timestamp: Unix time of this attempt, in seconds
    """
    signed = b"%s.%d.%s" % (event_id.encode(), timestamp, body)
    digest = hmac.new(key_bytes(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def signature_headers(secrets, event_id, timestamp, body):
    """The headers that let a receiver verify one delivery.

    :param list[str] secrets: the one that the specification's header is made with first; while
        the secret is being changed there is another, and Standard Webhooks' header has both
    """
    return {
        "X-Signature": x_signature(secrets[0], body),
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(
            standard_webhooks_signature(secret, event_id, timestamp, body) for secret in secrets
        ),
    }


def verify_x_signature(secret, body, header):
    """Whether ``header`` (of ``X-Signature``) proves that ``body`` was sent by a holder of the
    secret; compared in constant time."""
    return hmac.compare_digest(x_signature(secret, body).encode(), header.encode())
