from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ...models.storefront.sending_database import tell_of_stopped_sending, this_database
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestSendingDatabase(SalesSyncCommon):
    """A copy of the database that was not neutralised tells the live shop nothing."""

    def setUp(self):
        super().setUp()
        self._put(self.drone, self.warehouse, 1)
        self.event = self.recorded()

    def rename(self):
        """As if this database had had another name when sending was switched on."""
        name, _space, uuid = this_database(self.env).rpartition(" ")
        self.storefront.sending_database = f"{name}-before {uuid}"
        self.env.invalidate_all()

    def duplicate(self):
        """As Odoo's database manager makes a copy its own."""
        self.env["ir.config_parameter"].init(force=True)
        self.env.invalidate_all()

    def decide(self, name, user=None):
        action = self.env.ref(f"enord_sales_sync.action_database_is_{name}")
        action.with_user(user or self.env.user).with_context(
            active_model="enord.storefront", active_id=self.storefront.id,
            active_ids=self.storefront.ids,
        ).run()
        self.env.invalidate_all()

    def test_where_sending_was_switched_on_events_are_sent(self):
        self.assertEqual(self.storefront.sending_database, this_database(self.env))
        self.assertFalse(self.storefront.sending_stopped)
        self.assertEqual([delivery.event_id for delivery in self.claim()], self.event.ids)

    def test_under_another_name_nothing_is_sent_and_the_reason_is_shown(self):
        self.rename()
        self.assertFalse(self.claim())
        self.assertIn(f"{self.env.cr.dbname}-before", self.storefront.sending_stopped)
        self.assertIn(self.env.cr.dbname, Form(self.storefront).sending_stopped)

    def test_a_duplicate_sends_nothing_whatever_its_name(self):
        self.duplicate()
        self.assertFalse(self.claim())
        self.assertTrue(self.storefront.sending_stopped)

    def test_what_was_being_sent_when_the_copy_was_made_is_not_sent_from_it(self):
        self.assertTrue(self.claim())
        self.duplicate()
        self.env["enord.webhook.event"]._free_leases()
        self.assertFalse(self.claim())

    def test_a_renamed_live_database_goes_on_with_one_button_and_has_lost_nothing(self):
        self.rename()
        self._put(self.guard, self.warehouse, 1)
        events = self.event + self.recorded()
        self.assertFalse(self.claim())
        self.decide("live")
        self.assertFalse(self.storefront.sending_stopped)
        self.assertEqual({delivery.event_id for delivery in self.claim()}, set(events.ids))

    def test_a_paused_storefront_stays_so_in_a_renamed_database(self):
        self.storefront.action_pause()
        self.rename()
        self.decide("live")
        self.assertEqual(self.storefront.delivery_state, "paused")
        self.assertFalse(self.claim())

    def test_a_copy_is_paused_with_one_button_until_staff_resume(self):
        self.duplicate()
        self.decide("copy")
        self.assertFalse(self.storefront.sending_stopped)
        self.assertEqual(self.storefront.delivery_state, "paused")
        self.assertFalse(self.claim())
        self.storefront.action_resume()
        self.assertTrue(self.claim())

    def test_what_is_said_of_the_database_holds_for_every_storefront_told_from_the_same(self):
        other = self.another(webhook_secret=self.SECRET)
        archived = self.another(webhook_secret=self.SECRET, active=False)
        self.duplicate()
        self.decide("copy")
        for storefront in self.storefront + other + archived:
            self.assertEqual(storefront.delivery_state, "paused")
            self.assertFalse(storefront.sending_stopped)

    def test_a_webhook_url_that_is_entered_in_a_copy_is_the_copys_own(self):
        self.duplicate()
        self.storefront.webhook_url = "https://staging.example.com/webhooks/erp"
        self.recorded()
        self.assertFalse(self.storefront.sending_stopped)
        self.assertTrue(self.claim())

    def test_other_settings_switch_nothing_on(self):
        self.duplicate()
        self.storefront.write({"name": "Copy", "safety_stock": 1})
        self.recorded()
        self.assertTrue(self.storefront.sending_stopped)
        self.assertFalse(self.claim())

    def test_a_storefront_without_an_address_is_not_stopped(self):
        self.storefront.webhook_url = False
        self.duplicate()
        self.assertFalse(self.storefront.sending_stopped)

    def test_only_who_may_change_storefronts_decides(self):
        self.rename()
        user = new_test_user(self.env, "salesperson", "enord_sales_sync.group_user")
        for name in ("live", "copy"):
            with self.assertRaises(AccessError):
                self.decide(name, user)
        manager = new_test_user(self.env, "manager", "enord_sales_sync.group_manager")
        self.decide("live", manager)
        self.assertFalse(self.storefront.sending_stopped)

    def test_the_responsible_is_told_once_in_each_database(self):
        told = lambda: len(self.storefront.message_ids.filtered(  # noqa: E731
            lambda message: "Nothing is sent" in (message.body or "")
        ))
        tell_of_stopped_sending(self.storefront)
        self.assertEqual(told(), 0)
        self.rename()
        tell_of_stopped_sending(self.storefront)
        tell_of_stopped_sending(self.storefront)
        self.assertEqual(told(), 1)
        self.assertTrue(self.storefront.message_ids[0].partner_ids)
        self.duplicate()
        tell_of_stopped_sending(self.storefront)
        self.assertEqual(told(), 2)
