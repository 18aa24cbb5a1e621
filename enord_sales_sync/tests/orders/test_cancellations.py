from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..orders_common import PATH, OrdersCommon

PAYMENT = {"reference": "pay_29Q", "method": "upi", "amount": 46000.0}
CANCEL = f"{PATH}/ORD-WEB-2024-999/cancel"
REFUND = "enord_sales_sync.activity_refund"


@tagged("post_install", "-at_install")
class TestCancellations(OrdersCommon):
    """Whoever cancels an online order, its invoice is credited and its money asked for; what fails
    of it is told until it is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "account.group_account_invoice"
        cls.accountant = new_test_user(cls.env, "online.accountant", groups)
        # Odoo's own cancellation reads transfers, and with purchases beside it their lines
        cls.salesman = new_test_user(
            cls.env, "online.seller", "sales_team.group_sale_salesman,stock.group_stock_user",
        )
        cls.storefront.accounting_user_id = cls.accountant

    def run_background(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("enord_sales_sync.cron_invoice").method_direct_trigger()
        self.env.invalidate_all()

    def no_credit(self):
        return patch.object(
            self.env.registry["account.move"], "_reverse_moves", side_effect=UserError("closed"),
        )

    def credit_notes(self, sale):
        return sale.invoice_ids.filtered(lambda move: move.move_type == "out_refund")

    def problem(self, sale):
        return sale.activity_search(["enord_sales_sync.activity_invoice_problem"])

    def cancelled_without_credit(self):
        self.post()
        with self.no_credit():
            self.assertEqual(self.call("POST", CANCEL).status_code, 200)
        sale = self.sale()
        self.assertEqual((sale.state, sale.enord_failed_step), ("cancel", "credit"))
        return sale

    def assertCredited(self, sale):
        self.assertEqual(self.credit_notes(sale).mapped("state"), ["posted"])
        self.assertEqual(set(sale.invoice_ids.mapped("amount_residual")), {0.0})
        self.assertFalse(
            sale.enord_invoice_error or sale.enord_failed_step or sale.enord_invoice_due
            or self.problem(sale)
        )

    def test_try_again_repeats_the_credit_note_and_the_error_stays_until_it_succeeds(self):
        sale = self.cancelled_without_credit()
        self.assertEqual(self.problem(sale).user_id, self.accountant)
        self.assertIn("credit note", self.problem(sale).summary.lower())
        with self.no_credit(), self.assertRaises(UserError):
            sale.with_user(self.accountant).action_enord_invoice()
        self.env.invalidate_all()
        self.assertEqual(sale.enord_invoice_error, "closed")
        self.assertTrue(self.problem(sale))
        sale.with_user(self.accountant).action_enord_invoice()
        self.assertCredited(sale)

    def test_the_job_makes_a_credit_note_that_failed(self):
        sale = self.cancelled_without_credit()
        self.assertTrue(sale.enord_invoice_due)
        sale.enord_invoice_due = fields.Datetime.now()
        with self.no_credit():
            self.run_background()
        self.assertTrue(self.problem(sale))
        self.assertEqual(len(self.problem(sale)), 1)
        self.assertEqual(sale.enord_invoice_attempts, 2)
        sale.enord_invoice_due = fields.Datetime.now()
        self.run_background()
        self.assertCredited(sale)

    def test_the_kind_of_problem_is_known(self):
        self.storefront.payment_journal_id = False
        self.post(payment=PAYMENT)
        sale = self.sale()
        self.assertEqual(sale.enord_failed_step, "payment")
        self.assertIn("payment", self.problem(sale).summary.lower())
        with patch.object(
            self.env.registry["sale.order"], "_create_invoices", side_effect=UserError("closed"),
        ):
            self.post("SECOND")
        self.assertEqual(self.sale("SECOND").enord_failed_step, "invoice")

    def test_who_may_not_invoice_does_not_try_again(self):
        sale = self.cancelled_without_credit()
        with self.assertRaises(AccessError):
            sale.with_user(self.salesman).action_enord_invoice()

    def test_goods_with_the_customer_and_no_posted_invoice_ask_for_the_refund(self):
        self.storefront.invoice_policy = "draft"
        self.storefront.delivery_policy = "deliver"
        self.post(payment=PAYMENT)
        sale = self.sale()
        self.assertEqual(sale._enord_status(), "delivered")
        sale._action_cancel()
        self.assertEqual(sale.enord_payment_state, "to_refund")
        self.assertTrue(sale.activity_search([REFUND]))

    def test_a_paid_order_that_is_cancelled_asks_for_the_refund_once(self):
        self.post(payment=PAYMENT)
        self.call("POST", CANCEL)
        sale = self.sale()
        [refund] = sale.activity_search([REFUND])
        self.assertEqual(refund.user_id, self.accountant)
        self.assertIn("46,000.00", refund.note)
        self.assertIn("upi pay_29Q", refund.note)
        refund.action_done()
        self.call("POST", CANCEL)
        self.assertFalse(sale.activity_search([REFUND]))

    def test_an_unpaid_order_asks_for_no_refund(self):
        self.post()
        self.call("POST", CANCEL)
        self.assertFalse(self.sale().activity_search([REFUND]))

    def test_an_order_that_staff_cancel_ends_as_one_that_the_storefront_cancels(self):
        self.post(payment=PAYMENT)
        self.post("OTHER", payment={**PAYMENT, "reference": "other"})
        self.sale("OTHER").user_id = self.salesman
        self.sale("OTHER").with_user(self.salesman).action_cancel()
        self.assertEqual(self.credit_notes(self.sale("OTHER")).create_uid, self.salesman)
        self.call("POST", CANCEL)
        for sale in (self.sale("OTHER"), self.sale()):
            self.assertEqual(sale.state, "cancel")
            self.assertCredited(sale)
            self.assertEqual(sale.picking_ids.mapped("state"), ["cancel"])
            self.assertTrue(sale.activity_search([REFUND]))
        status = self.call("GET", f"{PATH}/OTHER").json()
        self.assertEqual(status["credit_note"]["amount_total"], 46000.0)

    def test_what_who_cancels_may_not_see_is_credited_all_the_same(self):
        """Odoo shows a salesman orders and invoices of their own alone."""
        self.post(payment=PAYMENT)
        sale = self.sale()
        sale.user_id = self.salesman
        sale.invoice_ids.invoice_user_id = self.accountant
        sale.with_user(self.salesman).action_cancel()
        self.assertCredited(sale)
        self.assertTrue(sale.activity_search([REFUND]))

    def test_of_an_invoice_for_two_the_part_that_who_cancels_may_not_see_stays(self):
        self.storefront.invoice_policy = "draft"
        self.post()
        self.post("OTHER")
        orders = self.sale() | self.sale("OTHER")
        orders.invoice_ids.button_cancel()
        invoice = orders._create_invoices(grouped=False)
        invoice.action_post()
        self.sale().user_id = self.salesman
        self.sale("OTHER").user_id = self.accountant
        self.env.invalidate_all()
        self.sale().with_user(self.salesman).action_cancel()
        self.assertEqual(invoice.amount_residual, 46000.0)

    def test_an_order_of_no_storefront_is_cancelled_as_ever(self):
        sale = self.env["sale.order"].create({
            "partner_id": self.env["res.partner"].create({"name": "Walk-in"}).id,
            "order_line": [(0, 0, {"product_id": self.drone.id, "product_uom_qty": 1})],
        })
        sale.action_confirm()
        sale._create_invoices().action_post()
        sale.action_cancel()
        self.assertEqual(sale.invoice_ids.mapped("move_type"), ["out_invoice"])

    def test_staff_decide_where_goods_are_with_the_customer(self):
        self.post(payment=PAYMENT)
        sale = self.sale()
        sale.picking_ids.move_ids.picked = True
        sale.picking_ids._action_done()
        sale.action_cancel()
        self.assertEqual(sale.state, "cancel")
        self.assertFalse(self.credit_notes(sale))
        self.assertIn("customer", sale.enord_invoice_error)
        self.assertEqual(sale.enord_failed_step, "credit")
        self.assertFalse(sale.enord_invoice_due, "no job decides that")
        self.assertFalse(sale.activity_search([REFUND]))
        sale.action_enord_invoice()
        self.assertCredited(sale)
        self.assertTrue(sale.activity_search([REFUND]))

    def test_an_order_that_waits_for_its_invoice_gets_none_once_it_is_cancelled(self):
        self.storefront.invoice_policy = "background"
        self.post()
        sale = self.sale()
        sale.action_cancel()
        self.assertFalse(sale.enord_invoice_due)
        self.run_background()
        self.assertFalse(sale.invoice_ids)

    def test_credit_notes_carry_the_storefront(self):
        self.post()
        self.call("POST", CANCEL)
        self.assertEqual(set(self.sale().invoice_ids.mapped("enord_storefront_id")),
                         {self.storefront})
        self.post("BY-HAND")
        invoice = self.sale("BY-HAND").invoice_ids
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids,
        ).create({"journal_id": invoice.journal_id.id})
        wizard.reverse_moves()
        self.assertEqual(invoice.reversal_move_ids.enord_storefront_id, self.storefront)

    def test_a_credit_note_is_not_paid_with_the_customers_payment(self):
        self.storefront.payment_journal_id = False
        self.post(payment=PAYMENT)
        self.storefront.payment_journal_id = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1,
        )
        self.call("POST", CANCEL)
        self.assertFalse(self.sale().enord_payment_id)
        self.assertCredited(self.sale())

    def test_a_delivery_that_fails_is_told_and_tried_again(self):
        self.storefront.delivery_policy = "deliver"
        responsible = new_test_user(self.env, "online.storekeeper", "stock.group_stock_user")
        self.storefront.responsible_user_id = responsible
        with patch.object(
            self.env.registry["stock.picking"], "_action_done", side_effect=UserError("no lot"),
        ), patch.object(self.env.registry["mail.mail"], "send") as send:
            self.post()
        send.assert_not_called()  # who waits for the products would wait for the mail server
        sale = self.sale()
        self.assertEqual(sale.enord_delivery_error, "no lot")
        [told] = sale.activity_search(["enord_sales_sync.activity_delivery_problem"])
        self.assertEqual(told.user_id, responsible)
        self.assertEqual(sale.invoice_ids.mapped("state"), ["posted"])
        sale.with_user(responsible).action_enord_deliver()
        self.assertEqual(sale.picking_ids.mapped("state"), ["done"])
        self.assertFalse(sale.enord_delivery_error)
        self.assertFalse(sale.activity_search(["enord_sales_sync.activity_delivery_problem"]))
