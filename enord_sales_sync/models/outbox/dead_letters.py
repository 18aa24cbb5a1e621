from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .webhook_event import RESYNC


class EnordWebhookEvent(models.Model):
    """What was given up comes back as soon as its storefront answers again."""

    _inherit = "enord.webhook.event"

    @api.model
    def _send_dead_afresh(self, storefront, key=None):
        """Queue the present of each key whose newest event is a dead letter.

        :param str key: only of this one
        """
        this_key = SQL("TRUE") if key is None else SQL("dead.key = %s", key)
        dead = SQL(
            "FROM enord_webhook_event dead"
            " WHERE dead.state = 'dead' AND dead.storefront_id = %s AND %s",
            storefront.id, this_key,
        )
        self.flush_model()
        for name, event_type in self.env["enord.event.type"]._types().items():
            event_type._queue(SQL(
                """
                SELECT DISTINCT ON (dead.key)
                       dead.storefront_id, dead.key, %(reason)s AS change_reason, %(own)s
                %(dead)s AND dead.event_type = %(type)s
                   AND NOT EXISTS (
                       SELECT FROM enord_webhook_event newer
                        WHERE newer.storefront_id = dead.storefront_id AND newer.key = dead.key
                          AND newer.id > dead.id AND newer.state IN ('pending', 'sending'))
                   AND NOT EXISTS (
                       SELECT FROM enord_webhook_event newer
                        WHERE newer.storefront_id = dead.storefront_id AND newer.key = dead.key
                          AND newer.id > dead.id AND newer.state = 'delivered')
              ORDER BY dead.key, dead.id DESC
                """,
                reason=RESYNC, dead=dead, type=name, own=event_type._own_columns_sql("dead"),
            ), priority=1)
        self.env.cr.execute(SQL(
            "UPDATE enord_webhook_event SET state = 'superseded' WHERE id IN (SELECT dead.id %s)",
            dead,
        ))
        self.invalidate_model(["state"], flush=False)

    @api.model
    def _queue_probe(self, storefront):
        """Have something to ask a storefront with that is down and that nothing waits for: what was
        given up, or what it acknowledged last."""
        dead = self.search([("storefront_id", "=", storefront.id), ("state", "=", "dead")], limit=1)
        if dead:
            self._send_dead_afresh(storefront, dead.key)
            return
        types = {
            name: one for name, one in self.env["enord.event.type"]._types().items()
            # of what was acknowledged these always build a body
            if one._builds_on_acknowledged
        }
        told = self.search([
            ("storefront_id", "=", storefront.id), ("state", "=", "delivered"),
            ("event_type", "in", list(types)),
        ], order="delivered_at desc", limit=1)
        if told:
            event_type = types[told.event_type]
            event_type._queue(SQL(
                "SELECT storefront_id, key, %s AS change_reason, %s"
                "  FROM enord_webhook_event told WHERE id = %s",
                RESYNC, event_type._own_columns_sql("told"), told.id,
            ))
            # where nothing comes of it, not without a pause
            storefront.next_probe_at = fields.Datetime.now() + timedelta(seconds=2)
