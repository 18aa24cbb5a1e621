from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
    )
    enord_transaction_reference = fields.Char(
        "Online Order", readonly=True, copy=False, index="btree_not_null",
        help="The storefront's number of the order (transaction_id).",
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
        help="The storefront through which this customer came.",
    )
    enord_tax_id = fields.Char(
        "Tax ID as Entered", readonly=True, copy=False, index="btree_not_null",
        help="What the customer entered in the storefront, where it is not a valid tax ID.",
    )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    enord_transaction_id = fields.Many2one(
        "enord.api.transaction", "Storefront Request", readonly=True, copy=False,
        index="btree_not_null",
    )
