import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...contract.signature import verify_x_signature
from ...delivery.sender import Result
from ..common import SalesSyncCommon

SPECIFIED = ["event_type", "timestamp", "data"]


@tagged("post_install", "-at_install")
class TestNumbersInBody(SalesSyncCommon):
    """By event_id and sequence a storefront decides what to keep: the signature covers them."""

    def setUp(self):
        super().setUp()
        self.drone.product_tmpl_id.name = "Falcon"
        self.recorded()
        while deliveries := self.claim():
            self.answer(deliveries, 200)

    def change(self):
        """An event of each type is about to be sent."""
        self._put(self.drone, self.warehouse, 1)
        self.drone.product_tmpl_id.name += "!"
        events = self.recorded()
        deliveries = self.claim()
        self.assertEqual(
            {delivery.headers["X-Event-Type"] for delivery in deliveries},
            {"catalog.update", "inventory.change"},
        )
        return events, deliveries

    def answer(self, deliveries, status):
        self.env["enord.webhook.event"]._record(
            [Result(delivery, status, "", 0.01) for delivery in deliveries]
        )
        self.env.invalidate_all()

    def again(self, events):
        events.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)
        return self.claim()

    def test_the_signed_body_says_what_the_headers_say(self):
        _events, deliveries = self.change()
        for delivery in deliveries:
            body = json.loads(delivery.body)
            self.assertEqual(list(body), [*SPECIFIED, "event_id", "sequence"])
            self.assertEqual(body["event_id"], delivery.headers["webhook-id"])
            self.assertEqual(str(body["sequence"]), delivery.headers["X-Event-Sequence"])
            self.assertTrue(verify_x_signature(
                self.SECRET, delivery.body, delivery.headers["X-Signature"]
            ))

    def test_a_number_is_exact_wherever_json_is_read(self):
        _events, [delivery, *_others] = self.change()
        self.assertLess(json.loads(delivery.body)["sequence"], 2**53)

    def test_a_storefront_that_refuses_them_gets_the_specifications_members_alone(self):
        self.storefront.numbers_in_body = False
        _events, deliveries = self.change()
        for delivery in deliveries:
            self.assertEqual(list(json.loads(delivery.body)), SPECIFIED)
            self.assertTrue(delivery.headers["X-Event-Sequence"])

    def test_what_was_refused_for_them_is_tried_again_without(self):
        events, deliveries = self.change()
        self.answer(deliveries, 422)
        self.storefront.numbers_in_body = False
        again = self.again(events)
        self.assertEqual(len(again), 2)
        for delivery in again:
            self.assertEqual(list(json.loads(delivery.body)), SPECIFIED)
        self.answer(again, 200)

    def test_a_repeat_has_the_same_bytes(self):
        events, deliveries = self.change()
        self.answer(deliveries, 500)
        self.assertEqual(
            sorted(delivery.body for delivery in self.again(events)),
            sorted(delivery.body for delivery in deliveries),
        )

    def test_what_is_withdrawn_has_them_too(self):
        self.warehouse.enord_location_code = "WH-OTHER"
        self.recorded()
        deliveries = self.claim()
        self.assertTrue(deliveries)
        for delivery in deliveries:
            body = json.loads(delivery.body)
            self.assertEqual(body["event_id"], delivery.headers["webhook-id"])
            self.assertEqual(str(body["sequence"]), delivery.headers["X-Event-Sequence"])

    def test_they_are_nothing_new_to_tell(self):
        _events, deliveries = self.change()
        self.answer(deliveries, 200)
        self.drone.product_tmpl_id.description_purchase = "for buyers only"
        unchanged = self.recorded()
        self.assertTrue(unchanged)
        self.assertFalse(self.claim())
