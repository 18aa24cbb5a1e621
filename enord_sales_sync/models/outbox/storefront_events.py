from collections import defaultdict

from odoo import fields, models


class EnordStorefront(models.Model):
    """What waits for a storefront, and what became of what it was told."""

    _inherit = "enord.storefront"

    pending_count = fields.Integer("Events Waiting", compute="_compute_event_counts")
    dead_count = fields.Integer("Given Up", compute="_compute_event_counts")
    last_delivery_at = fields.Datetime("Last Delivery", compute="_compute_event_counts")
    resync_left = fields.Integer("Left to Send Again", compute="_compute_resync_left")

    def _compute_event_counts(self):
        pending, sending, dead = map(self._count_events, ("pending", "sending", "dead"))
        for storefront in self:
            storefront.pending_count = pending[storefront] + sending[storefront]
            storefront.dead_count = dead[storefront]
            storefront.last_delivery_at = self.env["enord.webhook.event"].sudo().search(
                [("storefront_id", "=", storefront.id), ("state", "=", "delivered")],
                order="delivered_at desc", limit=1,
            ).delivered_at

    def _compute_resync_left(self):
        pending, sending = (
            self._count_events(state, [("priority", "=", 1)]) for state in ("pending", "sending")
        )
        for storefront in self:
            storefront.resync_left = pending[storefront] + sending[storefront]

    def _count_events(self, state, domain=()):
        """``{storefront: how many of its events}`` are in one state; 0 where there are none.

        One state at a time, because each has an index of its own and the delivered ones are many.
        """
        return defaultdict(int, self.env["enord.webhook.event"].sudo()._read_group(
            [("storefront_id", "in", self.ids), ("state", "=", state), *domain],
            ["storefront_id"], ["__count"],
        ))

    def action_view_events(self):
        self.ensure_one()
        self.env["enord.webhook.event"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "enord_sales_sync.action_webhook_event"
        )
        action["domain"] = [("storefront_id", "=", self.id)]
        return action
