from odoo import api, fields, models

from ..invoicing.credit_note import REFUND


class SaleOrder(models.Model):
    """What the list of online orders says of an order."""

    _inherit = "sale.order"

    enord_payment_state = fields.Selection(
        [("none", "Not Paid"), ("announced", "Not Registered"), ("paid", "Paid"),
         ("to_refund", "To Refund"), ("refunded", "Refunded")],
        "Online Payment", compute="_compute_enord_payment_state", compute_sudo=True,
        help="Not registered: the storefront has said that it is paid, and there is no payment "
             "yet. To refund: the order was cancelled after it was paid.",
    )
    enord_problem = fields.Char(
        "Problem", compute="_compute_enord_problem", compute_sudo=True,
        help="What went wrong, or is to be looked at.",
    )

    @api.depends("state", "enord_payment_amount", "enord_payment_id.state", "enord_received_amount",
                 "activity_ids", "invoice_ids.payment_state", "amount_total")
    def _compute_enord_payment_state(self):
        refund = self.env.ref(REFUND, raise_if_not_found=False)
        for order in self:
            # what is bought on invoice is paid in Odoo; an invoice of nothing is so by itself
            is_free = order.state == "cancel" and not order.amount_total
            is_paid = order._enord_paid_online() or order.enord_received_amount or (
                _is_invoice_paid(order) and not is_free
            )
            if not is_paid and (order.state == "cancel" or not order.enord_payment_amount):
                state = "none"
            elif order.state == "cancel":
                asked = refund and refund in order.activity_ids.activity_type_id
                state = "to_refund" if asked or order.enord_invoice_error else "refunded"
            elif not is_paid or (order.enord_payment_amount and not order.enord_payment_id):
                state = "announced"
            else:
                state = "paid"
            order.enord_payment_state = state

    @api.depends("enord_invoice_error", "enord_delivery_error", "enord_notice_text")
    @api.depends_context("lang")
    def _compute_enord_problem(self):
        for order in self:
            failed = order.enord_invoice_error and order._enord_failure()
            not_delivered = order.enord_delivery_error and self.env._(
                "The delivery could not be carried out"
            )
            to_look_at = order.enord_notice_text and order.enord_notice_text.splitlines()[0]
            order.enord_problem = failed or not_delivered or to_look_at or False


def _is_invoice_paid(order):
    states = set(order.invoice_ids.filtered(
        lambda invoice: invoice.move_type == "out_invoice" and invoice.state == "posted"
    ).mapped("payment_state"))
    return bool(states) and states <= {"paid", "in_payment"}


class StockPicking(models.Model):
    _inherit = "stock.picking"

    enord_web_number = fields.Char(
        "Online Order", related="sale_id.enord_transaction_reference",
        help="The storefront's number of the order that this delivers.",
    )


class EnordApiCall(models.Model):
    """From a call to what it was about."""

    _inherit = "enord.api.call"

    sale_order_id = fields.Many2one(
        "sale.order", "Order", compute="_compute_subject", compute_sudo=True,
    )
    reservation_id = fields.Many2one(
        "enord.reservation", compute="_compute_subject", compute_sudo=True,
    )

    @api.depends("storefront_id", "reference")
    def _compute_subject(self):
        found = {
            model: {
                (record.enord_storefront_id if model == "sale.order" else record.storefront_id,
                 record[name]): record
                for record in self.env[model].search([
                    (name, "in", [one for one in self.mapped("reference") if one]),
                ])
            }
            for model, name in (
                ("sale.order", "enord_transaction_reference"), ("enord.reservation", "reference"),
            )
        }
        for call in self:
            key = (call.storefront_id, call.reference)
            call.sale_order_id = found["sale.order"].get(key, False)
            call.reservation_id = found["enord.reservation"].get(key, False)
