from markupsafe import escape
from odoo import Command, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS

from ...contract.texts import one_line
from ..storefront.responsible import accountant, mailing_later

REFUND = "enord_sales_sync.activity_refund"

#: Characters of a reason that a credit note bears; the order's history has it whole.
LONGEST_REASON = 128


class SaleOrder(models.Model):
    """What was invoiced of an online order that is cancelled is credited."""

    _inherit = "sale.order"

    def _enord_try_credit(self, reason=None):
        """Credit what was invoiced; a failure leaves the order cancelled, staff are told, and the
        job tries again."""
        try:
            with self.env.cr.savepoint():
                self._enord_credit(reason)
                self._enord_invoice_done()
        except CONCURRENCY_ERRORS:
            raise
        except Exception as error:  # whatever an add-on or a configuration may bring
            self._enord_invoice_failed(error, "credit")

    def _enord_ask_refund(self):
        """Have the customer's money given back, which nobody but staff can do; asked once."""
        kind = self.env.ref(REFUND, raise_if_not_found=False)  # which somebody may have deleted
        asked = kind and self.env["mail.activity"].sudo().with_context(active_test=False).search([
            ("res_model", "=", self._name), ("res_id", "in", self.ids),
            ("activity_type_id", "=", kind.id),
        ]).mapped("res_id")
        for order in self - self.browse(asked or ()):
            amount = order._enord_to_give_back()
            if order.currency_id.compare_amounts(amount, 0) > 0:
                user = accountant(order.enord_storefront_id)
                paid = (
                    f"{order.enord_payment_method} {order.enord_payment_reference}"
                    if order._enord_paid_online()
                    else ", ".join(order._enord_invoices().mapped("name"))
                )
                mailing_later(order).activity_schedule(
                    REFUND, user_id=user.id, note=escape(self.with_context(lang=user.lang).env._(
                        "%(order)s was cancelled after it was paid: give %(amount)s back "
                        "(%(payment)s), and mark this as done.",
                        order=order.name, amount=order.currency_id.format(amount), payment=paid,
                    )),
                )

    def _enord_credit(self, reason=None):
        """Reverse what is left of the posted invoices, and reconcile; what is a draft is cancelled.
        """
        self._enord_note_received()
        invoices = self._enord_invoices()
        (invoices | self._enord_credit_notes("draft")).filtered(
            lambda move: move.state == "draft"
        ).button_cancel()
        first = invoices.filtered(lambda move: move.state == "posted").sorted("id")[:1]
        for invoice in invoices.filtered(lambda move: move.state == "posted").sorted("id"):
            credited = self._enord_credit_notes().filtered(
                lambda move, invoice=invoice: (move.reversed_entry_id or first) == invoice
            )
            self._enord_credit_rest(invoice, credited, reason)

    def _enord_credit_notes(self, state="posted"):
        """Those of this order, whoever made them and from whatever."""
        return (self.invoice_ids | self.invoice_ids.reversal_move_ids).filtered(
            lambda move: move.move_type == "out_refund" and move.state == state
        )

    def _enord_credit_rest(self, invoice, credited, reason):
        """Credit this order's part of an invoice.

        :param credited: posted credit notes, which have given back some of it before
        """
        ours = self._enord_lines_of(invoice)
        before = self._enord_lines_of(credited)
        left = sum(ours.mapped("price_total")) - sum(before.mapped("price_total"))
        if invoice.currency_id.compare_amounts(left, 0) <= 0:
            return
        values = self._enord_credit_values(invoice, reason)
        if ours == invoice.invoice_line_ids and not before:
            invoice._reverse_moves([values], cancel=True)
            return
        credit_note = invoice._reverse_moves([values])
        # line by line, so that taxes and roundings of all credit notes add up to the invoice's
        credit_note.write({"invoice_line_ids": [
            *(Command.delete(line.id) for line in (
                credit_note.invoice_line_ids - self._enord_lines_of(credit_note)
            )),
            *(Command.create(self._enord_taken_back(line)) for line in before),
        ]})
        paid_by = invoice.line_ids.matched_credit_ids.credit_move_id
        invoice.line_ids.remove_move_reconcile()
        credit_note._post(soft=False)
        for lines in (credited.line_ids, paid_by):
            reconcile(invoice, lines)

    def _enord_credit_values(self, invoice, reason):
        """Values of a credit note of an invoice: those of Odoo's own window, to which countries add
        what theirs must bear (a kind of document, a legal reason), and ours."""
        day = max(fields.Date.context_today(self), invoice.date)
        window = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids,
        ).create({"date": day, "journal_id": invoice.journal_id.id})
        return {
            **window._prepare_default_reversal(invoice),
            "ref": self.env._("Cancellation of %(order)s", order=self.name)
            + (f": {one_line(reason, LONGEST_REASON)}" if reason else ""),
            "date": day, "invoice_date": day, "auto_post": "no",
        }

    def _enord_lines_of(self, moves):
        """Lines of invoices that are this order's, where they are shared with others."""
        return moves.invoice_line_ids.filtered(lambda line: (
            line.display_type == "product" and line.sale_line_ids.order_id <= self
        ))

    def _enord_taken_back(self, line):
        """Values of a line that takes back a line of a former credit note."""
        values = line.with_context(include_business_fields=True).copy_data()[0]
        for computed in ("move_id", "amount_currency", "balance"):
            values.pop(computed, None)
        return values | {
            "name": self.env._(
                "Credited before by %(credit_note)s: %(line)s",
                credit_note=line.move_id.name, line=line.name,
            ),
            "quantity": -line.quantity,
            "extra_tax_data": line.env["account.tax"]._reverse_quantity_base_line_extra_tax_data(
                line.extra_tax_data
            ),
        }


def reconcile(invoice, others):
    """Settle what is open of an invoice with what is open of these lines."""
    for account in invoice.line_ids.account_id.filtered("reconcile"):
        lines = (invoice.line_ids | others).filtered(lambda line, account=account: (
            line.account_id == account and not line.reconciled and line.parent_state == "posted"
        ))
        if len(lines.move_id) > 1 and invoice in lines.move_id:
            lines.reconcile()
