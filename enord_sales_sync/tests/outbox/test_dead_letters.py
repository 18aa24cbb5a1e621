import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...delivery.sender import Result
from ...models.outbox import delivery_state
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestDeadLetters(SalesSyncCommon):
    """What was given up is sent afresh when the storefront answers again."""

    def setUp(self):
        super().setUp()
        self.Event = self.env["enord.webhook.event"]
        self.patch(delivery_state, "PROBE_DELAYS", (60,))
        self.storefront.action_resync()
        while deliveries := self.claim():
            self.answer(deliveries)

    def answer(self, deliveries, status=200):
        error = "" if status == 200 else f"HTTP {status}"
        self.Event._record([Result(delivery, status, error, 0.01) for delivery in deliveries])
        self.env.invalidate_all()

    def give_up(self):
        """The storefront has failed for longer than events are kept."""
        past = fields.Datetime.now() - timedelta(hours=73)
        self.Event.search([("state", "=", "pending")]).write({
            "recorded_at": past, "attempt_log": [
                {"at": fields.Datetime.to_string(past), "status": 503, "ms": 1, "answer": ""},
            ],
        })
        self.answer(self.claim(), 503)

    def probe(self):
        self.storefront.next_probe_at = fields.Datetime.now() - timedelta(seconds=1)
        return self.claim()

    def dead(self):
        return self.Event.search([("state", "=", "dead")])

    def change_prices(self):
        (self.drone | self.guard).list_price = 777.0
        self.recorded()
        self.storefront.failure_streak = 4

    def delivered_prices(self, deliveries):
        return sorted(
            delivery.body.count(b'"selling_price":777') for delivery in deliveries
            if b"catalog.update" in delivery.body
        )

    def test_they_are_sent_afresh_when_the_storefront_answers_again(self):
        self.change_prices()
        self.give_up()
        self.assertEqual(self.storefront.delivery_state, "failing")
        self.assertEqual(len(self.dead()), 2)
        self._put(self.guard, self.warehouse, 1)
        self.recorded()
        self.answer(self.probe())
        self.assertEqual(self.storefront.delivery_state, "running")
        self.assertFalse(self.dead())
        deliveries = self.claim()
        self.assertEqual(self.delivered_prices(deliveries), [1, 1])
        self.answer(deliveries)
        self.assertFalse(self.storefront.pending_count)

    def test_a_former_location_code_is_withdrawn_afresh(self):
        self.warehouse.enord_location_code = "WH-NEW"
        self.recorded()
        self.give_up()
        self.assertTrue(self.dead())
        self.storefront.action_resume()
        told = [json.loads(delivery.body)["data"] for delivery in self.claim()]
        self.assertCountEqual([
            (data["sku"], data["new_quantity"]) for data in told
            if data.get("location_code") == "WH-TECH-01"
        ], [(self.drone.enord_sku, 0), (self.guard.enord_sku, 0)])

    def test_unless_the_product_has_no_sku_any_more(self):
        self.warehouse.enord_location_code = "WH-NEW"
        self.recorded()
        self.give_up()
        self.drone.default_code = False
        self.storefront.action_resume()
        told = [json.loads(delivery.body)["data"] for delivery in self.claim()]
        self.assertEqual([
            data["sku"] for data in told if data.get("location_code") == "WH-TECH-01"
        ], [self.guard.enord_sku])

    def test_with_nothing_but_dead_letters_they_are_probed_with(self):
        self.change_prices()
        self.give_up()
        self.Event.search([("state", "=", "pending")]).state = "dead"
        self.env.flush_all()
        probe = self.probe()
        self.assertEqual(len(probe), 1)
        self.answer(probe)
        self.assertEqual(self.storefront.delivery_state, "running")
        self.assertEqual(
            self.delivered_prices(probe) + self.delivered_prices(self.claim()), [1, 1],
        )
        self.assertFalse(self.dead())

    def test_with_nothing_to_tell_probing_goes_on(self):
        self.storefront.write({"delivery_state": "failing", "failure_streak": 9})
        probe = self.probe()
        self.assertEqual(len(probe), 1)
        self.answer(probe, 503)
        self.assertFalse(self.claim(), "not before the next probe")
        again = self.probe()
        self.assertEqual([one.event_id for one in again], [one.event_id for one in probe])
        self.answer(again)
        self.assertEqual(self.storefront.delivery_state, "running")
        self.assertFalse(self.claim())

    def test_a_storefront_that_never_knew_anything_is_not_probed_with_what_is_not_there(self):
        self.Event.search([]).unlink()
        self.storefront.write({"delivery_state": "failing", "failure_streak": 9})
        self.assertFalse(self.probe())
        self.assertFalse(self.Event.search([]))

    def test_a_dead_letter_of_what_is_not_sold_any_more_does_not_stop_the_others(self):
        self.change_prices()
        self._put(self.guard, self.warehouse, 1)
        self.recorded()
        self.give_up()
        self.Event.search([("state", "=", "pending")]).state = "dead"
        self.assertEqual(len(self.dead()), 3)
        self.guard.product_tmpl_id.enord_published = False
        self.recorded()
        self.Event.search([("state", "=", "pending")]).unlink()
        self.storefront.delivery_state = "failing"
        for _key in range(3):
            if probe := self.probe():
                self.answer(probe)
                break
        self.assertEqual(self.storefront.delivery_state, "running")
        self.assertFalse(self.dead())

    def test_what_was_delivered_since_is_not_sent_again(self):
        self.change_prices()
        self.give_up()
        dead = self.dead()
        self.assertEqual(len(dead), 2)
        dead[0].copy({"state": "delivered", "delivered_at": fields.Datetime.now()})
        self.storefront.delivery_state = "failing"
        self.env.flush_all()
        self.storefront.action_resume()
        self.env.invalidate_all()
        self.assertEqual(
            self.Event.search([("state", "=", "pending")]).mapped("key"), dead[1].mapped("key"),
        )
        self.assertEqual(set(dead.mapped("state")), {"superseded"})

    def test_what_a_running_storefront_refuses_stays_dead(self):
        self.change_prices()
        self.storefront.failure_streak = 0
        self.give_up()
        self.assertEqual(len(self.dead()), 2)
        self._put(self.guard, self.warehouse, 1)
        self.recorded()
        self.answer(self.claim())
        self.assertEqual(self.storefront.delivery_state, "running")
        self.assertEqual(len(self.dead()), 2)

    def aged(self, events, days):
        events.recorded_at = fields.Datetime.now() - timedelta(days=days)
        self.env.flush_all()
        removed, _more = self.Event._gc_dead()
        self.env.invalidate_all()
        return removed

    def test_the_newest_of_a_key_is_kept_for_half_a_year_and_comes_back_till_then(self):
        self.change_prices()
        self.give_up()
        dead = self.dead()
        newest = dead[1] | dead[0].copy({"state": "dead"})
        self.Event._gc_events()
        self.assertEqual(self.aged(dead | newest, 29), 0)
        self.assertEqual(self.aged(dead | newest, 179), 1, "another dead one is newer")
        self.assertEqual(self.dead(), newest)
        self.storefront.delivery_state = "failing"
        self.env.flush_all()
        self.storefront.action_resume()
        self.assertEqual(self.delivered_prices(self.claim()), [1, 1])

    def test_what_is_older_goes_and_the_storefronts_history_tells(self):
        self.change_prices()
        self.give_up()
        before = self.storefront.message_ids
        self.assertEqual(self.aged(self.dead(), 181), 2)
        self.assertFalse(self.dead())
        [line] = self.storefront.message_ids - before
        self.assertIn("given up and are removed now: 2.", line.body)
        self.assertEqual(self.Event._gc_dead(), (0, 0))
        self.assertEqual(self.storefront.message_ids - before, line)

    def test_what_was_delivered_since_is_forgotten_with_the_others(self):
        self.change_prices()
        self.give_up()
        dead, other = self.dead()
        dead.copy({"state": "delivered", "delivered_at": fields.Datetime.now()})
        before = self.storefront.message_ids
        self.assertEqual(self.aged(dead | other, 31), 1)
        self.assertEqual(self.dead(), other)
        self.assertEqual(self.storefront.message_ids, before)
