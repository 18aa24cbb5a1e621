import logging
from datetime import timedelta

import psycopg2
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.modules.registry import Registry
from odoo.tools.constants import GC_UNLINK_LIMIT

_logger = logging.getLogger(__name__)

DAYS_PARAMETER = "enord_sales_sync.api_log_days"
DEFAULT_DAYS = 30


class EnordApiCall(models.Model):
    """Who called the API, what for, and what came of it."""

    _name = "enord.api.call"
    _description = "Storefront API Call"
    _order = "id desc"
    _rec_name = "path"
    _log_access = False

    called_at = fields.Datetime(
        "Time", required=True, readonly=True, default=fields.Datetime.now, index=True,
    )
    storefront_id = fields.Many2one(
        "enord.storefront", readonly=True, index="btree_not_null", ondelete="cascade",
        help="Empty: the call had no key, or one that does not work.",
    )
    key_id = fields.Many2one("enord.storefront.key", "API Key", readonly=True, ondelete="set null",
                             index="btree_not_null")
    method = fields.Char(required=True, readonly=True)
    path = fields.Char(required=True, readonly=True)
    query = fields.Char(readonly=True)
    status = fields.Integer(readonly=True, aggregator=None)
    code = fields.Char("Problem", readonly=True)
    duration_ms = fields.Integer("Duration (ms)", readonly=True, aggregator="avg")
    reference = fields.Char(readonly=True, index="btree_not_null",
                            help="The storefront's number of the order, adjustment or reservation.")
    body = fields.Text(readonly=True, help="Of a refused call; who ordered is not kept.")
    answer = fields.Text(readonly=True, help="What a refused call was told.")
    remote_address = fields.Char(readonly=True)
    user_agent = fields.Char(readonly=True)

    @api.model
    def _record(self, values):
        """Write a call down.

        Of calls that no storefront is known of one a second is enough: anybody can make them.
        """
        if not values.get("storefront_id") and self.search_count(
            [("storefront_id", "=", False),
             ("called_at", ">", fields.Datetime.now() - timedelta(seconds=1))], limit=1,
        ):
            return
        self.create(values)
        if values.get("key_id"):
            self.env.flush_all()
            try:
                with self.env.cr.savepoint():
                    self.env["enord.storefront.key"].browse(values["key_id"])._used()
            except psycopg2.errors.SerializationFailure:
                _logger.debug("Another call has just written down the use of the key")

    @api.autovacuum
    def _gc_calls(self):
        days = int(self.env["ir.config_parameter"].sudo().get_param(DAYS_PARAMETER, DEFAULT_DAYS))
        old = self.sudo().search(
            [("called_at", "<", fields.Datetime.now() - timedelta(days=days))],
            order="id", limit=GC_UNLINK_LIMIT,
        )
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    enord_api_log_days = fields.Integer(
        "Days of API Log", config_parameter=DAYS_PARAMETER, default=DEFAULT_DAYS,
    )

    @api.constrains("enord_api_log_days")
    def _check_enord_api_log_days(self):
        for settings in self:
            if not 1 <= settings.enord_api_log_days <= 3650:
                raise ValidationError(self.env._("API log: a number of days from 1 to 3650."))


def write_call(dbname, values):
    """Write a call down in a transaction of its own. A log that cannot be written costs the log,
    never the call."""
    try:
        with Registry(dbname).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["enord.api.call"]._record(values)
    except Exception:
        _logger.warning("A call of the API was not written down: %s", values, exc_info=True)
