from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..storefront.administration import done, note
from .listening import check_listening, listening

#: Settings that decide what a storefront knows; a change of one calls for everything anew.
TOLD_BY = (
    "active", "stage", "webhook_url", "product_domain", "pricelist_id", "warehouse_ids",
    "company_id", "safety_stock", "other_sales_policy", "to_order_policy", "price_policy",
)


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
        told_before = {storefront.id: _told_by(storefront) for storefront in self}
        failed_at = {
            storefront: storefront.webhook_url for storefront in self
            if storefront.delivery_state == "failing"
        }
        result = super().write(vals)
        for storefront, address in failed_at.items():
            if storefront.webhook_url != address:
                # nothing is known of the new one yet
                storefront.action_resume()
        changed = self.filtered(
            lambda storefront: _told_by(storefront) != told_before[storefront.id]
        )
        changed._queue_everything()
        _forget_what_waits(changed - listening(changed))
        return result

    def _queue_everything(self):
        """Queue all that these storefronts have to know.

        The rows are the progress and survive any crash; live events overtake them.
        """
        self.flush_recordset()
        for storefront in listening(self):
            for event_type in self.env["enord.event.type"]._types().values():
                event_type._queue_all(storefront)

    def action_resync(self):
        """Send the whole catalogue and all stock again, unless some of it still waits."""
        self.check_access("write")
        check_listening(self)
        check_nothing_left(self)
        self._queue_everything()
        note(self, self.env._("Everything was sent again."))
        return done(self.env._("The catalogue and all stock are on their way."))


def check_nothing_left(storefronts):
    """:raise UserError: while something still waits to be sent again"""
    if left := sum(storefronts._count_events("pending", [("priority", "=", 1)]).values()):
        raise UserError(storefronts.env._("Events still waiting to be sent again: %s", left))


def _told_by(storefront):
    return [storefront.sudo()[name] for name in TOLD_BY]


def _forget_what_waits(storefronts):
    """What is to be told is found anew when they listen again. What has bytes already is not: it
    may be of a location that is no more."""
    storefronts.flush_recordset()
    events = storefronts.env["enord.webhook.event"]
    events.flush_model(["state"])
    storefronts.env.cr.execute(SQL(
        """
        UPDATE enord_webhook_event SET state = 'superseded'
         WHERE state = 'pending' AND body IS NULL AND storefront_id = ANY(%s::int[])
        """, storefronts.ids,
    ))
    events.invalidate_model(["state"], flush=False)
