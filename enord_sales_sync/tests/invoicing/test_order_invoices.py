from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.invoicing import completion
from ..orders_common import OrdersCommon

PAYMENT = {"reference": "pay_29Q", "method": "upi", "amount": 46000.0}


@tagged("post_install", "-at_install")
class TestOrderInvoices(OrdersCommon):
    """Invoices by policy, their failures, and payments."""

    def run_background(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("enord_sales_sync.cron_invoice").method_direct_trigger()
        self.env.invalidate_all()

    def later(self, **delta):
        """The moment at which a retry is due has come."""
        for order in self.env["sale.order"].search([("enord_invoice_due", "!=", False)]):
            order.enord_invoice_due -= timedelta(**delta)

    def assertInvoiceFailed(self, answer):
        self.assertEqual(answer["invoice"], None)
        sale = self.sale(answer["transaction_id"])
        self.assertEqual(sale.state, "sale")
        self.assertTrue(sale.enord_invoice_error)
        self.assertEqual(len(sale.activity_ids), 1)
        self.assertEqual(self.sellable(self.drone), [11, 3])
        return sale

    def test_a_draft_is_left_to_staff(self):
        self.storefront.invoice_policy = "draft"
        answer = self.post(payment=PAYMENT)
        self.assertEqual((answer["invoice"]["name"], answer["invoice"]["state"]), (None, "draft"))
        invoice = self.sale().invoice_ids
        self.run_background()
        self.assertEqual(invoice.state, "draft")
        invoice.action_post()
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))

    def test_in_the_background_many_invoices_are_made_together(self):
        self.storefront.invoice_policy = "background"
        cron = self.env.ref("enord_sales_sync.cron_invoice")
        for number in range(3):
            answer = self.post(f"LATER-{number}", payment={**PAYMENT, "reference": f"P{number}"})
            self.assertIsNone(answer["invoice"])
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        order_class = self.env.registry["sale.order"]
        with patch.object(order_class, "_create_invoices", autospec=True,
                          side_effect=order_class._create_invoices) as create:
            self.run_background()
        self.assertEqual(create.call_count, 1)
        for number in range(3):
            sale = self.sale(f"LATER-{number}")
            self.assertEqual(sale.invoice_ids.mapped("state"), ["posted"])
            self.assertEqual(sale.invoice_ids.amount_total, 46000.0)
            self.assertIn(sale.invoice_ids.payment_state, ("paid", "in_payment"))
            self.assertFalse(sale.enord_invoice_due)

    def test_those_that_come_while_invoices_are_gathered_are_made_with_them(self):
        self.storefront.invoice_policy = "background"
        for reference in "ABC":
            self.post(reference)
        coming = [self.sale("B"), self.sale("C")]
        for sale in coming:
            sale.enord_invoice_due = False

        def a_moment_later(_seconds):
            if coming:
                coming.pop(0).enord_invoice_due = fields.Datetime.now()
                self.env.flush_all()

        order_class = self.env.registry["sale.order"]
        with patch.object(completion, "sleep", side_effect=a_moment_later), patch.object(
            order_class, "_create_invoices", autospec=True,
            side_effect=order_class._create_invoices,
        ) as create:
            self.run_background()
        self.assertEqual(create.call_count, 1)
        for reference in "ABC":
            self.assertEqual(self.sale(reference).invoice_ids.mapped("state"), ["posted"])

    def test_an_invoice_that_fails_in_the_background_does_not_hold_up_the_others(self):
        self.storefront.invoice_policy = "background"
        good, bad, other = (
            self.sale(self.post(reference)["transaction_id"]) for reference in ("A", "B", "C")
        )
        original = type(self.env["account.move"])._post
        closed = UserError("closed period")

        def post(moves, soft=True):
            if bad in moves.line_ids.sale_line_ids.order_id:
                raise closed
            return original(moves, soft)

        with patch.object(self.env.registry["account.move"], "_post", post):
            self.run_background()
        self.assertEqual((good + other).invoice_ids.mapped("state"), ["posted", "posted"])
        self.assertFalse(bad.invoice_ids)
        self.assertEqual(bad.enord_invoice_error, "closed period")

    def test_a_failure_is_tried_again_with_growing_pauses_and_told_once(self):
        order_class = self.env.registry["sale.order"]
        with patch.object(order_class, "_create_invoices", side_effect=UserError("closed period")):
            sale = self.assertInvoiceFailed(self.post())
            first = sale.enord_invoice_due - fields.Datetime.now()
            self.later(minutes=2)
            self.run_background()
            second = sale.enord_invoice_due - fields.Datetime.now()
        self.assertGreater(second, 3 * first)
        self.assertEqual(sale.enord_invoice_attempts, 2)
        self.assertEqual(len(sale.activity_ids), 1)
        self.run_background()
        self.assertFalse(sale.invoice_ids, "it is not due")
        self.later(minutes=10)
        self.run_background()
        self.assertEqual(sale.invoice_ids.mapped("state"), ["posted"])
        self.assertFalse(sale.enord_invoice_error or sale.activity_ids or sale.enord_invoice_due)

    def test_a_closed_period_refuses_no_order(self):
        # the books are closed up to yesterday, and those of sales up to next week; the order was
        # bought in the closed year and comes late
        self.company.fiscalyear_lock_date = date.today() - timedelta(days=1)
        self.company.sale_lock_date = date.today() + timedelta(days=7)
        sale = self.assertInvoiceFailed(self.post())
        self.assertIn("lock", sale.enord_invoice_error.lower())
        self.company.sale_lock_date = False
        self.later(minutes=2)
        self.run_background()
        self.assertEqual(sale.invoice_ids.mapped("state"), ["posted"])
        self.assertFalse(sale.enord_invoice_error or sale.activity_ids)

    def test_a_missing_income_account_refuses_no_order(self):
        accounts = self.env["ir.default"].search([
            ("field_id.name", "in", ["property_account_income_categ_id"])
        ])
        accounts.unlink()
        self.env["product.category"].search([]).property_account_income_categ_id = False
        self.company.income_account_id = False
        (self.drone + self.guard).property_account_income_id = False
        sales = self.env["account.journal"].search([("type", "=", "sale")])
        sales.default_account_id = False
        sale = self.assertInvoiceFailed(self.post())
        sales.default_account_id = self.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "=", self.company.id)], limit=1,
        )
        sale.action_enord_invoice()
        self.assertEqual(sale.invoice_ids.mapped("state"), ["posted"])
        self.assertFalse(sale.activity_ids)

    def test_a_missing_sales_journal_refuses_no_order(self):
        self.env["account.journal"].search([("type", "=", "sale")]).active = False
        self.assertInvoiceFailed(self.post())

    def test_an_error_in_another_add_on_refuses_no_order(self):
        order_class = self.env.registry["sale.order"]
        with (
            patch.object(order_class, "_create_invoices", side_effect=KeyError("surprise")),
            self.assertLogs("odoo.addons.enord_sales_sync", "WARNING"),
        ):
            self.assertInvoiceFailed(self.post())

    def test_a_payment_pays_the_invoice(self):
        answer = self.post(payment={**PAYMENT, "date": "2024-01-19"})
        invoice = self.sale().invoice_ids
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(answer["invoice"]["payment_state"], invoice.payment_state)
        self.assertEqual(invoice.amount_residual, 0)
        payment = self.sale().enord_payment_id
        self.assertEqual(
            (payment.amount, payment.date, payment.payment_reference, payment.journal_id,
             payment.partner_id, payment.memo),
            (46000.0, date(2024, 1, 19), "pay_29Q", self.storefront.payment_journal_id,
             invoice.commercial_partner_id, "upi pay_29Q"),
        )

    def test_a_part_payment_leaves_the_rest_open(self):
        self.post(payment={**PAYMENT, "amount": 1000.5})
        invoice = self.sale().invoice_ids
        self.assertEqual((invoice.payment_state, invoice.amount_residual), ("partial", 44999.5))

    def test_more_money_than_the_order_is_kept_and_said(self):
        answer = self.post(payment={**PAYMENT, "amount": 46000.01})
        [notice] = answer["notices"]
        self.assertEqual((notice["code"], notice["pointer"]), ("overpaid", "/payment/amount"))
        self.assertIn("46000.01 was paid, the order comes to 46000.00", notice["detail"])
        self.assertIn("more than the order", self.sale().enord_notice_text)
        [invoice, payment] = [self.sale().invoice_ids, self.sale().enord_payment_id]
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(payment.amount, 46000.01)
        receivable = payment.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertEqual(receivable.amount_residual, -0.01, "the customer's credit")
        self.assertEqual(self.post("EXACT", payment={**PAYMENT, "reference": "2"})["notices"], [])
        less = {**PAYMENT, "reference": "3", "amount": 1.0}
        self.assertEqual(self.post("LESS", payment=less)["notices"], [])

    def test_a_payment_that_cannot_be_registered_leaves_the_invoice_posted(self):
        self.storefront.payment_journal_id = False
        answer = self.post(payment=PAYMENT)
        self.assertEqual(answer["invoice"]["state"], "posted")
        sale = self.sale()
        self.assertIn("payment journal", sale.enord_invoice_error)
        self.storefront.payment_journal_id = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1,
        )
        self.later(minutes=2)
        self.run_background()
        self.assertIn(sale.invoice_ids.payment_state, ("paid", "in_payment"))
        self.assertFalse(sale.enord_invoice_error or sale.activity_ids)
        self.assertEqual(len(sale.invoice_ids), 1)

    def test_the_payment_journal_is_one_of_the_storefronts_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["account.journal"].create({
            "name": "Other Bank", "code": "OBNK", "type": "bank", "company_id": other.id,
        })
        storefront = self.env["enord.storefront"].create({
            "name": "Other Shop", "company_id": other.id, "warehouse_ids": [(6, 0, self.env[
                "stock.warehouse"].search([("company_id", "=", other.id)]).ids)],
        })
        self.assertEqual(storefront.payment_journal_id.company_id, other)

    def test_a_repeat_pays_nothing_twice(self):
        order = self.order(payment=PAYMENT)
        for _again in range(2):
            self.call("POST", "/api/sales/orders", order)
        self.assertEqual(self.env["account.payment"].search_count(
            [("payment_reference", "=", "pay_29Q")]
        ), 1)
