from odoo import api, models
from odoo.addons.enord_sales_sync.models.outbox.timed_jobs import LATELY
from odoo.tools import SQL


class EnordWebhookEvent(models.Model):
    _inherit = "enord.webhook.event"

    @api.model
    def _timed_jobs(self):
        return super()._timed_jobs() | {
            "enord_sales_sync_product_expiry.cron_tell_ends": SQL(
                # not before the second that is the last
                "SELECT MIN(enord_sold_until) + interval '1 second' FROM stock_lot"
                " WHERE enord_end_told IS DISTINCT FROM enord_sold_until"
                " AND enord_sold_until > %s", LATELY,
            ),
        }
