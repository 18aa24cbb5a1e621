from odoo.tests import tagged

from ..orders_common import PATH, OrdersCommon

CANCEL = f"{PATH}/ORD-WEB-2024-999/cancel"


@tagged("post_install", "-at_install")
class TestOtherAddOns(OrdersCommon):
    """What add-ons of other countries and neighbours do while an order is cancelled."""

    def cancelled(self):
        """The order, invoiced, cancelled and credited by the storefront."""
        self.post()
        response = self.call("POST", CANCEL, {"reason": "too late"})
        self.assertEqual(response.status_code, 200, response.text)
        sale = self.sale()
        self.assertEqual((sale.state, sale.enord_invoice_error), ("cancel", False))
        self.assertEqual(set(sale.invoice_ids.mapped("amount_residual")), {0.0})
        return sale

    def test_a_credit_note_bears_what_the_country_adds_in_odoos_own_window(self):
        """As a kind of document in Latin America, a legal reason in Saudi Arabia or Spain."""
        windows = self.env.registry["account.move.reversal"]
        values = windows._prepare_default_reversal
        self.patch(windows, "_prepare_default_reversal", lambda window, move: {
            **values(window, move), "narration": "<p>Article 4</p>",
        })
        [note] = self.cancelled()._enord_credit_notes()
        self.assertIn("Article 4", note.narration)
        self.assertIn("too late", note.ref)
        self.assertEqual((note.invoice_date, note.auto_post), (note.date, "no"))

    def test_an_amount_that_is_left_to_be_written_needs_no_right_of_the_storefront(self):
        orders = self.env.registry["sale.order"]
        cancel = orders._action_cancel

        def cancel_and_change(order):
            result = cancel(order)
            order.amount_untaxed += 1
            order.currency_id.invalidate_recordset(flush=False)
            return result

        self.patch(orders, "_action_cancel", cancel_and_change)
        self.cancelled()

    def test_a_secured_journal_takes_invoices_payments_and_credit_notes(self):
        self.env["account.journal"].search([
            ("type", "in", ("sale", "bank")), ("company_id", "=", self.company.id),
        ]).restrict_mode_hash_table = True
        sale = self.cancelled()
        self.assertEqual(sale.invoice_ids.mapped("state"), ["posted", "posted"])
        self.assertTrue(all(sale.invoice_ids.mapped("inalterable_hash")))
