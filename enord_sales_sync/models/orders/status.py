from odoo import api, models

from ...contract.problem import Problem


class SaleOrder(models.Model):
    """What has become of an online order."""

    _inherit = "sale.order"

    @api.model
    def _enord_sent(self, storefront, transaction_id):
        """The order that a storefront sent under a reference.

        :raise Problem: 404
        """
        transaction = self.env["enord.api.transaction"].search([
            ("storefront_id", "=", storefront.id), ("kind", "=", "order"),
            ("reference", "=", transaction_id),
        ])
        if not transaction.sale_order_id:
            raise Problem(404, "not_found", f"There is no order {transaction_id}.")
        return transaction.sale_order_id

    def _enord_extend_answer(self, answer):
        """The answer to this accepted order. Override to add members.

        :rtype: dict
        """
        return answer

    def _enord_extend_status(self, status):
        """The state of this order. Override to add members.

        :rtype: dict
        """
        return status

    def _enord_deliveries(self):
        """The transfers that hand goods to the customer."""
        return self.picking_ids.filtered(
            lambda picking: picking.location_dest_id.usage == "customer"
        )

    def _enord_status(self):
        """By what is with the customer now, line by line: delivered less what has come back.

        :return: see ``OrderStatus`` of the contract
        """
        self.ensure_one()
        if self.state == "cancel":
            return "cancelled"
        goods = self.order_line.filtered(
            lambda line: line.qty_delivered_method == "stock_move" and line.product_uom_qty > 0
        )
        if any(line.product_uom_id.compare(line.qty_delivered, 0) > 0 for line in goods):
            whole = all(
                line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) >= 0
                for line in goods
            )
            return "delivered" if whole else "partly_delivered"
        has_returned = any(line._enord_has_left() for line in goods) and all(
            picking.state in ("done", "cancel") for picking in self._enord_deliveries()
        )
        return "returned" if has_returned else "confirmed"

    def _enord_is_cancellable(self):
        """Whether nothing of it is with the customer."""
        return self._enord_status() in ("confirmed", "returned")
