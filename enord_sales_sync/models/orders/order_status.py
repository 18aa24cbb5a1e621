from odoo import models

from ...contract import events
from ...contract.problem import Problem


class EnordStorefront(models.Model):
    """``GET /api/sales/orders/{transaction_id}``: what has become of an order."""

    _inherit = "enord.storefront"

    def _sent_order(self, transaction_id):
        """The order that this storefront sent under a reference.

        :raise Problem: 404
        """
        transaction = self.env["enord.api.transaction"].search([
            ("storefront_id", "=", self.id), ("kind", "=", "order"),
            ("reference", "=", transaction_id),
        ])
        if not transaction.sale_order_id:
            raise Problem(404, "not_found", f"There is no order {transaction_id}.")
        return transaction.sale_order_id

    def _order_status(self, sale):
        """The state of an order. Override to add members.

        ``status`` is ``confirmed``, ``partly_delivered``, ``delivered`` or ``cancelled``.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "transaction_id": sale.enord_transaction_reference,
            "status": sale._enord_status(),
            "order": {"name": sale.name, "state": sale.state},
            "invoice": self._document(sale._enord_invoices()[:1]),
            "credit_note": self._document(sale.invoice_ids.filtered(
                lambda move: move.move_type == "out_refund" and move.state == "posted"
            )[:1]),
            "amount_total": sale.amount_total,
            "currency": sale.currency_id.name,
            "deliveries": [
                self._delivery(picking) for picking in sale._enord_deliveries().sorted("id")
            ],
            "cancellable": sale._enord_status() == "confirmed",
        }

    def _document(self, move):
        return {
            "name": move.name or None, "state": move.state,
            "amount_total": move.amount_total,
            "payment_state": move.payment_state,
        } if move else None

    def _delivery(self, picking):
        carriers = "carrier_tracking_ref" in picking._fields
        return {
            "name": picking.name,
            "state": picking.state,
            "location_code": picking.picking_type_id.warehouse_id.enord_location_code or None,
            "tracking_reference": carriers and picking.carrier_tracking_ref or None,
            "delivered_at": events.timestamp(picking.date_done) if picking.date_done else None,
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _enord_invoices(self):
        return self.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state != "cancel"
        )

    def _enord_deliveries(self):
        """The transfers that hand goods to the customer."""
        return self.picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
        )

    def _enord_status(self):
        self.ensure_one()
        if self.state == "cancel":
            return "cancelled"
        moves = self._enord_deliveries().move_ids.filtered(lambda move: move.state != "cancel")
        done = moves.filtered(lambda move: move.state == "done")
        if not done:
            return "confirmed"
        return "delivered" if done == moves else "partly_delivered"
