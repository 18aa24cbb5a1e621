"""Headers of a webhook beside ``Content-Type``, and what a receiver does with them."""

WEBHOOK_HEADERS = {
    "X-Signature": "HMAC-SHA256 of the body's bytes, keyed with the webhook secret, lowercase "
                   "hex. While the secret is being changed it is made with the one that you took "
                   "last; answer 401 or 403 where it does not fit, and the same event comes again "
                   "at once, signed with the other.",
    "webhook-id": "The same as event_id in the body, which X-Signature covers.",
    "webhook-timestamp": "Unix time of this attempt, in seconds: refuse one that is more than five "
                         "minutes away from your clock.",
    "webhook-signature": "The signature of Standard Webhooks, of webhook-id, webhook-timestamp and "
                         "the body: v1,<base64>; several are separated by a space.",
    "X-Event-Type": "The same as event_type in the body.",
    "X-Event-Sequence": "The same as sequence in the body. No signature covers this header: decide "
                        "by the body.",
    "X-Delivery-Attempt": "1 for the first attempt.",
    "X-Event-Recorded-At": "When the change was committed, RFC 3339.",
}
