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
        self.ensure_one()
        if self.state == "cancel":
            return "cancelled"
        moves = self._enord_deliveries().move_ids.filtered(lambda move: move.state != "cancel")
        done = moves.filtered(lambda move: move.state == "done")
        if not done:
            return "confirmed"
        return "delivered" if done == moves else "partly_delivered"
