from odoo import fields, models


class SaleOrder(models.Model):
    """What the customer of an online order has paid, on whatever way, and got back."""

    _inherit = "sale.order"

    enord_received_amount = fields.Monetary(
        "Received", readonly=True, copy=False,
        help="What the customer had paid when this order was cancelled.",
    )

    def _enord_note_received(self):
        """Keep what was paid, which nothing shows any more once the invoices are credited: Odoo
        takes the payments off them."""
        self.ensure_one()
        self.sudo().enord_received_amount = max(
            self.enord_received_amount, self.enord_payment_amount,
            self._enord_settled(self._enord_invoices()),
        )

    def _enord_to_give_back(self):
        """What was received and did not go back with a credit note before, in the order's currency.
        """
        received = self.enord_received_amount or self.enord_payment_amount
        return received - self._enord_settled(self._enord_credit_notes())

    def _enord_settled(self, moves):
        """This order's part of the money that posted invoices or credit notes are settled with."""
        own = self._enord_invoices() | self._enord_credit_notes()
        settled = 0.0
        for move in moves.filtered(lambda move: move.state == "posted" and move.amount_total):
            money = min(_settled_by_others(move, own), move.amount_total)
            ours = sum(self._enord_lines_of(move).mapped("price_total"))
            settled += money * ours / move.amount_total
        return self.currency_id.round(settled)


def _settled_by_others(move, own):
    """What a move is reconciled with beside `own` ones: payments, lines of bank statements, other
    entries; and payments that have no entry, because the bank is to confirm them."""
    reconciled = sum(
        partial["amount"] for partial in move._get_all_reconciled_invoice_partials()
        if not partial["is_exchange"] and partial["aml"].move_id not in own
    )
    without_entry = move.matched_payment_ids.filtered(lambda payment: not payment.move_id)
    expected = without_entry.filtered(lambda payment: payment.state == "in_process")
    return reconciled + _amount(expected, move) or _amount(
        without_entry.filtered(lambda payment: payment.state == "paid"), move
    )


def _amount(payments, move):
    return sum(
        payment.currency_id._convert(
            payment.amount, move.currency_id, payment.company_id, payment.date,
        ) for payment in payments
    )
