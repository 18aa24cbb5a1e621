from odoo import api, fields, models
from odoo.tools import SQL

from ..storefront.res_config_settings import setting

RETENTION_PARAMETER = "enord_sales_sync.event_retention_days"
RETENTION_DAYS = 30
BATCH = 10_000


class EnordWebhookEvent(models.Model):
    _inherit = "enord.webhook.event"

    @api.autovacuum
    def _gc_events(self):
        """Forget delivered and superseded events after some days, a batch at a time.

        What was acknowledged last of each key stays, where its type keeps it: it tells whether a
        change is one, and what to withdraw when a product is deleted.
        """
        self.env.cr.execute(SQL(
            """
            DELETE FROM enord_webhook_event
             WHERE id IN (
                SELECT id FROM enord_webhook_event old
                 WHERE state IN ('delivered', 'superseded')
                   AND recorded_at < now() AT TIME ZONE 'UTC' - make_interval(days => %(days)s)
                   AND NOT (event_type = ANY(%(kept)s::text[]) AND state = 'delivered'
                            AND NOT EXISTS (SELECT FROM enord_webhook_event newer
                                             WHERE newer.state = 'delivered'
                                               AND newer.storefront_id = old.storefront_id
                                               AND newer.key = old.key AND newer.id > old.id))
                 LIMIT %(batch)s)
            """, days=setting(self.env, RETENTION_PARAMETER, RETENTION_DAYS), batch=BATCH, kept=[
                name for name, one in self.env["enord.event.type"]._types().items()
                if one._keeps_acknowledged
            ],
        ))
        deleted = self.env.cr.rowcount
        return deleted, int(deleted == BATCH)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    enord_event_retention_days = fields.Integer(
        "Keep Events", config_parameter=RETENTION_PARAMETER, default=RETENTION_DAYS,
    )
