from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Days of which figures are kept, and over which growth is told.
DAYS_KEPT = 60
DAYS_OF_GROWTH = 7
KIB = 1024


class EnordKeptData(models.Model):
    """How much the add-on keeps in each of its tables, by the day, and how fast that grows."""

    _name = "enord.kept.data"
    _description = "Kept Data of Online Sales"
    _order = "day desc, size_kib desc, id"
    _rec_name = "what"
    _log_access = False

    day = fields.Date(required=True, readonly=True, copy=False)
    model = fields.Char("Technical Name", required=True, readonly=True, copy=False)
    what = fields.Char("Kept", compute="_compute_what")
    rows = fields.Integer(readonly=True, copy=False, help="As PostgreSQL's statistics have it.")
    size_kib = fields.Integer("Size (KiB)", readonly=True, copy=False, help="With its indexes.")
    growth_kib = fields.Integer(
        "Growth a Day (KiB)", compute="_compute_growth_kib",
        help="On the average of the days before, a week at most.",
    )

    _day_model_uniq = models.UniqueIndex("(day, model)")

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_what(self):
        names = {
            model.model: model.name
            for model in self.env["ir.model"].sudo().search([("model", "in", self.mapped("model"))])
        }
        for kept in self:
            kept.what = names.get(kept.model, kept.model)

    @api.depends("day", "model", "size_kib")
    def _compute_growth_kib(self):
        for kept in self:
            before = self.search([
                ("model", "=", kept.model), ("day", "<", kept.day),
                ("day", ">=", kept.day - timedelta(days=DAYS_OF_GROWTH)),
            ], order="day", limit=1)
            days = before and (kept.day - before.day).days
            kept.growth_kib = round((kept.size_kib - before.size_kib) / days) if days else 0

    @api.autovacuum
    def _note_today(self):
        """Write down what is kept today; once a day, and again where somebody looks."""
        today = fields.Date.context_today(self.with_context(tz="UTC"))
        for model, rows, size_kib in self._measure():
            self.env.cr.execute(SQL(
                """
                INSERT INTO enord_kept_data (day, model, rows, size_kib) VALUES (%s, %s, %s, %s)
                ON CONFLICT (day, model)
                DO UPDATE SET rows = EXCLUDED.rows, size_kib = EXCLUDED.size_kib
                """, today, model, rows, size_kib,
            ))
        self.invalidate_model()
        self.sudo().search([("day", "<", today - timedelta(days=DAYS_KEPT))]).unlink()

    def _measure(self):
        """List of each model that keeps something, its rows, and its size in KiB."""
        tables = {
            model._table: name for name, model in self.env.items()
            if name.startswith("enord.") and model._auto and not model.is_transient()
        }
        measured = self.env.execute_query(SQL(
            """
            SELECT relname, pg_stat_get_live_tuples(oid), pg_total_relation_size(oid)
              FROM pg_class
             WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
               AND relname = ANY(%s::text[])
            """, list(tables),
        ))
        return [(tables[table], rows, -(-size // KIB)) for table, rows, size in measured]

    @api.model
    def action_open(self):
        """Today's figures."""
        self.check_access("read")
        self.sudo()._note_today()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("enord_sales_sync.action_kept_data"),
            "domain": [("day", "=", self.search([], limit=1).day)],
        }
