from odoo import models


class PosSession(models.Model):
    _inherit = "pos.session"

    def write(self, vals):
        if vals.get("state") != "closed":
            return super().write(vals)
        # a transfer that Odoo could not carry out at closing leaves its units in stock
        orders = self.sudo().order_ids.filtered("session_id.update_stock_at_closing")
        before = orders._enord_waiting_units()
        result = super().write(vals)
        orders._enord_tell_sold(before)
        return result

    def _create_picking_at_end_of_session(self):
        return super(
            PosSession, self.with_context(enord_pos_session_id=self.id),
        )._create_picking_at_end_of_session()
