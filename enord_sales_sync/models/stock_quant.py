from odoo import api, models

QUANTITIES = {"quantity", "reserved_quantity", "location_id"}


class StockQuant(models.Model):
    """Every change of what can be sold passes here: on hand and reserved quantities."""

    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        quants = super().create(vals_list)
        quants.sudo()._enord_tell_change({})
        return quants

    def write(self, vals):
        if QUANTITIES.isdisjoint(vals):
            return super().write(vals)
        before = {quant.id: quant.reserved_quantity for quant in self.sudo()}
        if "location_id" in vals:
            self.sudo()._enord_tell_change(before)
        result = super().write(vals)
        self.sudo()._enord_tell_change(before)
        return result

    def unlink(self):
        self.sudo().filtered(lambda quant: quant.quantity or quant.reserved_quantity)\
            ._enord_tell_change({})
        return super().unlink()

    def _enord_tell_change(self, reserved_before):
        self.env["enord.event.recorder"]._stock_changed(
            (
                quant.product_id.id,
                quant.location_id.id,
                quant.reserved_quantity - reserved_before.get(quant.id, 0.0),
            )
            for quant in self
        )
