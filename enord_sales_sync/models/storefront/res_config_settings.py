from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..api.api_call import DAYS_PARAMETER, DEFAULT_DAYS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    enord_storefront_count = fields.Integer(compute="_compute_enord_storefront_count")

    enord_api_log_days = fields.Integer(
        "Days of API Log", config_parameter=DAYS_PARAMETER, default=DEFAULT_DAYS,
    )

    @api.constrains("enord_api_log_days")
    def _check_enord_api_log_days(self):
        for settings in self:
            if not 1 <= settings.enord_api_log_days <= 3650:
                raise ValidationError(self.env._("API log: a number of days from 1 to 3650."))

    def _compute_enord_storefront_count(self):
        self.enord_storefront_count = self.env["enord.storefront"].search_count([])

    def action_enord_storefronts(self):
        """Open the storefront where there is one, the list otherwise."""
        action = self.env["ir.actions.act_window"]._for_xml_id("enord_sales_sync.action_storefront")
        storefronts = self.env["enord.storefront"].search([], limit=2)
        if len(storefronts) == 1:
            action.update(res_id=storefronts.id, views=[(False, "form")])
        return action
