import contextlib
import select
from datetime import timedelta
from unittest.mock import MagicMock

import psycopg2
from odoo import fields
from odoo.tests import tagged

from ...delivery.drain import Drain
from ...delivery.sender import Result
from ...models.outbox import event_body
from ...models.outbox.event_result import ATTEMPTS_KEPT
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestLongOutages(SalesSyncCommon):
    """What waits for weeks, is tried for days, or cannot be told while nobody answers."""

    def setUp(self):
        super().setUp()
        self.Event = self.env["enord.webhook.event"]

    def change(self):
        self._put(self.drone, self.warehouse, 1)
        return self.recorded()

    def answer(self, deliveries, status=200):
        error = "" if status == 200 else f"HTTP {status}"
        self.Event._record([Result(delivery, status, error, 0.01) for delivery in deliveries])
        self.env.invalidate_all()

    def go_down(self):
        """The storefront is down, and is asked for the first time when it is time to."""
        self.storefront.write({"delivery_state": "failing", "next_probe_at": False})
        self.env.flush_all()

    def test_what_fails_for_three_days_becomes_a_dead_letter_and_can_be_sent_again(self):
        event = self.change()
        self.fail_since(event, hours=73)
        self.assertEqual(event.state, "dead")
        self.assertEqual(self.storefront.dead_count, 1)
        event.action_send_again()
        self.env.flush_all()
        self.answer(self.claim(), status=404)
        self.assertEqual(event.state, "pending", "it is tried for three days anew")
        event.action_send_again()
        self.env.flush_all()
        self.answer(self.claim())
        self.assertEqual(event.state, "delivered")

    def fail_since(self, event, hours):
        """Let an event fail at first and once more, with so many hours between."""
        for status in (503, 404):
            event.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)
            self.answer(self.claim(), status)
            if status == 503:
                past = fields.Datetime.now() - timedelta(hours=hours)
                event.recorded_at = past
                event.attempt_log = [
                    {**event.attempt_log[0], "at": fields.Datetime.to_string(past)},
                ]

    def test_what_waited_for_days_is_not_given_up_at_its_first_failure(self):
        event = self.change()
        event.recorded_at = fields.Datetime.now() - timedelta(days=30)
        self.answer(self.claim(), status=503)
        self.assertEqual(event.state, "pending")
        self.fail_since(event, hours=71)
        self.assertEqual(event.state, "pending")

    def test_what_has_waited_for_months_is_delivered(self):
        event = self.change()
        event.recorded_at = fields.Datetime.now() - timedelta(days=90)
        self.answer(self.claim())
        self.assertEqual(event.state, "delivered")
        self.assertGreater(timedelta(milliseconds=event.latency_ms), timedelta(days=24))
        self.assertIn("day", self.storefront.latency)

    def test_nothing_is_delivered_before_it_has_changed(self):
        event = self.change()
        event.recorded_at = fields.Datetime.now() + timedelta(hours=1)  # the clock was put back
        self.answer(self.claim())
        self.assertEqual((event.state, event.latency_ms), ("delivered", 0))

    def test_of_very_many_attempts_the_first_and_the_last_are_kept(self):
        event = self.change()
        event.attempt_log = [
            {"at": "2026-01-01 00:00:00", "status": number, "ms": 1, "answer": ""}
            for number in range(ATTEMPTS_KEPT)
        ]
        for status in (503, 504):
            event.next_attempt_at = fields.Datetime.now() - timedelta(seconds=1)
            self.answer(self.claim(), status)
        kept = [attempt["status"] for attempt in event.attempt_log]
        half = ATTEMPTS_KEPT // 2
        self.assertEqual(kept, [*range(half), *range(half + 2, ATTEMPTS_KEPT), 503, 504])

    def cannot_be_told(self, product):
        """Have no body of a product built."""
        for model in ("enord.inventory.change", "enord.catalog.update"):
            self.patch(self.env.registry[model], "_build", MagicMock(side_effect=ValueError))
        self.patch(event_body, "delay", lambda _attempts: 600.0)
        self._put(product, self.warehouse, 1)
        return self.recorded()

    def test_a_storefront_that_is_down_is_not_asked_with_what_cannot_be_told(self):
        event = self.cannot_be_told(self.drone)
        self.go_down()
        with self.assertLogs("odoo.addons.enord_sales_sync", "ERROR"):
            self.assertFalse(self.claim())
        self.assertEqual((event.state, event.attempts), ("pending", 1))
        self.assertFalse(self.claim())
        self.assertEqual(event.attempts, 1, "it is tried again when it is due")

    def test_nor_with_what_it_knows_where_that_cannot_be_told_any_more(self):
        self.drone.product_tmpl_id.name = "Falcon"
        self.leaving()
        while self.leaving():
            pass
        self.cannot_be_told(self.guard)
        self.Event.search([("state", "=", "pending")]).unlink()
        self.go_down()
        with self.assertLogs("odoo.addons.enord_sales_sync", "ERROR"):
            self.assertFalse(self.claim())
        self.assertTrue(self.storefront.next_probe_at, "it is asked again after a pause")

    def test_a_storefront_that_is_deleted_while_an_event_is_under_way(self):
        other = self.another()
        self.Event.search([]).unlink()
        self.change()
        deliveries = self.claim()
        self.assertEqual({one.storefront_id for one in deliveries}, {self.storefront.id, other.id})
        other.unlink()
        self.env.flush_all()
        self.answer(deliveries)
        self.assertEqual(self.Event.search([]).mapped("state"), ["delivered"])

    def test_results_are_written_down_after_somebody_wrote_at_the_same_moment(self):
        self.change()
        [delivery] = self.claim()
        outbox = MagicMock()
        outbox._record.side_effect = [psycopg2.errors.SerializationFailure, None]
        outbox._claim.return_value = [], None
        drain = Drain(self.env.cr.dbname, None)
        self.patch(drain, "_model", lambda: contextlib.nullcontext(outbox))
        result = Result(delivery, 503, "HTTP 503", 0.01)
        drain._lane(self.storefront.id).event_ids.add(delivery.event_id)
        drain._ended(result)
        drain.step()
        self.assertTrue(drain.busy)
        self.assertTrue(select.select([drain.wakeup], [], [], 0)[0], "it does not wait with that")
        drain.step()
        self.assertFalse(drain.busy)
        self.assertEqual([call.args for call in outbox._record.call_args_list], [([result],)] * 2)
