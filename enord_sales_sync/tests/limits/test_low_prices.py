from unittest.mock import patch

from odoo.tests import mute_logger, tagged
from psycopg2 import IntegrityError

from ...models.storefront.responsible import responsible
from ..german import in_german
from ..orders_common import OrdersCommon

DRONE, GUARD = "DRONE-X1-PRO-KIT", "PROP-GUARD-X1"


@tagged("post_install", "-at_install")
class TestLowPrices(OrdersCommon):
    """A price far below the catalogue's is accepted, and staff are told."""

    def flagged(self, reference, *lines, **more):
        """Pointers of the notices about prices in the order's history; None without activity."""
        answer = self.post(reference, line_items=self.lines(*lines), **more)
        self.assertEqual(answer["notices"], [], "that is for staff")
        sale = self.sale(reference)
        notices = [
            notice["pointer"] for notice in sale.enord_notices or []
            if notice["code"] == "price_far_below"
        ]
        self.assertEqual(len(sale.activity_ids), 1 if notices else 0)
        return notices

    def test_less_than_half_is_flagged_and_half_is_not(self):
        self.assertEqual(self.flagged("HALF", (DRONE, 1, 22500), (GUARD, 1, 250)), [])
        self.assertEqual(
            self.flagged("LESS", (DRONE, 1, 22499), (GUARD, 1, 249)),
            ["/line_items/0/unit_price", "/line_items/1/unit_price"],
        )
        sale = self.sale("LESS")
        self.assertIn("Line 1, Unit price: The price, ", sale.enord_notice_text)
        self.assertIn("22499", "".join(sale.message_ids.mapped("body")))
        self.assertIn("45000", "".join(sale.message_ids.mapped("body")))
        self.assertIn("catalogue", sale.activity_ids.note)
        self.assertEqual(sale.activity_ids.user_id, responsible(self.storefront))

    def test_who_is_told_reads_it_in_the_own_language(self):
        in_german(self)
        responsible(self.storefront).lang = "de_DE"
        self.flagged("LESS", (DRONE, 1, 1))
        activity = self.sale("LESS").activity_ids
        self.assertEqual(activity.summary, "DE Prices far below the catalogue")
        self.assertIn("DE Line 1, DE Unit price: DE The price", activity.note)

    def test_who_is_told_by_e_mail_keeps_no_buyer_waiting(self):
        user = responsible(self.storefront)
        user.write({"email": "responsible@example.com", "notification_type": "email"})
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", queue.id)])
        with patch.object(self.env.registry["mail.mail"], "send") as send:
            self.flagged("LESS", (DRONE, 1, 1))
        send.assert_not_called()
        [mail] = self.env["mail.mail"].search([("recipient_ids", "in", user.partner_id.ids)])
        self.assertEqual(mail.state, "outgoing")
        self.assertGreater(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", queue.id)]), triggers,
        )

    def test_nothing_for_something(self):
        self.assertEqual(self.flagged("FREE", (DRONE, 2, 0)), ["/line_items/0/unit_price"])

    def test_a_discount_counts_like_a_low_price(self):
        lines = self.lines((DRONE, 2, 45000), (GUARD, 1, 500))
        lines[0]["discount_amount"] = 89000
        self.post("LINE", line_items=lines)
        self.assertEqual(
            [notice["pointer"] for notice in self.sale("LINE").enord_notices],
            ["/line_items/0/unit_price"],
        )
        self.assertEqual(
            self.flagged("ORDER", (DRONE, 1, 45000), discount_amount=30000),
            ["/line_items/0/unit_price"],
        )

    def test_the_setting_says_how_low(self):
        self.storefront.low_price_percent = 90
        self.assertEqual(self.flagged("A", (DRONE, 1, 40000)), ["/line_items/0/unit_price"])
        self.storefront.low_price_percent = 0
        self.assertEqual(self.flagged("B", (DRONE, 1, 0)), [])
        for percent in (-1, 101):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), \
                    self.env.cr.savepoint():
                self.storefront.low_price_percent = percent
                self.env.flush_all()

    def test_the_price_is_the_pricelists(self):
        self.storefront.pricelist_id = self.env["product.pricelist"].create({
            "name": "Online", "item_ids": [(0, 0, {
                "applied_on": "3_global", "compute_price": "percentage", "percent_price": 60,
            })],
        })
        self.assertEqual(self.flagged("SALE", (DRONE, 1, 18000)), [])
        self.assertEqual(self.flagged("LESS", (DRONE, 1, 8000)), ["/line_items/0/unit_price"])
