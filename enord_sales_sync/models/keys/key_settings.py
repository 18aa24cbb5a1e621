from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .call_rate import CALLS

DAYS_PARAMETER = "enord_sales_sync.api_key_days"
DEFAULT_DAYS = 365
CALLS_PARAMETER = "enord_sales_sync.api_key_calls_a_minute"
DEFAULT_CALLS = 6000
MOST_CALLS = CALLS // 2


class ResConfigSettings(models.TransientModel):
    """What a new key is given, unless its maker decides otherwise."""

    _inherit = "res.config.settings"

    enord_api_key_days = fields.Integer(
        "Days of an API Key", config_parameter=DAYS_PARAMETER, default=DEFAULT_DAYS,
    )
    enord_api_key_calls = fields.Integer(
        "Calls a Minute of an API Key", config_parameter=CALLS_PARAMETER, default=DEFAULT_CALLS,
    )

    @api.constrains("enord_api_key_days", "enord_api_key_calls")
    def _check_enord_api_key(self):
        for settings in self:
            if not 1 <= settings.enord_api_key_days <= 3650:
                raise ValidationError(self.env._(
                    "API keys: a number of days from 1 to 3650."
                ))
            if not 1 <= settings.enord_api_key_calls <= MOST_CALLS:
                raise ValidationError(self.env._(
                    "API keys: a number of calls a minute from 1 to %s.", MOST_CALLS,
                ))
