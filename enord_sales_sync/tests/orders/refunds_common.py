from odoo.tests import new_test_user

from ..orders_common import PATH, OrdersCommon

REFUND = "enord_sales_sync.activity_refund"
TOTAL = 46000.0


class RefundsCommon(OrdersCommon):
    """Orders that are paid in one way or another, and cancelled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env, "online.accountant", "account.group_account_invoice"
        )
        cls.storefront.accounting_user_id = cls.accountant
        cls.bank = cls.storefront.payment_journal_id

    def ordered(self, **changes):
        self.post(**changes)
        sale = self.sale()
        self.assertEqual(sale.amount_total, TOTAL)
        return sale

    def cancel_both_ways(self, prepare):
        """By the API and in Odoo; each cancelled order."""
        for reference, cancel in (
            ("API", lambda sale: self.call("POST", f"{PATH}/API/cancel")),
            ("ODOO", lambda sale: sale.action_cancel()),
        ):
            self.post(reference)
            sale = self.sale(reference)
            with self.subTest(reference):
                prepare(sale)
                cancel(sale)
                self.env.invalidate_all()
                self.assertEqual(sale.state, "cancel")
                yield sale

    def register(self, moves, **values):
        """As an accountant registers a payment of invoices or of credit notes."""
        return self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids,
        ).create({"journal_id": self.bank.id, **values})._create_payments()

    def line_of_bank(self, amount):
        """A line of a bank statement, whose other side is still open."""
        line = self.env["account.bank.statement.line"].create({
            "journal_id": self.bank.id, "date": "2026-01-21", "amount": amount,
            "payment_ref": "NEFT 77",
        })
        return line, line._seek_for_lines()[1]

    def reconcile_with_bank(self, invoice, amount):
        line, open_line = self.line_of_bank(amount)
        receivable = invoice.line_ids.filtered(
            lambda one: one.account_type == "asset_receivable"
        )
        line.move_id.button_draft()
        open_line.write({
            "account_id": receivable.account_id.id, "partner_id": invoice.partner_id.id,
        })
        line.move_id.action_post()
        (receivable | open_line).reconcile()

    def asked(self, sale):
        return sale.activity_search([REFUND])

    def assertAsked(self, sale, amount):
        [refund] = self.asked(sale)
        self.assertEqual(refund.user_id, self.accountant)
        self.assertIn(f"{amount:,.2f}", refund.note)
        self.assertEqual(sale.enord_payment_state, "to_refund")
