from odoo import api, models
from odoo.exceptions import UserError


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    @api.ondelete(at_uninstall=False)
    def _keep_what_has_sold(self):
        for model in ("enord.api.transaction", "enord.reservation"):
            kept = self.env[model].sudo().search([("storefront_id", "in", self.ids)], limit=1)
            if kept:
                raise UserError(self.env._(
                    "%s has orders or reservations, which keep their storefront. Archive it "
                    "instead: then it sends and receives nothing.", kept.storefront_id.name,
                ))
