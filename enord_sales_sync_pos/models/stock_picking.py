from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _prepare_picking_vals(self, *args, **kwargs):
        # Odoo writes them after the transfer is done, when its event has its reason already
        values = super()._prepare_picking_vals(*args, **kwargs)
        for name in ("pos_order_id", "pos_session_id"):
            if known := self.env.context.get(f"enord_{name}"):
                values[name] = known
        return values


class StockMove(models.Model):
    _inherit = "stock.move"

    def _enord_change_reason(self):
        reason = super()._enord_change_reason()
        is_counter_sale = self.picking_id.pos_session_id or self.picking_id.pos_order_id
        return "POS_SALE" if reason == "SALE" and is_counter_sale else reason
