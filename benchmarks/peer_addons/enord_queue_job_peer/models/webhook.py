import hashlib
import hmac

import requests
from odoo import api, models

SECRET = b"secret"
#: One for each worker process, so that its connections are used again.
session = requests.Session()


class EnordPeerWebhook(models.AbstractModel):
    _name = "enord.peer.webhook"
    _description = "Webhook Sent as a Job"

    @api.model
    def enqueue(self, url, bodies):
        """One job for each body, as one transaction that changes as many products makes them."""
        for number, body in enumerate(bodies, 1):
            self.with_delay().send(url, number, body)

    @api.private
    def send(self, url, number, body):
        body = body.encode()
        session.post(url, data=body, timeout=10, headers={
            "Content-Type": "application/json",
            "X-Signature": hmac.new(SECRET, body, hashlib.sha256).hexdigest(),
            "webhook-id": f"evt_{number}", "X-Event-Type": "inventory.change",
            "X-Event-Sequence": str(number), "X-Delivery-Attempt": "1",
            "X-Event-Recorded-At": "2024-01-20T10:05:00.000Z",
        }).raise_for_status()
