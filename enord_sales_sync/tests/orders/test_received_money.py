from odoo import Command
from odoo.tests import tagged

from .refunds_common import REFUND, TOTAL, RefundsCommon

PAYMENT = {"reference": "pay_29Q", "method": "upi", "amount": TOTAL}


@tagged("post_install", "-at_install")
class TestReceivedMoney(RefundsCommon):
    """What is asked back is the money that came in: not what was written off, nor what was never
    there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.env["account.account"].search([
            ("account_type", "=", "expense"), ("company_ids", "in", cls.company.ids),
        ], limit=1)

    def drafted(self, **changes):
        """An order whose invoice staff have not posted yet."""
        self.storefront.invoice_policy = "draft"
        return self.ordered(**changes)

    def receivable(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def settle_by_entry(self, invoice, **other):
        """With an entry whose other side is ``other``."""
        receivable = self.receivable(invoice)
        entry = self.env["account.move"].create({"move_type": "entry", "line_ids": [
            Command.create({
                "account_id": receivable.account_id.id, "partner_id": invoice.partner_id.id,
                "credit": TOTAL,
            }),
            Command.create({"debit": TOTAL, **other}),
        ]})
        entry.action_post()
        (receivable | entry.line_ids.filtered("credit")).reconcile()
        self.assertEqual(invoice.amount_residual, 0)

    def test_what_a_payment_writes_off_was_not_paid(self):
        for sale in self.cancel_both_ways(lambda sale: self.register(
            sale.invoice_ids, amount=45990.5, payment_difference_handling="reconcile",
            writeoff_account_id=self.expense.id,
        )):
            self.assertAsked(sale, 45990.5)

    def test_a_discount_for_early_payment_was_not_paid(self):
        sale = self.drafted()
        invoice = sale.invoice_ids
        invoice.invoice_payment_term_id = self.env["account.payment.term"].create({
            "name": "2/10", "early_discount": True, "discount_percentage": 2, "discount_days": 10,
            "early_pay_discount_computation": "included",
            "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
        })
        invoice.action_post()
        self.register(invoice)
        self.assertEqual(invoice.amount_residual, 0)
        sale.action_cancel()
        self.assertAsked(sale, TOTAL * 0.98)

    def test_what_a_line_of_the_bank_writes_off_was_not_paid(self):
        sale = self.ordered()
        receivable = self.receivable(sale.invoice_ids)
        line, open_line = self.line_of_bank(45990.5)
        line.move_id.button_draft()
        line.move_id.write({"line_ids": [
            Command.update(open_line.id, {
                "account_id": receivable.account_id.id, "partner_id": sale.partner_id.id,
                "amount_currency": -TOTAL, "balance": -TOTAL,
            }),
            Command.create({"account_id": self.expense.id, "balance": 9.5}),
        ]})
        line.move_id.action_post()
        (receivable | open_line).reconcile()
        self.assertEqual(sale.invoice_ids.amount_residual, 0)
        sale.action_cancel()
        self.assertAsked(sale, 45990.5)

    def test_of_a_loss_nothing_is_given_back(self):
        sale = self.ordered()
        self.settle_by_entry(sale.invoice_ids, account_id=self.expense.id)
        sale.action_cancel()
        self.assertEqual(sale.enord_received_amount, 0)
        self.assertFalse(self.asked(sale))

    def test_what_another_owes_instead_is_money(self):
        """As where a marketplace pays for its customers."""
        sale = self.ordered()
        self.settle_by_entry(
            sale.invoice_ids, account_id=self.receivable(sale.invoice_ids).account_id.id,
            partner_id=self.env["res.partner"].create({"name": "Marketplace"}).id,
        )
        sale.action_cancel()
        self.assertAsked(sale, TOTAL)

    def test_what_was_rounded_up_in_cash_is_given_back(self):
        sale = self.drafted()
        invoice = sale.invoice_ids
        invoice.invoice_cash_rounding_id = self.env["account.cash.rounding"].create({
            "name": "To 300", "rounding": 300.0, "rounding_method": "UP",
            "strategy": "add_invoice_line", "profit_account_id": self.expense.id,
            "loss_account_id": self.expense.id,
        })
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 46200)
        self.register(invoice)
        sale.action_cancel()
        self.assertAsked(sale, 46200)

    def other_currency(self):
        """One of which two are worth one of the order's."""
        currency = self.env["res.currency"].create({"name": "XTW", "symbol": "tw"})
        self.env["res.currency.rate"].create({
            "name": "2020-01-01", "currency_id": currency.id, "company_id": self.company.id,
            "company_rate": 2.0,
        })
        return currency

    def test_a_payment_in_another_currency_counts_in_the_orders(self):
        sale = self.ordered()
        self.register(sale.invoice_ids, currency_id=self.other_currency().id, amount=2 * TOTAL)
        self.assertEqual(sale.invoice_ids.amount_residual, 0)
        sale.action_cancel()
        self.assertAsked(sale, TOTAL)

    def test_an_invoice_in_another_currency_counts_in_the_orders(self):
        sale = self.drafted()
        invoice = sale.invoice_ids
        invoice.currency_id = self.other_currency()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, TOTAL)
        self.register(invoice)
        sale.action_cancel()
        self.assertAsked(sale, TOTAL / 2)

    def test_an_online_payment_that_staff_have_cancelled_was_not_received(self):
        sale = self.ordered(payment=PAYMENT)
        self.assertEqual(sale.enord_payment_state, "paid")
        sale.enord_payment_id.action_cancel()
        self.assertEqual(sale.enord_payment_state, "announced")
        self.register(sale.invoice_ids, amount=1000.5)
        sale.action_cancel()
        self.assertAsked(sale, 1000.5)
        self.assertNotIn("pay_29Q", self.asked(sale).note)

    def test_of_an_online_payment_that_was_charged_back_nothing_is_given_back(self):
        sale = self.ordered(payment=PAYMENT)
        sale.enord_payment_id.action_cancel()
        sale.action_cancel()
        self.assertFalse(self.asked(sale))
        self.assertEqual(sale.enord_payment_state, "none")

    def test_an_online_payment_that_staff_have_corrected_counts_as_corrected(self):
        sale = self.ordered(payment=PAYMENT)
        payment = sale.enord_payment_id
        payment.action_draft()
        payment.amount = 45000
        payment.action_post()
        sale.action_cancel()
        self.assertAsked(sale, 45000)

    def test_without_the_type_of_its_activity_an_order_is_cancelled_all_the_same(self):
        self.env.ref(REFUND).unlink()
        for sale in self.cancel_both_ways(lambda sale: self.register(sale.invoice_ids)):
            self.assertIn("46,000.00", "".join(sale.activity_ids.mapped("note")))
            self.assertFalse(sale.enord_invoice_error)
