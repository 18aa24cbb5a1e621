from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ...delivery.sender import Result
from ...models.outbox import delivery_state
from ..orders_common import OrdersCommon

ACTIVITY = "enord_sales_sync.activity_incident"
JOB = "enord_sales_sync.cron_watch"


@tagged("post_install", "-at_install")
class TestIncidents(OrdersCommon):
    """What is wrong with a storefront is told once, to somebody, and leaves a line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.responsible = new_test_user(
            cls.env, "online.keeper", "enord_sales_sync.group_manager",
        )
        cls.storefront.responsible_user_id = cls.responsible
        cls.Event = cls.env["enord.webhook.event"]
        cls.Incident = cls.env["enord.incident"]

    def setUp(self):
        super().setUp()
        self.patch(delivery_state, "PROBE_DELAYS", (60,))

    def watch(self):
        self.env.flush_all()
        self.Incident._cron_watch()
        self.env.invalidate_all()

    def incident(self, kind):
        return self.Incident.search(
            [("storefront_id", "=", self.storefront.id), ("kind", "=", kind)]
        )

    def told(self, kind):
        """The open activities of an incident."""
        return self.incident(kind).activity_search([ACTIVITY])

    def change(self, count=1):
        for _change in range(count):
            product = self._make_product(f"SKU-{self.Event.search_count([])}", 1.0)
            self._put(product, self.warehouse, 1)
            self.recorded()

    def answer(self, deliveries, status=200, error=None):
        error = error or ("" if status == 200 else f"HTTP {status}")
        self.Event._record([Result(delivery, status, error, 0.01) for delivery in deliveries])
        self.env.invalidate_all()

    def refuse(self, reference):
        self.refused(422, "unknown_sku", "/line_items/0/sku", reference,
                     line_items=self.lines(("NOPE", 1, 1.0)), total_amount=1.0)

    def assertToldOnce(self, kind):
        [activity] = self.told(kind)
        self.assertEqual(activity.user_id, self.responsible)
        incident = self.incident(kind)
        self.watch()
        self.assertEqual(self.told(kind), activity)
        messages = self.storefront.message_ids.filtered(
            lambda message: message.subtype_id == self.env.ref("enord_sales_sync.subtype_incident")
        )
        self.assertEqual(len(messages), 1)
        return incident

    def assertOver(self, kind):
        incident = self.incident(kind)
        self.assertTrue(incident.ended_at)
        self.assertFalse(self.told(kind))
        if incident.told_at:
            self.assertIn("Over", self.storefront.message_ids[0].body)

    def test_an_outage_is_told_after_some_minutes_and_leaves_a_line(self):
        follower = new_test_user(self.env, "online.follower", "enord_sales_sync.group_user",
                                 email="follower@example.com")
        self.storefront.message_subscribe(follower.partner_id.ids)
        self.change(4)
        self.answer(self.claim(), 503, "The connection was refused")
        self.assertEqual(self.storefront.delivery_state, "failing")
        self.watch()
        incident = self.incident("unreachable")
        self.assertTrue(incident and not self.told("unreachable"), "it may be back in a moment")
        incident.began_at -= timedelta(minutes=6)
        self.watch()
        self.assertToldOnce("unreachable")
        self.assertEqual(incident.cause, "The connection was refused")
        self.assertGreaterEqual(incident.count, 8)
        message = self.storefront.message_ids.filtered("subtype_id.res_model")[:1]
        self.assertIn(follower.partner_id, message.notified_partner_ids)
        self.storefront.next_probe_at = fields.Datetime.now()
        self.answer(self.claim())
        self.watch()
        self.assertOver("unreachable")
        self.assertEqual(incident.lasted, "6 min")

    def test_a_short_outage_leaves_a_line_and_bothers_nobody(self):
        self.change(4)
        self.answer(self.claim(), 503)
        self.watch()
        self.storefront.action_resume()
        self.watch()
        self.assertTrue(self.incident("unreachable").ended_at)
        self.assertFalse(self.incident("unreachable").told_at)
        self.assertNotIn("Over", "".join(self.storefront.message_ids.mapped("body")))

    def test_the_minutes_are_a_setting(self):
        self.storefront.alarm_minutes = 0
        self.change(4)
        self.answer(self.claim(), 503)
        self.watch()
        self.assertToldOnce("unreachable")

    def test_a_change_of_the_state_wakes_the_job(self):
        self.env["ir.cron.trigger"].search([]).unlink()
        self.change(4)
        self.answer(self.claim(), 503)
        self.assertTrue(self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref(JOB).id)]
        ))

    def test_a_change_that_waits_while_others_arrive_is_told(self):
        self.change()
        [first, *others] = self.claim()
        self.answer(others)
        self.answer([first], 422, "HTTP 422: no such field")
        self.watch()
        self.assertFalse(self.incident("behind"))
        self.Event.browse(first.event_id).recorded_at -= timedelta(minutes=6)
        self.watch()
        incident = self.assertToldOnce("behind")
        self.assertEqual(incident.cause, "HTTP 422")

    def test_what_is_sent_again_by_the_thousand_is_not_late(self):
        self.storefront.action_resync()
        self.Event.search([]).recorded_at = fields.Datetime.now() - timedelta(minutes=30)
        self.watch()
        self.assertFalse(self.incident("behind"))

    def test_a_410_is_told_at_once_and_over_when_staff_resume(self):
        self.change()
        self.answer(self.claim(), 410)
        self.watch()
        self.assertToldOnce("gone")
        self.storefront.action_resume()
        self.watch()
        self.assertOver("gone")

    def test_a_pause_by_staff_is_nobodys_alarm(self):
        self.storefront.action_pause()
        self.change()
        self.watch()
        self.assertFalse(self.Incident.search([("storefront_id", "=", self.storefront.id)]))

    def test_the_first_dead_letter_is_told(self):
        self.change(2)
        events = self.Event.search([("state", "=", "pending")])
        events[0].write({"state": "dead", "last_error": "HTTP 422: no such field"})
        self.watch()
        self.assertToldOnce("dead")
        events[1].state = "dead"
        self.watch()
        self.assertIn("(2)", self.told("dead").summary)
        events[:2].action_send_again()
        self.watch()
        self.assertOver("dead")

    def test_refused_orders_are_told_together_with_their_number(self):
        for reference in ("WEB-0", "WEB-1", "WEB-1"):
            self.refuse(reference)
        self.watch()
        self.assertToldOnce("refused")
        self.assertIn("(2)", self.told("refused").summary)
        cause = self.incident("refused").cause
        [call] = self.env["enord.api.call"].search([("reference", "=", "WEB-0")])
        self.assertIn(f"WEB-0: {call.reason}", cause)
        self.assertNotIn("unknown_sku", cause)

    def test_why_an_order_was_refused_is_said_in_words_though_its_answer_was_not_kept(self):
        self.refuse("WEB-1")
        self.env["enord.api.call"].search([("reference", "=", "WEB-1")]).answer = False
        self.watch()
        self.assertEqual(
            self.incident("refused").cause, "WEB-1: SKU not sold here",
        )

    def test_a_further_refused_order_is_told_anew_once_staff_have_dealt_with_the_first(self):
        self.refuse("WEB-1")
        self.watch()
        self.told("refused").with_user(self.responsible).action_done()
        self.watch()
        self.assertFalse(self.told("refused"))
        self.refuse("WEB-2")
        self.watch()
        self.assertEqual(len(self.told("refused")), 1)

    def test_one_more_is_told_anew_though_there_were_as_many_before(self):
        self.refuse("WEB-1")
        self.refuse("WEB-2")
        self.watch()
        self.told("refused").with_user(self.responsible).action_done()
        self.env["enord.api.call"].search([("reference", "=", "WEB-1")]).called_at -= (
            timedelta(days=2)
        )
        self.watch()
        self.assertFalse(self.told("refused"))
        self.refuse("WEB-3")
        self.watch()
        self.assertEqual(len(self.told("refused")), 1)
        self.assertIn("WEB-3", self.incident("refused").cause)

    def test_an_order_that_is_accepted_in_the_end_was_not_refused(self):
        self.refuse("WEB-1")
        self.watch()
        self.assertEqual(self.storefront.refused_count, 1)
        self.post("WEB-1")
        self.watch()
        self.assertOver("refused")
        self.assertFalse(self.storefront.refused_count)

    def test_nor_was_one_whose_number_was_written_otherwise_at_first(self):
        for written in (" WEB-1", "WEB-1 ", "WEB-e\u0301"):
            self.call("POST", "/api/sales/orders", {"transaction_id": written})
        self.assertEqual(self.storefront.refused_count, 2)
        self.post("WEB-1")
        self.post("WEB-\u00e9")
        self.storefront.invalidate_recordset()
        self.assertFalse(self.storefront.refused_count)

    def test_an_order_that_can_no_longer_be_filled_is_told(self):
        self.post()
        self.watch()
        self.assertFalse(self.incident("unfillable"))
        quant = self.env["stock.quant"].search([
            ("product_id", "=", self.drone.id),
            ("location_id", "=", self.warehouse.lot_stock_id.id),
        ])
        quant.with_context(inventory_mode=True).inventory_quantity = 0
        quant.action_apply_inventory()
        self.watch()
        incident = self.assertToldOnce("unfillable")
        self.assertIn(self.sale().name, incident.cause)
        self._put(self.drone, self.warehouse, 5)
        self.watch()
        self.assertOver("unfillable")

    def test_a_snapshot_that_is_missed_is_told(self):
        self.watch()
        self.assertFalse(self.incident("snapshot"), "it has never read one")
        self.call("GET", "/api/inventory/snapshot")
        self.env["enord.api.call"].search(
            [("path", "=", "/api/inventory/snapshot")]
        ).called_at = fields.Datetime.now() - timedelta(hours=27)
        self.watch()
        self.assertToldOnce("snapshot")
        self.call("GET", "/api/inventory/snapshot")
        self.watch()
        self.assertOver("snapshot")

    def test_a_key_that_is_about_to_expire_is_told(self):
        self.storefront._generate_api_key(
            "Till", fields.Datetime.now() + timedelta(days=10),
        )
        self.watch()
        incident = self.assertToldOnce("key")
        self.assertIn("Till", incident.cause)
        self.storefront.key_ids.filtered(lambda key: key.name == "Till").action_revoke()
        self.watch()
        self.assertOver("key")

    def test_an_archived_storefront_has_no_incidents(self):
        self.storefront.alarm_minutes = 0
        self.change(4)
        self.answer(self.claim(), 503)
        self.watch()
        self.storefront.active = False
        self.watch()
        self.assertTrue(self.incident("unreachable").ended_at)
        self.assertFalse(self.told("unreachable"))

    def test_one_storefront_that_cannot_be_judged_hides_no_other(self):
        other = self.storefront.copy({"name": "Other", "sequence": 1})
        self.storefront.alarm_minutes = 0
        self.storefront.write({"delivery_state": "failing", "last_delivery_error": "down"})
        original = self.env.registry["enord.incident"]._watch

        def fails(incidents, storefront):
            if storefront == other:
                raise KeyError("odd")
            return original(incidents, storefront)

        self.patch(self.env.registry["enord.incident"], "_watch", fails)
        with self.assertLogs("odoo.addons.enord_sales_sync.models.health.watch", "ERROR"):
            self.watch()
        self.assertTrue(self.told("unreachable"))

    def test_nobody_forges_an_incident(self):
        with self.assertRaises(AccessError):
            self.Incident.with_user(self.responsible).create({
                "storefront_id": self.storefront.id, "kind": "dead",
                "began_at": fields.Datetime.now(),
            })
