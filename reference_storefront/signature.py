"""Is this webhook really from the ERP, and sent just now? (specification, section 3)"""

import base64
import hashlib
import hmac

# How far the ERP's clock and ours may be apart: the tolerance of Standard Webhooks' own libraries.
TOLERANCE_SECONDS = 5 * 60
PREFIX = "whsec_"


def sign(secret: str, body: bytes) -> str:
    """Lowercase hex HMAC-SHA256 of the exact bytes, as the ERP puts it in X-Signature."""
    return hmac.new(_key(secret), body, hashlib.sha256).hexdigest()


def sign_delivery(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    """Standard Webhooks' signature, of the id and the time of sending too; one of those in
    webhook-signature."""
    signed = b"%s.%s.%s" % (event_id.encode(), timestamp.encode(), body)
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def is_genuine(secret: str, body: bytes, header: str) -> bool:
    """Tell whether the X-Signature header fits the raw body.

    `body` is what came over the wire: parsing and serialising again changes spaces, key order
    or `45000.00`, and with them the signature. While a secret is being changed the ERP signs with
    the one that was accepted last, and once more with the other where the answer is 401.
    """
    # compare_digest takes the same time wherever the first difference is, so that nobody can find
    # a signature byte by byte. It refuses non-ASCII text, hence the encoding.
    return hmac.compare_digest(header.encode(), sign(secret, body).encode())


def is_this_delivery(secret: str, event_id: str, timestamp: str, body: bytes, header: str) -> bool:
    """Tell whether the webhook-signature header fits the id, the time and the raw body.

    It has several signatures, separated by spaces, while a secret is being changed.
    """
    expected = sign_delivery(secret, event_id, timestamp, body).encode()
    return any(hmac.compare_digest(one.encode(), expected) for one in header.split(" "))


def is_recent(timestamp: str, now: float) -> bool:
    """Tell whether a webhook-timestamp is of these minutes: what somebody recorded is not."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    return abs(now - int(timestamp)) <= TOLERANCE_SECONDS


def _key(secret: str) -> bytes:
    """The ERP shows a secret as text, and in the form of Standard Webhooks: both are one key."""
    if secret.startswith(PREFIX):
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    return secret.encode()
