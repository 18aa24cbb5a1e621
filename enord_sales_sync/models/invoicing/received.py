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
            self.enord_received_amount, self._enord_paid_online(),
            self._enord_settled(self._enord_invoices()),
        )

    def _enord_to_give_back(self):
        """What was received and did not go back with a credit note before, in the order's currency.
        """
        received = self.enord_received_amount or self._enord_paid_online()
        return received - self._enord_settled(self._enord_credit_notes())

    def _enord_settled(self, moves):
        """This order's part of the money that posted invoices or credit notes are settled with."""
        own = self._enord_invoices() | self._enord_credit_notes()
        settled = 0.0
        for move in moves.filtered(lambda move: move.state == "posted"):
            lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
            total = sum(lines.mapped("price_total"))
            if not total:
                continue
            # of the total itself roundings in cash are a part, and discounts for early payment
            part = sum(self._enord_lines_of(move).mapped("price_total")) / total
            money = min(_settled_by_others(move, own), move.amount_total)
            settled += move.currency_id._convert(
                money * part, self.currency_id, move.company_id, move.date, round=False,
            )
        return self.currency_id.round(settled)


def _settled_by_others(move, own):
    """What a move is reconciled with beside `own` ones: payments, lines of bank statements, other
    entries; and payments that have no entry, because the bank is to confirm them."""
    reconciled = sum(
        partial["amount"] * _part_of_money(partial["aml"])
        for partial in move._get_all_reconciled_invoice_partials()
        if not partial["is_exchange"] and partial["aml"].move_id not in own
    )
    without_entry = move.matched_payment_ids.filtered(lambda payment: not payment.move_id)
    expected = without_entry.filtered(lambda payment: payment.state == "in_process")
    return reconciled + _amount(expected, move) or _amount(
        without_entry.filtered(lambda payment: payment.state == "paid"), move
    )


def _part_of_money(line):
    """Which part of what a journal item settles has changed hands: what was written off, withheld
    or given for early payment has not."""
    move = line.move_id
    if move.is_invoice(include_receipts=True):
        return 1.0
    settling = move.line_ids.filtered(lambda other: (
        other.account_type == line.account_type and other.balance * line.balance > 0
    ))
    document = move.origin_payment_id or move.statement_line_id
    money = document._seek_for_lines()[0] if document else move.line_ids.filtered(lambda other: (
        other.balance * line.balance < 0 and not other.tax_line_id
        and other.account_id.internal_group not in ("income", "expense")
    ))
    settled = sum(settling.mapped("balance"))
    if not settled or (document and not money):
        return 1.0  # nothing tells
    return min(1.0, max(0.0, -sum(money.mapped("balance")) / settled))


def _amount(payments, move):
    return sum(
        payment.currency_id._convert(
            payment.amount, move.currency_id, payment.company_id, payment.date,
        ) for payment in payments
    )
