"""Is this webhook really from the ERP? (specification, section 3)"""

import hashlib
import hmac


def sign(secret: str, body: bytes) -> str:
    """Lowercase hex HMAC-SHA256 of the exact bytes, as the ERP puts it in X-Signature."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, body: bytes, header: str) -> bool:
    """Tell whether the X-Signature header fits the raw body.

    `body` is what came over the wire: parsing and serialising again changes spaces, key order
    or `45000.00`, and with them the signature. While a secret is being changed the ERP signs with
    the one that was accepted last, and once more with the other where the answer is 401.
    """
    # compare_digest takes the same time wherever the first difference is, so that nobody can find
    # a signature byte by byte. It refuses non-ASCII text, hence the encoding.
    return hmac.compare_digest(header.encode(), sign(secret, body).encode())
