from odoo import api, models


class EnordStorefront(models.Model):
    """Everything that a storefront has to know is sent anew: at first, where its settings have
    changed, and where staff ask for it."""

    _inherit = "enord.storefront"

    @api.model_create_multi
    def create(self, vals_list):
        storefronts = super().create(vals_list)
        storefronts._queue_everything()
        return storefronts

    def write(self, vals):
        told_before = {storefront.id: storefront._told_by() for storefront in self}
        result = super().write(vals)
        self.filtered(
            lambda storefront: storefront._told_by() != told_before[storefront.id]
        )._queue_everything()
        return result

    def _told_by(self):
        """What decides what a storefront knows; a change of it calls for everything anew."""
        return (
            self.active, self.webhook_url, self.product_domain, self.pricelist_id,
            self.warehouse_ids, self.company_id, self.safety_stock, self.price_policy,
        )

    def _queue_everything(self):
        """Queue all that these storefronts have to know.

        The rows are the progress and survive any crash; live events overtake them.
        """
        self.flush_recordset()
        for storefront in self.filtered("active"):
            for event_type in self.env["enord.event.type"]._types().values():
                event_type._queue_all(storefront)

    def action_resync(self):
        """Send the whole catalogue and all stock again."""
        self._queue_everything()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The catalogue and all stock are on their way."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
