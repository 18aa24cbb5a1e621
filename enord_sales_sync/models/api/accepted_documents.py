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


class StockPicking(models.Model):
    _inherit = "stock.picking"

    enord_transaction_id = fields.Many2one(
        "enord.api.transaction", "Storefront Request", readonly=True, copy=False,
        index="btree_not_null",
    )
