from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..storefront.res_config_settings import setting

DAYS_PARAMETER = "enord_sales_sync.request_detail_days"
DEFAULT_DAYS = 365
BATCH = 10_000
#: The settings that say for how many days something is kept.
KEPT_FOR = (
    "enord_request_detail_days", "enord_reservation_retention_days", "enord_event_retention_days",
    "enord_api_log_days",
)


class EnordApiTransaction(models.Model):
    _inherit = "enord.api.transaction"

    @api.autovacuum
    def _gc_member_hashes(self):
        """Forget the hashes of single members, from which short texts can be guessed. By its own
        hash a request is known for ever, and what it made is linked to it."""
        days = setting(self.env, DAYS_PARAMETER, DEFAULT_DAYS)
        self.env.cr.execute(SQL(
            """
            UPDATE enord_api_transaction SET member_hashes = NULL
             WHERE id IN (SELECT id FROM enord_api_transaction
                           WHERE member_hashes IS NOT NULL AND create_date < %s LIMIT %s)
            """, fields.Datetime.now() - timedelta(days=days), BATCH,
        ))
        forgotten = self.env.cr.rowcount
        self.invalidate_model(["member_hashes"])
        return forgotten, int(forgotten == BATCH)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    enord_request_detail_days = fields.Integer(
        "Keep Details of Requests", config_parameter=DAYS_PARAMETER, default=DEFAULT_DAYS,
    )

    @api.constrains(*KEPT_FOR)
    def _check_enord_retention(self):
        for settings in self:
            for days in map(settings.__getitem__, KEPT_FOR):
                if not 1 <= days <= 3650:
                    raise ValidationError(self.env._(
                        "Time for which data are kept: a number of days from 1 to 3650, not %s.",
                        days,
                    ))
