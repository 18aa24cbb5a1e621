from datetime import timedelta

from odoo import api, fields, models

from ..storefront.res_config_settings import setting
from .transfer import MAY_CHANGE_HOLDS

RETENTION_PARAMETER = "enord_sales_sync.reservation_retention_days"
RETENTION_DAYS = 30
BATCH = 500


class EnordReservation(models.Model):
    _inherit = "enord.reservation"

    @api.autovacuum
    def _gc_ended(self):
        """Forget reservations some days after they have ended, with their transfers, a batch at a
        time. Their numbers are free again."""
        days = setting(self.env, RETENTION_PARAMETER, RETENTION_DAYS)
        reservations = self.search([
            ("ended", "!=", False), ("ended_at", "<", self._now() - timedelta(days=days)),
        ], order="id", limit=BATCH)
        # whatever is done with one of them since is no hold's any more
        reservations.picking_ids.filtered(lambda picking: picking.state == "cancel")\
            .with_context(enord_ends_holds=MAY_CHANGE_HOLDS).unlink()
        reservations.unlink()
        return len(reservations), int(len(reservations) == BATCH)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    enord_reservation_retention_days = fields.Integer(
        "Keep Ended Reservations", config_parameter=RETENTION_PARAMETER, default=RETENTION_DAYS,
    )
