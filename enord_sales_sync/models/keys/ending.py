from odoo import api, fields, models


class EnordStorefrontKey(models.Model):
    _inherit = "enord.storefront.key"

    @api.autovacuum
    def _gc_former_secrets(self):
        """Forget former secrets that sign no more."""
        self.env["enord.storefront"].with_context(active_test=False).search(
            [("previous_secret_until", "<=", fields.Datetime.now())]
        ).action_end_overlap()
