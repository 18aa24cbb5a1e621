from odoo import fields, models
from odoo.exceptions import UserError

from .document_type import document_values


class SaleOrder(models.Model):
    """The invoice of an online order: it comes to what the customer bought."""

    _inherit = "sale.order"

    def _enord_invoice(self, post=False):
        """Make what is missing of these orders' invoices: the invoice, its posting, its payment; of
        cancelled ones the credit note.

        :param bool post: even where the storefront's policy is a draft
        """
        for zone, orders in self.grouped(lambda order: order.enord_storefront_id.tz).items():
            orders = orders.with_context(tz=zone)
            cancelled = orders.filtered(lambda order: order.state == "cancel")
            for order in cancelled:
                order._enord_credit()
            (orders - cancelled)._enord_invoice_today(post)

    def _enord_invoice_today(self, post):
        """The same, on the day that it is in the time zone of the context."""
        to_make = self.filtered(lambda order: not order._enord_invoices())
        to_post = self if post else self.filtered(
            lambda order: order.enord_storefront_id.invoice_policy != "draft"
        )
        # several orders of one customer at once: each has an invoice of its own
        for company, orders in to_make.grouped("company_id").items():
            orders.with_company(company)._create_invoices(grouped=True)
        for order in to_make:
            order._enord_check_total()
        # Odoo keeps no track of changes to what is new, until the hooks of a commit have run: what
        # follows is noted as by hand, where it is a request of its own
        self.env.cr.precommit.run()
        drafts = to_post._enord_invoices().filtered(lambda move: move.state == "draft")
        if drafts:
            # in one query what Odoo reads line by line
            self.order_line.move_ids.mapped("state")
            drafts.action_post()
        for order in self:
            for invoice in (order._enord_invoices() - drafts).filtered(
                lambda move: move.state == "posted"
            ):
                order._enord_register_payment(invoice)

    def _enord_invoices(self):
        return self.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state != "cancel"
        )

    def _prepare_invoice(self):
        return super()._prepare_invoice() | {
            "enord_storefront_id": self.enord_storefront_id.id, **document_values(self),
        }

    def _enord_check_total(self):
        invoiced = sum(self._enord_invoices().mapped("amount_total"))
        if self.currency_id.compare_amounts(invoiced, self.amount_total):
            raise UserError(self.env._(
                "The invoice comes to %(invoiced)s, the customer paid %(paid)s.",
                invoiced=self.currency_id.format(invoiced),
                paid=self.currency_id.format(self.amount_total),
            ))


class AccountMove(models.Model):
    _inherit = "account.move"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
        help="The storefront whose online order this is the invoice or credit note of.",
    )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        reversals = super()._reverse_moves(default_values_list, cancel)
        for reversal in reversals.sudo().filtered("reversed_entry_id.enord_storefront_id"):
            reversal.enord_storefront_id = reversal.reversed_entry_id.enord_storefront_id
        return reversals
