import json
import time
from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from ...contract.signature import verify_x_signature
from ...delivery.sender import Result
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestEventDelivery(SalesSyncCommon):
    """Claim, prepare, record: without HTTP."""

    def setUp(self):
        super().setUp()
        self.Event = self.env["enord.webhook.event"]

    def change(self, product=None, quantity=1):
        self._put(product or self.drone, self.warehouse, quantity)
        return self.recorded()

    def answer(self, deliveries, status=200, **values):
        self.Event._record([
            Result(delivery, status, "" if status == 200 else f"HTTP {status}", 0.01, **values)
            for delivery in deliveries
        ])
        self.env.invalidate_all()

    def settle(self):
        """Deliver until nothing is left."""
        while deliveries := self.claim():
            self.answer(deliveries)

    def test_an_event_is_signed_and_carries_the_present_quantity(self):
        event = self.change(quantity=2)
        [delivery] = self.claim()
        self.assertEqual(json.loads(delivery.body)["data"], {
            "sku": "DRONE-X1-PRO-KIT", "location_code": "WH-TECH-01", "new_quantity": 14,
            "change_reason": "ADJUSTMENT",
        })
        self.assertTrue(
            verify_x_signature(self.SECRET, delivery.body, delivery.headers["X-Signature"])
        )
        self.assertEqual(delivery.headers["webhook-id"], event.uuid)
        self.assertEqual(delivery.headers["X-Event-Sequence"], str(event.sequence))
        self.assertEqual(delivery.headers["X-Delivery-Attempt"], "1")
        self.answer([delivery])
        self.assertEqual(event.state, "delivered")
        self.assertFalse(self.claim())

    def test_waiting_events_of_one_key_collapse_into_the_newest(self):
        first, second, other = self.change(), self.change(), self.change(self.guard)
        deliveries = self.claim()
        self.assertEqual({delivery.event_id for delivery in deliveries}, {second.id, other.id})
        self.assertEqual(first.state, "superseded")

    def test_a_key_is_never_under_way_twice(self):
        self.change()
        [first] = self.claim()
        newer = self.change()
        self.assertFalse(self.claim())
        self.answer([first])
        [second] = self.claim()
        self.assertEqual(second.event_id, newer.id)
        self.assertGreater(
            int(second.headers["X-Event-Sequence"]), int(first.headers["X-Event-Sequence"])
        )

    def test_a_failure_is_tried_again_with_the_same_bytes(self):
        event = self.change()
        [first] = self.claim()
        self.answer([first], status=500)
        self.assertEqual((event.state, event.last_status), ("pending", 500))
        self.assertGreater(event.next_attempt_at, fields.Datetime.now() - timedelta(seconds=1))
        self.assertFalse(self.claim(), "the second attempt waits")
        event.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)
        event.flush_recordset()
        self._put(self.drone, self.second_warehouse, 1)  # another key
        [second] = self.claim()
        self.assertEqual(second.body, first.body)
        self.assertEqual(second.headers["webhook-id"], first.headers["webhook-id"])
        self.assertEqual(second.headers["X-Event-Sequence"], first.headers["X-Event-Sequence"])
        self.assertEqual(second.headers["X-Delivery-Attempt"], "2")

    def test_a_failed_event_gives_way_to_a_newer_one(self):
        failed = self.change()
        self.answer(self.claim(), status=500)
        newer = self.change()
        [delivery] = self.claim()
        self.assertEqual(delivery.event_id, newer.id)
        self.assertEqual(failed.state, "superseded")
        self.assertEqual(json.loads(delivery.body)["data"]["new_quantity"], 14)

    def test_retry_after_is_honoured(self):
        event = self.change()
        self.answer(self.claim(), status=503, retry_after=600)
        self.assertGreater(event.next_attempt_at, fields.Datetime.now() + timedelta(seconds=590))

    def test_a_lease_that_ran_out_is_taken_over_and_the_late_result_ignored(self):
        event = self.change()
        [lost] = self.claim()
        event.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        event.flush_recordset()
        [again] = self.claim()
        self.assertEqual((again.event_id, again.body), (lost.event_id, lost.body))
        self.assertNotEqual(again.token, lost.token)
        self.answer([lost], status=500)
        self.assertEqual(event.state, "sending")
        self.answer([again])
        self.assertEqual(event.state, "delivered")

    def claim_after(self, seconds):
        """Claim what a transaction has told that has committed some seconds ago."""
        self.env.flush_all()
        event = self.Event.search([("state", "=", "pending")])
        self.env.cr.execute("SELECT (now() AT TIME ZONE 'UTC')::text")
        [(transaction,)] = self.env.cr.fetchall()
        claimed, _due_in = self.Event._claim(lambda _storefront, probing: 1)
        self.assertEqual(claimed, event.ids)
        [delivery], _unchanged = self.Event._prepare(
            claimed, {transaction: time.monotonic() - seconds}
        )
        self.env.invalidate_all()
        return event, delivery

    def record_before(self, seconds):
        self.change()
        self.Event.search([("state", "=", "pending")]).recorded_at -= timedelta(seconds=seconds)

    def test_latency_counts_from_the_commit(self):
        self.record_before(600)
        event, delivery = self.claim_after(2)
        self.answer([delivery])
        self.assertTrue(2000 <= event.latency_ms < 10_000, event.latency_ms)
        told_at = datetime.fromisoformat(delivery.headers["X-Event-Recorded-At"][:-1])
        self.assertEqual(event.recorded_at, told_at)
        self.assertAlmostEqual(event.delivered_at - told_at, timedelta(seconds=2),
                               delta=timedelta(seconds=8))

    def test_attempts_that_failed_count_from_the_commit_too(self):
        self.record_before(600)
        event, delivery = self.claim_after(2)
        self.answer([delivery], status=503)
        self.assertFalse(self.Event.search([("latency_ms", "!=", False)]))
        event.next_attempt_at = event.recorded_at
        self.answer(self.claim())
        self.assertTrue(2000 <= event.latency_ms < 10_000, event.latency_ms)

    def test_a_commit_is_not_before_the_change(self):
        self.change()
        event, delivery = self.claim_after(600)
        self.answer([delivery])
        self.assertTrue(0 <= event.latency_ms < 10_000, event.latency_ms)

    def test_where_the_commit_is_not_known_latency_counts_from_the_change(self):
        self.record_before(600)
        event = self.Event.search([("state", "=", "pending")])
        self.answer(self.claim())
        self.assertGreater(event.latency_ms, 600_000)

    def test_no_more_than_the_capacity_is_under_way(self):
        for number in range(5):
            self.change(self._make_product(f"SKU-{number}", 1.0))
        self.env["enord.webhook.event"].search([("event_type", "=", "catalog.update")]).unlink()
        self.assertEqual(len(self.claim(room=3)), 3)

    def test_a_product_that_looks_the_same_is_not_sent_again(self):
        template = self.drone.product_tmpl_id
        template.name = "Falcon"
        self.recorded()
        self.settle()
        template.description_purchase = "for buyers only"
        self._put(self.drone, self.warehouse, 5)
        unchanged = self.recorded().filtered(lambda event: event.event_type == "catalog.update")
        self.assertTrue(unchanged)
        self.assertEqual(
            [delivery.headers["X-Event-Type"] for delivery in self.claim()], ["inventory.change"]
        )
        self.assertEqual(unchanged.state, "superseded")

    def test_a_product_that_is_withdrawn_is_told_once(self):
        template = self.drone.product_tmpl_id
        template.name = "Falcon"
        self.recorded()
        self.settle()
        template.enord_published = False
        self.recorded()
        [delivery] = self.claim()
        self.assertFalse(json.loads(delivery.body)["data"]["is_active"])

    def test_a_product_that_was_never_online_is_not_withdrawn(self):
        self._make_product("SECRET", 1.0, enord_published=False)
        self.recorded()
        self.assertFalse(self.claim())

    def test_a_product_that_comes_online_tells_its_stock_at_every_location(self):
        template = self.drone.product_tmpl_id
        template.enord_published = False
        self.recorded()
        self.assertFalse(self.claim())
        template.enord_published = True
        self.recorded()
        self.answer(self.claim())
        self.assertEqual(
            {(body["location_code"], body["new_quantity"]) for body in (
                json.loads(delivery.body)["data"] for delivery in self.claim()
            )},
            {("WH-TECH-01", 12), ("WH-MUM-01", 3)},
        )

    def test_sending_everything_again_sends_what_the_storefront_knows_already(self):
        self.storefront.action_resync()
        first = self.claim()
        self.answer(first)
        self.settle()  # and what follows from them
        self.storefront.action_resync()
        second = self.claim()
        kinds = [delivery.headers["X-Event-Type"] for delivery in second]
        self.assertEqual(len(first), len(second))
        self.assertEqual((kinds.count("catalog.update"), kinds.count("inventory.change")), (2, 4))

    def test_an_error_in_one_product_does_not_hold_up_the_others(self):
        broken = self.change()
        healthy = self.change(self.guard)
        stock_class = self.env.registry["enord.inventory.change"]
        original = stock_class._data

        def fail_for_the_drone(event_type, product, *args):
            if product == self.drone:
                raise ValueError("cannot be told")
            return original(event_type, product, *args)

        self.patch(stock_class, "_data", fail_for_the_drone)
        with self.assertLogs("odoo.addons.enord_sales_sync", "ERROR"):
            [delivery] = self.claim()
        self.assertEqual(delivery.event_id, healthy.id)
        self.assertEqual(broken.state, "pending")
        self.assertIn("cannot be told", broken.last_error)
        self.assertGreater(broken.next_attempt_at, fields.Datetime.now() - timedelta(seconds=1))
