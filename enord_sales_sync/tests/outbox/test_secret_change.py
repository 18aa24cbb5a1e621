from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...contract.signature import standard_webhooks_secret, x_signature
from ...delivery.sender import Result
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestSecretChange(SalesSyncCommon):
    """A receiver that knows one secret misses nothing, whichever of the two it is."""

    def setUp(self):
        super().setUp()
        self.Event = self.env["enord.webhook.event"]

    def deliver(self, **answer):
        self._put(self.drone, self.warehouse, 1)
        self.recorded()
        [delivery] = self.claim()
        self.Event._record([Result(delivery, 200, "", 0.01, **answer)])
        self.env.invalidate_all()
        return delivery

    def rotate(self):
        wizard = self.env["enord.secret.wizard"].create({"storefront_id": self.storefront.id})
        wizard.action_rotate()

    def assertSigned(self, delivery, secret, other=None):
        self.assertEqual(delivery.headers["X-Signature"], x_signature(secret, delivery.body))
        if other is None:
            self.assertIsNone(delivery.other_headers)
        else:
            self.assertEqual(
                delivery.other_headers, {
                    **delivery.headers, "X-Signature": x_signature(other, delivery.body),
                    "webhook-signature": " ".join(
                        reversed(delivery.headers["webhook-signature"].split())
                    ),
                },
            )

    def test_the_secret_that_was_taken_last_signs_first(self):
        self.assertSigned(self.deliver(), self.SECRET)
        self.rotate()
        new = self.storefront.webhook_secret
        self.assertSigned(self.deliver(), self.SECRET, new)
        self.assertEqual(self.storefront.takes_secret, "former")
        self.assertSigned(self.deliver(other=True), self.SECRET, new)
        self.assertEqual(self.storefront.takes_secret, "current")
        self.assertSigned(self.deliver(), new, self.SECRET)
        self.assertSigned(self.deliver(other=True), new, self.SECRET)
        self.assertEqual(self.storefront.takes_secret, "former")

    def test_after_the_overlap_the_new_one_alone_signs(self):
        self.rotate()
        self.storefront.previous_secret_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertSigned(self.deliver(), self.storefront.webhook_secret)
        self.rotate()
        self.storefront.action_end_overlap()
        self.assertSigned(self.deliver(), self.storefront.webhook_secret)

    def test_a_secret_that_is_typed_overlaps_too(self):
        typed = standard_webhooks_secret("another-secret-of-many-bytes")
        self.storefront.webhook_secret = typed
        shown = self.env["enord.credential"].reveal(self.storefront.id)
        self.assertEqual(shown["standard_secret"], typed)
        self.assertSigned(self.deliver(), self.SECRET, typed)
        until = self.storefront.previous_secret_until
        self.storefront.write({"webhook_secret": typed, "name": "Renamed"})
        self.assertEqual(self.storefront.previous_secret_until, until, "it is no other")

    def test_a_secret_has_so_many_bytes(self):
        for secret in ("short", "x" * 23, "whsec_" + "x" * 40 + "*", "whsec_eHg=", "", "  "):
            with self.assertRaises(ValidationError, msg=secret):
                self.storefront.webhook_secret = secret
