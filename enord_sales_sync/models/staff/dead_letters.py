from collections import Counter

from odoo import api, models
from odoo.tools import SQL

from ..outbox.event_retention import BATCH, RETENTION_DAYS, RETENTION_PARAMETER
from ..storefront.administration import note
from ..storefront.res_config_settings import setting

#: Days for which a storefront that comes back is still told what was given up.
DEAD_PARAMETER = "enord_sales_sync.dead_event_retention_days"
DEAD_DAYS = 180


class EnordWebhookEvent(models.Model):
    _inherit = "enord.webhook.event"

    @api.autovacuum
    def _gc_dead(self):
        """Forget dead letters: as others where something newer of their key was delivered or given
        up, else after half a year. What is forgotten then does not come back by itself, which the
        storefront's history tells.
        """
        rows = self.env.execute_query(SQL(
            """
            DELETE FROM enord_webhook_event
             WHERE id IN (
                SELECT id
                  FROM (SELECT id, storefront_id, key, recorded_at,
                               MAX(id) OVER (PARTITION BY storefront_id, key) AS newest
                          FROM enord_webhook_event WHERE state = 'dead') AS dead
                 WHERE recorded_at < now() AT TIME ZONE 'UTC' - make_interval(days => %(last)s)
                    OR recorded_at < now() AT TIME ZONE 'UTC' - make_interval(days => %(days)s)
                       AND (id < newest
                            OR EXISTS (SELECT FROM enord_webhook_event newer
                                        WHERE newer.state = 'delivered'
                                          AND newer.storefront_id = dead.storefront_id
                                          AND newer.key = dead.key AND newer.id > dead.id))
                 LIMIT %(batch)s)
         RETURNING storefront_id,
                   recorded_at < now() AT TIME ZONE 'UTC' - make_interval(days => %(last)s)
            """, days=setting(self.env, RETENTION_PARAMETER, RETENTION_DAYS),
            last=setting(self.env, DEAD_PARAMETER, DEAD_DAYS), batch=BATCH,
        ))
        lost = Counter(storefront_id for storefront_id, is_last in rows if is_last)
        for storefront_id, count in lost.items():
            note(self.env["enord.storefront"].browse(storefront_id), self.env._(
                "Old events that were given up and are removed now: %s. Send everything again when "
                "the storefront answers.", count,
            ))
        return len(rows), int(len(rows) == BATCH)
