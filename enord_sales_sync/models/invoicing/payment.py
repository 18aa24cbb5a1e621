from odoo import fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS

from ...contract.notices import Notice
from ..storefront.storefront import time_zone
from .credit_note import reconcile


def payment_values(storefront, order):
    """What a storefront tells of the payment, as values of the ``sale.order``.

    :param storefront: one ``enord.storefront``
    :param order: :class:`~...contract.requests.SalesOrder`
    """
    payment = order.payment
    return {
        "enord_payment_reference": payment.reference,
        "enord_payment_method": payment.method,
        "enord_payment_amount": float(payment.amount),
        "enord_payment_date": payment.date or order.transaction_date.astimezone(
            time_zone(storefront)
        ).date(),
    } if payment else {}


class SaleOrder(models.Model):
    """What the customer paid in the storefront; registered as soon as there is an invoice."""

    _inherit = "sale.order"

    enord_payment_reference = fields.Char("Payment Reference", readonly=True, copy=False)
    enord_payment_method = fields.Char("Payment Method Online", readonly=True, copy=False)
    enord_payment_amount = fields.Monetary("Paid Online", readonly=True, copy=False)
    enord_payment_date = fields.Date("Paid On", readonly=True, copy=False)
    enord_payment_id = fields.Many2one(
        "account.payment", "Payment", readonly=True, copy=False, ondelete="set null",
    )

    def _enord_payment_notices(self):
        """What the storefront is told of the payment it has sent with this order.

        :rtype: list[Notice]
        """
        currency, paid, total = self.currency_id, self.enord_payment_amount, self.amount_total
        if currency.compare_amounts(paid, total) <= 0:
            return []
        return [Notice(
            "overpaid", "/payment/amount",
            f"{paid:.{currency.decimal_places}f} was paid, the order comes to "
            f"{total:.{currency.decimal_places}f} {currency.name}.",
        )]

    def _enord_paid_online(self):
        """What the storefront took: as it has said, or as staff have corrected its payment since;
        nothing where they have cancelled it."""
        payment = self.enord_payment_id
        if payment.state in ("canceled", "rejected"):
            return 0.0
        if payment.currency_id == self.currency_id:
            return payment.amount
        return self.enord_payment_amount

    def _enord_register_payment(self, invoice):
        """Register what was paid and reconcile it; where that fails staff are told.

        :param invoice: this order's, posted; another one than before where staff have replaced it
        """
        for order in self.filtered("enord_payment_amount")._enord_accepted():
            try:
                with self.env.cr.savepoint():
                    if not order.enord_payment_id:
                        order.sudo().enord_payment_id = order._enord_create_payment(invoice)
                    elif not order.enord_received_amount:  # it may have gone back
                        order._enord_settle_with_payment(invoice)
            except CONCURRENCY_ERRORS:
                raise
            except Exception as error:  # the invoice stands, whatever is wrong with the journal
                order._enord_invoice_failed(error, "payment")

    def _enord_settle_with_payment(self, invoice):
        """Have the payment that was registered before pay an invoice, as far as it is free."""
        payment = self.enord_payment_id
        if payment.move_id:
            reconcile(invoice, payment.move_id.line_ids)
        elif payment.state in ("in_process", "paid") and all(
            other.state == "cancel" or other.payment_state == "reversed"
            for other in payment.invoice_ids
        ):
            payment.invoice_ids = invoice  # without an entry, until the bank has confirmed it

    def _enord_create_payment(self, invoice):
        journal = self.enord_storefront_id.payment_journal_id
        if not journal:
            raise UserError(self.env._(
                "%s has no payment journal; choose one on the storefront.",
                self.enord_storefront_id.name,
            ))
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids,
        ).create({
            "journal_id": journal.id,
            "currency_id": self.currency_id.id,
            "amount": self.enord_payment_amount,
            "payment_date": self.enord_payment_date,
            "communication": f"{self.enord_payment_method} {self.enord_payment_reference}",
        })._create_payments().with_env(self.env)
        payment.payment_reference = self.enord_payment_reference
        return payment


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        if invoices := posted.sudo().filtered(lambda move: move.move_type == "out_invoice"):
            invoices._enord_register_payments()
        return posted

    def _enord_register_payments(self):
        """What was paid online for orders of which these are invoices."""
        # asked of the database: who posts an invoice may see no order but their own
        sold = self.env["sale.order.line"].search([
            ("invoice_lines", "in", self.line_ids.ids),
            ("order_id.enord_storefront_id", "!=", False),
        ])
        for order, lines in sold.grouped("order_id").items():
            invoices = lines.invoice_lines.move_id & self
            # one that staff have copied, to correct another
            invoices.filtered(
                lambda move: not move.enord_storefront_id
            ).enord_storefront_id = order.enord_storefront_id
            for invoice in invoices:
                order._enord_register_payment(invoice)
