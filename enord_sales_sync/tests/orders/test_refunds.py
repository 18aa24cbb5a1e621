from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .refunds_common import TOTAL, RefundsCommon


@tagged("post_install", "-at_install")
class TestRefunds(RefundsCommon):
    """Of an order that is cancelled the money is asked for that came in, on whatever way."""

    def partly_credited(self, sale, part):
        """A posted credit note over a part of the invoice, by hand."""
        credit = sale.invoice_ids._reverse_moves()
        credit.write({"invoice_line_ids": [
            Command.update(line.id, {"quantity": line.quantity * part})
            for line in credit.invoice_line_ids
        ]})
        credit.action_post()
        return credit

    def test_what_staff_registered_on_the_invoice_is_given_back(self):
        for sale in self.cancel_both_ways(lambda sale: self.register(sale.invoice_ids)):
            self.assertAsked(sale, TOTAL)
            invoice = sale.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
            self.assertIn(invoice.name, self.asked(sale).note)
            self.asked(sale).action_done()
            self.env.invalidate_all()
            self.assertEqual(sale.enord_payment_state, "refunded")
            sale._enord_try_credit()
            self.assertFalse(self.asked(sale), "asked once")

    def test_what_came_in_at_the_bank_is_given_back(self):
        for sale in self.cancel_both_ways(
            lambda sale: self.reconcile_with_bank(sale.invoice_ids, TOTAL)
        ):
            self.assertAsked(sale, TOTAL)

    def test_a_payment_that_waits_for_the_bank_counts(self):
        """It has no entry where Odoo's Accounting is installed and its method has no account."""
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        self.startPatcher(patch.object(
            self.env.registry["account.move"], "_get_invoice_in_payment_state",
            return_value="in_payment",
        ))

        def pay(sale):
            payment = self.register(sale.invoice_ids)
            self.assertFalse(payment.move_id)

        for sale in self.cancel_both_ways(pay):
            self.assertAsked(sale, TOTAL)

    def test_a_part_that_was_paid_is_given_back(self):
        for sale in self.cancel_both_ways(
            lambda sale: self.register(sale.invoice_ids, amount=12000.5)
        ):
            self.assertAsked(sale, 12000.5)

    def test_what_the_storefront_took_and_what_staff_took_are_one_sum(self):
        sale = self.ordered(payment={"reference": "pay_29Q", "method": "upi", "amount": 20000.0})
        self.register(sale.invoice_ids)
        sale.action_cancel()
        self.assertAsked(sale, TOTAL)
        self.assertIn("upi pay_29Q", self.asked(sale).note)

    def test_what_went_back_before_is_not_asked_for_again(self):
        sale = self.ordered()
        self.register(sale.invoice_ids)
        credit = self.partly_credited(sale, 1 / 3)
        back = credit.amount_total
        self.register(credit)
        sale.action_cancel()
        self.assertAsked(sale, TOTAL - back)

    def test_a_credit_note_that_is_still_open_is_to_be_given_back(self):
        sale = self.ordered()
        self.register(sale.invoice_ids)
        self.partly_credited(sale, 1 / 3)
        sale.action_cancel()
        self.assertAsked(sale, TOTAL)

    def test_of_an_invoice_with_another_order_its_own_part_counts(self):
        self.storefront.invoice_policy = "draft"
        self.post("ONE")
        self.post("TWO")
        orders = self.sale("ONE") | self.sale("TWO")
        orders.invoice_ids.button_cancel()
        invoice = orders._create_invoices(grouped=False)
        invoice.action_post()
        self.assertEqual(len(invoice), 1)
        self.register(invoice, amount=TOTAL)
        self.sale("ONE").action_cancel()
        self.assertAsked(self.sale("ONE"), TOTAL / 2)
        self.assertFalse(self.asked(self.sale("TWO")))

    def test_what_nobody_has_paid_is_not_given_back(self):
        for sale in self.cancel_both_ways(lambda sale: None):
            self.assertFalse(self.asked(sale))
            self.assertEqual(sale.enord_payment_state, "none")
            self.assertEqual(sale.enord_received_amount, 0)

    def test_of_what_was_free_nothing_was_given_back(self):
        """Odoo calls an invoice of 0 paid."""
        self.post(line_items=[{"sku": "PROP-GUARD-X1", "quantity": 1, "unit_price": 0}])
        sale = self.sale()
        sale.action_cancel()
        self.assertFalse(self.asked(sale))
        self.assertEqual(sale.enord_payment_state, "none")

    def test_a_credit_note_that_failed_asks_once_it_is_made(self):
        sale = self.ordered()
        self.register(sale.invoice_ids)
        sale.picking_ids.move_ids.picked = True
        sale.picking_ids._action_done()
        sale.action_cancel()
        self.assertFalse(self.asked(sale), "goods are with the customer: staff decide")
        self.assertEqual(sale.enord_payment_state, "to_refund")
        sale.action_enord_invoice()
        self.assertAsked(sale, TOTAL)
