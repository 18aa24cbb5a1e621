from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..orders_common import OrdersCommon

PAYMENT = {"reference": "pay_29Q", "method": "upi", "amount": 46000.0}


@tagged("post_install", "-at_install")
class TestReplacedInvoices(OrdersCommon):
    """What was paid online pays the invoice that stands, whoever made it and posts it."""

    def assertPaidOnce(self, sale, invoice):
        self.assertEqual(invoice.state, "posted")
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.env["account.payment"].search(
            [("payment_reference", "=", "pay_29Q")]
        ), sale.enord_payment_id)

    def corrected(self, sale):
        """The invoice with which staff replace the order's, posted."""
        first = sale.invoice_ids
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=first.ids,
        ).create({"journal_id": first.journal_id.id})
        wizard.modify_moves()
        second = sale.invoice_ids.filtered(lambda move: move.state == "draft")
        second.action_post()
        self.assertEqual(first.payment_state, "reversed")
        return second

    def test_an_invoice_that_corrects_another_is_paid_as_that_was(self):
        self.post(payment=PAYMENT)
        sale = self.sale()
        second = self.corrected(sale)
        self.assertPaidOnce(sale, second)
        self.assertEqual(second.amount_residual, 0)
        self.assertEqual(second.enord_storefront_id, self.storefront)

    def test_so_it_is_where_the_bank_is_to_confirm_the_payment(self):
        """It has no entry where Odoo's Accounting is installed and its method has no account."""
        bank = self.storefront.payment_journal_id
        bank.inbound_payment_method_line_ids.payment_account_id = False
        self.startPatcher(patch.object(
            self.env.registry["account.move"], "_get_invoice_in_payment_state",
            return_value="in_payment",
        ))
        self.post(payment=PAYMENT)
        sale = self.sale()
        self.assertFalse(sale.enord_payment_id.move_id)
        self.assertPaidOnce(sale, self.corrected(sale))
        sale.action_cancel()
        self.assertEqual(sale.enord_received_amount, 46000.0)

    def test_an_invoice_in_the_place_of_one_that_was_cancelled_is_paid_as_that_was(self):
        self.post(payment=PAYMENT)
        sale = self.sale()
        first = sale.invoice_ids
        first.button_draft()
        first.button_cancel()
        second = sale._create_invoices()
        second.action_post()
        self.assertPaidOnce(sale, second)

    def test_a_down_payment_and_the_rest_are_paid_with_one_payment(self):
        self.storefront.invoice_policy = "draft"
        self.post(payment=PAYMENT)
        sale = self.sale()
        sale.invoice_ids.button_cancel()
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=sale.ids,
        ).create({"advance_payment_method": "fixed", "fixed_amount": 1000})
        wizard._create_invoices(sale).action_post()
        rest = sale._create_invoices(final=True)
        self.assertEqual(rest.amount_total, 45000.0)
        rest.action_post()
        self.assertPaidOnce(sale, rest)
        sale.action_cancel()
        self.assertEqual(sale.enord_received_amount, 46000.0)
        self.assertEqual(set(sale.invoice_ids.mapped("amount_residual")) - {46000.0}, {0.0})

    def test_what_went_back_with_a_cancellation_pays_nothing_any_more(self):
        self.post(payment=PAYMENT)
        sale = self.sale()
        sale.action_cancel()
        sale.action_draft()
        sale.action_confirm()
        invoice = sale._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.payment_state, "not_paid")

    def test_terms_with_several_due_dates_are_paid_with_one_payment(self):
        self.storefront.invoice_policy = "draft"
        for amount, open_then in ((46000.0, 0), (20000.5, 25999.5)):
            reference = f"TERMS-{amount}"
            self.post(reference, payment={
                "reference": reference, "method": "upi", "amount": amount,
            })
            invoice = self.sale(reference).invoice_ids
            invoice.invoice_payment_term_id = self.env["account.payment.term"].create({
                "name": "30 % now", "line_ids": [
                    Command.create({"value": "percent", "value_amount": 30}),
                    Command.create({"value": "percent", "value_amount": 70, "nb_days": 30}),
                ],
            })
            invoice.action_post()
            self.assertEqual(invoice.amount_residual, open_then)
            self.assertEqual(self.sale(reference).enord_payment_id.amount, amount)

    def test_who_bills_but_sees_only_orders_of_their_own_posts_any_invoice(self):
        self.storefront.invoice_policy = "draft"
        self.post(payment=PAYMENT)
        sale = self.sale()
        sale.user_id = new_test_user(
            self.env, "online.colleague", "sales_team.group_sale_salesman_all_leads",
        )
        biller = new_test_user(
            self.env, "online.biller",
            "sales_team.group_sale_salesman,account.group_account_invoice",
        )
        sale.invoice_ids.with_user(biller).action_post()
        self.assertFalse(sale.enord_invoice_error)
        self.assertPaidOnce(sale, sale.invoice_ids)
