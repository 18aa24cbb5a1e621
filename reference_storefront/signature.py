"""Is this webhook really from the ERP? (specification, section 3)"""

import hashlib
import hmac


def sign(secret: str, body: bytes) -> str:
    """Lowercase hex HMAC-SHA256 of the exact bytes, as the ERP puts it in X-Signature."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, body: bytes, header: str) -> bool:
    """Tell whether any signature in the X-Signature header fits the raw body.

    `body` is what came over the wire: parsing and serialising again changes spaces, key order
    or `45000.00`, and with them the signature. While a secret is being rotated the ERP signs
    with the old and the new one and sends both, comma separated.
    """
    expected = sign(secret, body).encode()
    genuine = False
    for candidate in header.split(","):
        # compare_digest takes the same time wherever the first difference is, so that nobody
        # can find a signature byte by byte. It refuses non-ASCII text, hence the encoding.
        genuine |= hmac.compare_digest(candidate.strip().encode(), expected)
    return genuine
