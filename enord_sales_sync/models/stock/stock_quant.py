from odoo import api, models

QUANTITIES = {"quantity", "reserved_quantity", "location_id"}


class StockQuant(models.Model):
    """Every change of what can be sold passes here: on hand and reserved quantities."""

    _inherit = "stock.quant"

    def _create(self, data_list):
        # not create(): for a count, Odoo's own calls itself and returns what was there before
        quants = super()._create(data_list)
        quants._enord_tell_change({})
        return quants

    def write(self, vals):
        if QUANTITIES.isdisjoint(vals):
            return super().write(vals)
        before = self._enord_quantities()
        result = super().write(vals)
        self._enord_tell_change(before)
        return result

    def unlink(self):
        before = self._enord_quantities()
        result = super().unlink()
        self.browse()._enord_tell_change(before)
        return result

    @api.model
    def _merge_quants(self):
        """Merged in SQL, past write(). Sums stay, unless a reservation was below 0."""
        self._enord_tell_negative_reservations()
        return super()._merge_quants()

    def _enord_tell_negative_reservations(self):
        groups = self.sudo()._read_group(
            [("reserved_quantity", "<", 0), ("location_id.usage", "=", "internal")]
            + ([("product_id", "in", self.product_id.ids)] if self else []),
            ["product_id", "location_id"], ["reserved_quantity:sum"],
        )
        self.env["enord.inventory.change"]._changed(
            (product.id, warehouse.id, 0.0, -reserved, location.id)
            for product, location, reserved in groups
            if (warehouse := location._enord_stock_warehouse())
        )

    def _enord_quantities(self):
        """``{quant_id: (product_id, warehouse_id, on hand, reserved, location_id)}`` of what could
        be sold."""
        return {
            quant.id: (
                quant.product_id.id, warehouse.id, quant.quantity, quant.reserved_quantity,
                quant.location_id.id,
            )
            for quant in self.sudo()
            if (warehouse := quant.location_id._enord_stock_warehouse())
        }

    def _enord_tell_change(self, before):
        after = self._enord_quantities()
        changes = [
            (product_id, warehouse_id, -on_hand, -reserved, location_id)
            for product_id, warehouse_id, on_hand, reserved, location_id in before.values()
        ]
        if changes or after:
            self.env["enord.inventory.change"]._changed([*changes, *after.values()])
