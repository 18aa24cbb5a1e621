from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ...delivery.sender import Result
from ...models.outbox import delivery_state as storefront_delivery
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestDeliveryStates(SalesSyncCommon):
    """A storefront that is down, gone, paused, or changes its secret."""

    def setUp(self):
        super().setUp()
        self.Event = self.env["enord.webhook.event"]
        # far enough for a slow machine; the tests let time pass themselves
        self.patch(storefront_delivery, "PROBE_DELAYS", (60,))

    def change(self, count=1):
        for number in range(count):
            product = self._make_product(f"SKU-{self.Event.search_count([])}-{number}", 1.0)
            self._put(product, self.warehouse, 1)
        self.recorded()
        self.Event.search([("event_type", "=", "catalog.update")]).unlink()

    def answer(self, deliveries, status=200):
        error = "" if status == 200 else f"HTTP {status}"
        self.Event._record([Result(delivery, status, error, 0.01) for delivery in deliveries])
        self.env.invalidate_all()

    def later(self, **delta):
        """Let time pass for what waits."""
        moment = fields.Datetime.now() - timedelta(**delta)
        if self.storefront.next_probe_at:
            self.storefront.next_probe_at = moment
        self.env.flush_all()

    def test_a_storefront_that_fails_for_everything_is_probed_by_one_event_at_a_time(self):
        self.change(8)
        self.answer(self.claim(), 503)
        self.assertEqual(self.storefront.delivery_state, "failing")
        self.change(3)
        self.assertFalse(self.claim(), "the others wait for the probe")
        self.later(seconds=1)
        probe = self.claim()
        self.assertEqual(len(probe), 1)
        self.answer(probe, 503)
        self.assertFalse(self.claim())

    def test_when_it_is_back_everything_goes_at_once(self):
        self.change(8)
        self.answer(self.claim(), 503)
        self.later(seconds=1)
        self.answer(self.claim())
        self.assertEqual(
            (self.storefront.delivery_state, self.storefront.failure_streak), ("running", 0)
        )
        self.assertEqual(len(self.claim()), 7)

    def test_another_address_is_tried_at_once_and_knows_nothing_of_the_former_ones_failure(self):
        self.change(8)
        self.answer(self.claim(), 503)
        self.storefront.name = "Renamed"
        self.assertEqual(self.storefront.delivery_state, "failing")
        self.storefront.webhook_url = "https://moved.example.com/webhooks/erp"
        self.assertEqual(
            (self.storefront.delivery_state, self.storefront.last_delivery_error),
            ("running", False),
        )
        self.assertGreater(len(self.claim()), 7)

    def test_single_failures_do_not_hold_up_the_others(self):
        self.change(8)
        deliveries = self.claim()
        self.answer(deliveries[:7], 404)
        self.answer(deliveries[7:])
        self.assertEqual(self.storefront.delivery_state, "running")

    def test_the_dispatcher_wakes_for_the_next_probe(self):
        self.change(8)
        self.answer(self.claim(), 503)
        self.Event.search([]).next_attempt_at = fields.Datetime.now() + timedelta(hours=1)
        self.env.flush_all()
        _claimed, due_in = self.Event._claim(lambda _storefront, probing: 1 if probing else 100)
        self.assertTrue(50 < due_in <= 60)

    def test_a_storefront_that_is_gone_is_paused_and_staff_are_told(self):
        self.change(2)
        self.answer(self.claim(), 410)
        self.assertEqual(self.storefront.delivery_state, "paused")
        self.assertIn("410", self.storefront.message_ids[0].body)
        self.change()
        self.assertFalse(self.claim())
        self.storefront.action_resume()
        self.assertEqual(len(self.claim()), 3)

    def test_no_mail_server_holds_up_the_delivery_of_others(self):
        follower = new_test_user(self.env, "online.follower", "enord_sales_sync.group_user",
                                 email="follower@example.com", notification_type="email")
        self.storefront.message_subscribe(
            follower.partner_id.ids, self.env.ref("mail.mt_note").ids,
        )
        self.change()
        deliveries = self.claim()
        with patch.object(self.env.registry["mail.mail"], "send") as send:
            self.answer(deliveries, 410)
        send.assert_not_called()
        [mail] = self.env["mail.mail"].search([("recipient_ids", "in", follower.partner_id.ids)])
        self.assertEqual(mail.state, "outgoing")

    def test_one_storefront_that_is_down_leaves_the_other_alone(self):
        other = self.another(webhook_url="https://other.example.com")
        self.Event.search([]).unlink()
        self.change(8)
        deliveries = self.claim()
        self.assertEqual(len(deliveries), 16)
        self.answer([d for d in deliveries if d.storefront_id == self.storefront.id], 500)
        self.answer([d for d in deliveries if d.storefront_id == other.id])
        self.assertEqual(other.delivery_state, "running")
        self.assertEqual(self.storefront.delivery_state, "failing")

    def test_everything_is_not_sent_again_while_it_still_waits(self):
        self.storefront.action_resync()
        waiting = self.Event.search_count([])
        with self.assertRaisesRegex(UserError, "still waiting .*: 6"):
            self.storefront.action_resync()
        self.assertEqual(self.Event.search_count([]), waiting)
        while deliveries := self.claim():  # and what follows from them
            self.answer(deliveries)
        self.storefront.action_resync()

    def test_live_events_overtake_what_is_sent_again(self):
        self.storefront.action_resync()
        self.assertEqual(self.storefront.resync_left, 6)
        self._put(self.guard, self.warehouse, 1)
        live = self.recorded()
        claimed, _due_in = self.Event._claim(lambda _storefront, _probing: 1)
        self.assertEqual(claimed, live.ids)

    def test_a_warehouse_that_is_sold_from_no_more_is_told_as_empty(self):
        self.storefront.warehouse_ids = self.warehouse
        bodies = [delivery.body.decode() for delivery in self.claim()]
        left = [body for body in bodies if "WH-MUM-01" in body]
        self.assertEqual(len(left), 2)
        self.assertTrue(all('"new_quantity":0' in body for body in left))

    def test_and_is_told_so_later_where_nothing_could_be_told_just_then(self):
        self.storefront.action_resync()
        while self.leaving():
            pass
        self.storefront.warehouse_ids = self.warehouse
        self.storefront.active = False
        self.assertFalse(self.leaving())
        self.storefront.active = True
        codes = [data["location_code"] for data in self.leaving() if "location_code" in data]
        self.assertEqual((codes.count("WH-MUM-01"), codes.count("WH-TECH-01")), (2, 2))
        self.storefront.action_resync()
        codes = [data["location_code"] for data in self.leaving() if "location_code" in data]
        self.assertEqual((codes.count("WH-MUM-01"), codes.count("WH-TECH-01")), (0, 2))

    def test_products_that_a_narrower_filter_leaves_out_are_withdrawn(self):
        self.storefront.action_resync()
        while deliveries := self.claim():
            self.answer(deliveries)
        self.storefront.product_domain = "[('list_price', '<', 1000)]"
        bodies = [delivery.body.decode() for delivery in self.claim()]
        self.assertEqual(len([body for body in bodies if '"is_active":false' in body]), 1)

    def test_dead_letters_and_a_time_window_are_sent_again(self):
        self.change(3)
        events = self.Event.search([])
        events[0].state = "dead"
        events[1].state = "delivered"
        events[2].write({"state": "delivered",
                         "recorded_at": fields.Datetime.now() - timedelta(days=2)})
        wizard = self.env["enord.replay.wizard"].create({"storefront_id": self.storefront.id})
        wizard.action_send()
        self.assertEqual(self.keys_leaving(), [events[0].key])
        wizard.write({"what": "window", "date_from": fields.Datetime.now() - timedelta(hours=1)})
        self.assertEqual(events[0].state, "superseded")
        self.Event.search([("key", "=", events[0].key)]).recorded_at = (
            fields.Datetime.now() - timedelta(days=2)
        )
        wizard.action_send()
        self.assertEqual(self.keys_leaving(), [events[1].key])

    def keys_leaving(self):
        self.env.flush_all()
        deliveries = self.claim()
        keys = [self.Event.browse(delivery.event_id).key for delivery in deliveries]
        self.answer(deliveries)
        self.env.invalidate_all()
        return keys

    def test_some_are_sent_again_once_at_a_time_and_each_subject_once(self):
        self.change(1)
        event = self.Event.search([])
        event.state = "delivered"
        for _time in range(3):
            event.copy()
        user = new_test_user(self.env, "resending", "enord_sales_sync.group_user")
        wizard = self.env["enord.replay.wizard"].with_user(user).create({
            "storefront_id": self.storefront.id, "what": "window",
            "date_from": fields.Datetime.now() - timedelta(hours=1),
        })
        for what in ("window", "dead"):
            self.Event.search([("state", "=", "delivered")])[0].copy({"state": "dead"})
            wizard.what = what
            wizard.action_send()
            for again in (wizard.action_send, self.storefront.action_resync):
                with self.assertRaisesRegex(UserError, "still waiting .*: 1"):
                    again()
            self.assertEqual(len(self.keys_leaving()), 1)
        with self.assertRaisesRegex(UserError, "no such events"):
            wizard.action_send()

    def test_old_events_are_forgotten_but_not_what_was_told_last(self):
        self.storefront.action_resync()
        while deliveries := self.claim():
            self.answer(deliveries)
        self.storefront.action_resync()
        while deliveries := self.claim():
            self.answer(deliveries)
        self.Event.search([]).recorded_at = fields.Datetime.now() - timedelta(days=31)
        self.env.flush_all()
        self.Event._gc_events()
        left = self.Event.search([])
        self.assertEqual(
            sorted(left.mapped("event_type")), ["catalog.update"] * 2 + ["inventory.change"] * 4,
        )
        self.assertEqual(len(set(left.mapped("key"))), 6)
