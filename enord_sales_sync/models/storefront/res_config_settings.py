from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    enord_storefront_count = fields.Integer(
        "Storefronts", compute="_compute_enord_storefront_count",
    )

    def _compute_enord_storefront_count(self):
        self.enord_storefront_count = self.env["enord.storefront"].search_count([])

    def action_enord_storefronts(self):
        """Open the storefront where there is one, the list otherwise."""
        action = self.env["ir.actions.act_window"]._for_xml_id("enord_sales_sync.action_storefront")
        storefronts = self.env["enord.storefront"].search([], limit=2)
        if len(storefronts) == 1:
            action.update(res_id=storefronts.id, views=[(False, "form")])
        return action


def setting(env, parameter, default, most=3650):
    """A whole number of the settings from 1 to ``most``; what it is by default where the parameter,
    which anybody may have edited by hand, is something else."""
    try:
        number = int(env["ir.config_parameter"].sudo().get_param(parameter, default))
    except ValueError:
        return default
    return number if 1 <= number <= most else default
