from odoo.tests import new_test_user, tagged

from ...delivery.sender import Result
from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestLanguages(OrdersCommon):
    """Who is told by a job or the dispatcher, which have no language, is told in their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.env["ir.module.module"]._load_module_terms(["enord_sales_sync"], ["de_DE"])
        cls.keeper = new_test_user(
            cls.env, "online.keeper", "enord_sales_sync.group_manager", lang="de_DE",
        )
        cls.storefront.responsible_user_id = cls.storefront.accounting_user_id = cls.keeper

    def answer(self, status):
        events = self.env["enord.webhook.event"]
        events._record([
            Result(delivery, status, "" if status == 200 else f"HTTP {status}", 0.01)
            for delivery in self.claim()
        ])
        self.env.flush_all()
        self.env["enord.incident"]._cron_watch()
        self.env.invalidate_all()

    def test_an_incident_its_cause_and_its_end(self):
        self._put(self._make_product("TOLD-IN-GERMAN", 1.0), self.warehouse, 1)
        self.recorded()
        self.answer(410)
        incident = self.env["enord.incident"].search([("storefront_id", "=", self.storefront.id)])
        [activity] = incident.activity_ids
        self.assertIn("Angehalten: Er will keine Ereignisse mehr", activity.summary)
        self.assertIn("hat mit 410 (Gone) geantwortet", activity.note)
        self.storefront.action_resume()
        self.answer(200)
        said = " ".join(self.storefront.message_ids.mapped("body"))
        self.assertIn("Die Zustellung ist angehalten", said)
        self.assertIn("Vorbei: ", said)
        self.assertNotIn("Gone): it wants", said)

    def test_prices_that_are_hard_to_believe(self):
        self.company.partner_id.lang = "en_US"
        self.post(line_items=self.lines(("DRONE-X1-PRO-KIT", 1, 1.0)), total_amount=1.0)
        [activity] = self.sale().activity_ids
        self.assertEqual(activity.summary, "Preise weit unter dem Katalog")
        self.assertIn("liegt weit unter dem Katalogpreis", activity.note)

    def test_an_invoice_that_failed_and_money_to_give_back(self):
        self.storefront.payment_journal_id = False
        self.post(payment={"reference": "pay_29Q", "method": "upi", "amount": 46000.0})
        sale = self.sale()
        [activity] = sale.activity_ids
        self.assertEqual(activity.summary, "Die Zahlung konnte nicht verbucht werden")
        sale._enord_ask_refund()
        self.assertIn("wurde nach der Bezahlung storniert", sale.activity_ids.mapped("note")[-1])
