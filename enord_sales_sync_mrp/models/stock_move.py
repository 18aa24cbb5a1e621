from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    enord_kit_id = fields.Many2one(
        "product.product", "Part of Kit", readonly=True, index="btree_not_null",
        help="The kit that was asked for, of which this is a component.",
    )

    def _prepare_phantom_move_values(self, *args, **kwargs):
        values = super()._prepare_phantom_move_values(*args, **kwargs)
        values["enord_kit_id"] = self._enord_sold_product().id
        return values

    def _enord_sold_product(self):
        return self.enord_kit_id or super()._enord_sold_product()
