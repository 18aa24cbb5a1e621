from odoo import fields, models


class SaleOrder(models.Model):
    """What Odoo's documents tell of the request that made them."""

    _inherit = "sale.order"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
    )
    enord_transaction_reference = fields.Char(
        "Online Order", readonly=True, copy=False, index="btree_not_null",
        help="The storefront's number of the order (transaction_id).",
    )

    def _enord_accepted(self):
        """Those of these orders that an accepted request has made: what payments and jobs go by.

        The row of a request is nobody's to write; an order is staff's.
        """
        known = self.env["enord.api.transaction"].sudo().search(
            [("kind", "=", "order"), ("sale_order_id", "in", self.ids)]
        ).sale_order_id
        return self.filtered(lambda order: order.id in known._ids)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    enord_transaction_id = fields.Many2one(
        "enord.api.transaction", "Storefront Request", readonly=True, copy=False,
        index="btree_not_null",
    )
