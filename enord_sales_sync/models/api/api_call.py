import logging
from datetime import timedelta

import psycopg2
from odoo import SUPERUSER_ID, api, fields, models
from odoo.modules.registry import Registry
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..keys import operation_words
from ..storefront.res_config_settings import setting

_logger = logging.getLogger(__name__)

DAYS_PARAMETER = "enord_sales_sync.api_log_days"
DEFAULT_DAYS = 30
#: Calls that are kept of one minute: of a storefront, of all that no storefront is known of, and
#: in all; and how many bytes of bodies and answers.
ROWS_A_MINUTE = 600
ROWS_WITHOUT_KEY = 60
ROWS_IN_ALL = 3000
BYTES_A_MINUTE = 512 * 1024
BYTES_IN_ALL = 4 * BYTES_A_MINUTE


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
    # what a key has done stays known; it goes with its storefront alone
    key_id = fields.Many2one("enord.storefront.key", "API Key", readonly=True, ondelete="cascade",
                             index="btree_not_null")
    operation = fields.Selection(
        operation_words.selection, "What For", readonly=True,
        help="Empty: the API has nothing at this path.",
    )
    method = fields.Char(required=True, readonly=True)
    path = fields.Char(required=True, readonly=True)
    query = fields.Char("Parameters", readonly=True)
    status = fields.Integer(readonly=True, aggregator=None)
    code = fields.Char("Problem", readonly=True)
    duration_ms = fields.Integer("Duration (ms)", readonly=True, aggregator="avg")
    reference = fields.Char(readonly=True, index="btree_not_null",
                            help="The storefront's number of the order, adjustment or reservation.")
    body = fields.Text(readonly=True, help="Of a refused call; who ordered is not kept.")
    answer = fields.Text(readonly=True, help="What a refused call was told.")
    is_last = fields.Boolean(
        "Last of Its Minute", readonly=True,
        help="The storefront called so often that the next calls of this minute were not kept.",
    )
    remote_address = fields.Char("IP Address", readonly=True)
    user_agent = fields.Char("Program", readonly=True, help="As it names itself (User-Agent).")

    @api.depends("operation", "path")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = dict(self._fields["operation"]._description_selection(self.env))
        for call in self:
            call.display_name = words.get(call.operation, call.path)

    @api.model
    def _record(self, values):
        """Write a call down, unless there are as many of the last minute as are kept.

        Of calls that no storefront is known of, fewer are enough: anybody can make them.
        """
        key = self.env["enord.storefront.key"].browse(values.get("key_id"))
        if key:
            key._count_call()
        self._record_within_limits(values)
        if key:
            self.env.flush_all()
            try:
                with self.env.cr.savepoint():
                    key._used()
            except psycopg2.errors.SerializationFailure:
                _logger.debug("Another call has just written down the use of the key")

    def _record_within_limits(self, values):
        caller = values.get("storefront_id") or None
        [(rows, size, all_rows, all_size)] = self.env.execute_query(SQL(
            """
            SELECT count(*) FILTER (WHERE is_same), sum(size) FILTER (WHERE is_same),
                   count(*), sum(size)
              FROM (SELECT storefront_id IS NOT DISTINCT FROM %s::int AS is_same,
                           COALESCE(octet_length(body), 0) + COALESCE(octet_length(answer), 0)
                           AS size
                      FROM enord_api_call WHERE called_at > %s) AS recent
            """, caller, fields.Datetime.now() - timedelta(minutes=1),
        ))
        most = ROWS_A_MINUTE if caller else ROWS_WITHOUT_KEY
        if rows >= most or all_rows >= ROWS_IN_ALL:
            return
        if (size or 0) >= BYTES_A_MINUTE or (all_size or 0) >= BYTES_IN_ALL:
            values = {**values, "body": False, "answer": False}
        if rows >= most - 1:
            values = {**values, "is_last": True}
        self.create(values)

    @api.autovacuum
    def _gc_calls(self):
        days = setting(self.env, DAYS_PARAMETER, DEFAULT_DAYS)
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


def write_call(dbname, values):
    """Write a call down in a transaction of its own. A log that cannot be written costs the log,
    never the call."""
    try:
        with Registry(dbname).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["enord.api.call"]._record(values)
    except Exception:
        _logger.warning("A call of the API was not written down: %s", values, exc_info=True)
