"""What may be kept of a request's body: what was ordered, and nothing of who ordered it."""

HIDDEN = "***"

#: Members whose values are no secret and name no person. All others are hidden, so that a field
#: that is added later is hidden until somebody decides otherwise.
SHOWN = frozenset({
    "transaction_id", "transaction_date", "reference_id", "reservation_id", "sku", "quantity",
    "quantity_change", "unit_price", "location_code", "currency", "total_amount", "amount",
    "discount_amount", "shipping_charge", "date", "method", "code", "expires_in_seconds", "cursor",
    "limit", "reason",
})


def redacted(value, name=None):
    """A parsed body with every text and number hidden that might be personal.

    :return: the same shape
    """
    if isinstance(value, dict):
        return {key: redacted(child, key) for key, child in value.items()}
    if isinstance(value, list):
        return [redacted(child, name) for child in value]
    if value is None or name in SHOWN:
        return value
    return HIDDEN
