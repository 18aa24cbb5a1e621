from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .queue import listening


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
        changed = self.filtered(
            lambda storefront: storefront._told_by() != told_before[storefront.id]
        )
        changed._queue_everything()
        (changed - listening(changed))._forget_what_waits()
        return result

    def _told_by(self):
        """What decides what a storefront knows; a change of it calls for everything anew."""
        return (
            self.active, self.webhook_url, self.product_domain, self.pricelist_id,
            self.warehouse_ids, self.company_id, self.safety_stock, self.other_sales_policy,
            self.price_policy,
        )

    def _queue_everything(self):
        """Queue all that these storefronts have to know.

        The rows are the progress and survive any crash; live events overtake them.
        """
        self.flush_recordset()
        for storefront in listening(self):
            for event_type in self.env["enord.event.type"]._types().values():
                event_type._queue_all(storefront)

    def _forget_what_waits(self):
        """What is to be told is found anew when they listen again. What has bytes already is not:
        it may be of a location that is no more."""
        self.flush_recordset()
        self.env["enord.webhook.event"].flush_model(["state"])
        self.env.cr.execute(SQL(
            """
            UPDATE enord_webhook_event SET state = 'superseded'
             WHERE state = 'pending' AND body IS NULL AND storefront_id = ANY(%s::int[])
            """, self.ids,
        ))
        self.env["enord.webhook.event"].invalidate_model(["state"], flush=False)

    def _check_listening(self):
        """:raise UserError: where nothing can be sent"""
        for storefront in self - listening(self):
            raise UserError(self.env._(
                "%s: nothing can be sent. It needs a webhook URL, and must not be archived.",
                storefront.name,
            ))

    def action_resync(self):
        """Send the whole catalogue and all stock again."""
        self._check_listening()
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
