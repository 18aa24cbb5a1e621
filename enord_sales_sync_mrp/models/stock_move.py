from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    enord_kit_id = fields.Many2one(
        "product.product", "Part of Kit", readonly=True, index="btree_not_null",
        help="The kit that was asked for, of which this is a component.",
    )

    def _prepare_phantom_move_values(self, bom_line, *args, **kwargs):
        values = super()._prepare_phantom_move_values(bom_line, *args, **kwargs)
        values["enord_kit_id"] = self._enord_sold_product().id
        picking = self.picking_id
        held = picking.enord_reservation_id
        if held or picking.enord_transaction_id and self.location_id.usage == "internal":
            # an order's kit is taken apart earlier, and each part comes from where its rules say
            warehouse = picking.picking_type_id.warehouse_id
            if source := bom_line.product_id._enord_taken_from(warehouse):
                values["location_id"] = source.id
                if held:
                    values["location_dest_id"] = source._enord_hold_location().id
        return values

    def _enord_sold_product(self):
        return self.enord_kit_id or super()._enord_sold_product()
