from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestButtonsSayWhatTheyDid(SalesSyncCommon):
    def said(self, action):
        """What a notification says, and what follows it."""
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(action["params"]["type"], "success")
        return action["params"]["message"], action["params"]["next"]

    def change_stock(self):
        self._put(self.drone, self.warehouse, 1)
        self._put(self.guard, self.warehouse, 1)
        self.leaving()
        return self.env["enord.webhook.event"].search([], limit=2)

    def test_sending_events_again_says_how_many(self):
        message, then = self.said(self.change_stock().action_send_again())
        self.assertIn("again: 2", message)
        self.assertEqual(then["type"], "ir.actions.act_window_close", "the form is read anew")

    def test_sending_some_again_says_how_many_and_shows_them(self):
        self.change_stock()
        wizard = self.env["enord.replay.wizard"].create({
            "storefront_id": self.storefront.id, "what": "window", "date_from": "2020-01-01",
        })
        message, then = self.said(wizard.action_send())
        self.assertRegex(message, r"again: [1-9]")
        self.assertEqual(then["res_model"], "enord.webhook.event")

    def test_pausing_resuming_and_ending_an_overlap_are_said(self):
        for button, word in (
            ("action_pause", "paused"), ("action_resume", "go on"),
            ("action_end_overlap", "secret"),
        ):
            self.assertIn(word, self.said(getattr(self.storefront, button)())[0])

    def test_sending_a_product_now_is_said(self):
        places = self.env["enord.online.place"]._of_products(self.drone)
        self.assertIn("on their way", self.said(places.action_send_now())[0])

    def test_sending_everything_again_asks_with_the_number_of_products(self):
        wizard = self.env["enord.resync.wizard"].create({"storefront_id": self.storefront.id})
        before = wizard.products
        self.guard.enord_published = False
        self.env.invalidate_all()
        self.assertEqual(wizard.products, before - 1)
        self.recorded()
        self.leaving()
        self.said(wizard.action_send())
        told = self.leaving()
        self.assertIn(self.drone.default_code, str(told))

    def test_the_question_counts_no_products_of_a_storefront_that_one_may_not_see(self):
        company = self.env["res.company"].create({"name": "Another"})
        user = new_test_user(
            self.env, "elsewhere", "enord_sales_sync.group_manager", company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["enord.resync.wizard"].with_user(user).create(
                {"storefront_id": self.storefront.id}
            ).read(["products"])
