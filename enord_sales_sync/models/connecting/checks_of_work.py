"""Whether what runs by itself does run: deliveries, jobs, the storefront's nightly snapshot."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...delivery.leadership import LEADER_LOCK
from .check import Check

#: The snapshot is read once a night, not always at the same hour.
SNAPSHOT_HOURS = 26
#: A job that has been due for longer does not run.
LATE = timedelta(minutes=15)


class EnordCheck(models.AbstractModel):
    _inherit = "enord.check"

    @api.model
    def _checks(self, storefront):
        return [
            *super()._checks(storefront),
            self._check_dispatcher(),
            self._check_jobs(),
            self._check_snapshot(storefront),
        ]

    def _check_dispatcher(self):
        env = self.env
        if not self._is_led():
            return Check(
                "dispatcher", "warning", env._("Nobody delivers events just now"),
                env._("Odoo's server has no worker for scheduled actions, or does not know of this "
                      "database; who runs it finds both under Install in the add-on's README. "
                      "Meanwhile a job delivers them once a minute."),
            )
        return Check("dispatcher", "ok", env._("Events are delivered as soon as something changes"))

    def _is_led(self):
        """Whether a process of Odoo's delivers: it holds a lock on the database."""
        [(is_led,)] = self.env.execute_query(SQL(
            """
            SELECT EXISTS (
                SELECT FROM pg_locks
                  JOIN pg_database ON pg_database.oid = pg_locks.database
                 WHERE datname = current_database() AND locktype = 'advisory' AND granted
                   AND objsubid = 1 AND (classid::bigint << 32) + objid::bigint = %s)
            """, LEADER_LOCK,
        ))
        return is_led

    def _check_jobs(self):
        env = self.env
        jobs = self.env["ir.model.data"].sudo().search([
            ("module", "=like", "enord_sales_sync%"), ("model", "=", "ir.cron"),
        ])
        late = fields.Datetime.now() - LATE
        idle = self.env["ir.cron"].sudo().with_context(active_test=False).search([
            ("id", "in", jobs.mapped("res_id")),
            "|", ("active", "=", False), ("nextcall", "<", late),
        ])
        if idle:
            is_allowed = self.env.user.has_group("base.group_system")
            return Check(
                "jobs", "problem",
                env._("Jobs that do not run: %s", ", ".join(idle.mapped("name"))),
                env._("They are archived, or Odoo's server has no worker for scheduled actions. "
                      "Reservations that have expired and invoices that failed wait for them."),
                env._("Open") if is_allowed else "", {
                    "type": "ir.actions.act_window", "name": env._("Scheduled Actions"),
                    "res_model": "ir.cron", "views": [(False, "list"), (False, "form")],
                    "domain": [("id", "in", idle.ids)], "context": {"active_test": False},
                } if is_allowed else None,
            )
        return Check("jobs", "ok", env._("All jobs run"))

    def _check_snapshot(self, storefront):
        env = self.env
        since = fields.Datetime.now() - timedelta(hours=SNAPSHOT_HOURS)
        if not self.env["enord.api.call"].sudo().search([
            ("called_at", ">", since), ("storefront_id", "=", storefront.id),
            ("path", "=", "/api/inventory/snapshot"), ("status", "in", (200, 304)),
        ], limit=1):
            return Check(
                "snapshot", "warning",
                env._("The snapshot was not read for %s hours", SNAPSHOT_HOURS),
                env._("With it the storefront finds and mends by night whatever it has missed. Its "
                      "developers set that up."),
                env._("Show API Calls"), {
                    "type": "ir.actions.act_window", "name": env._("API Calls"),
                    "res_model": "enord.api.call", "views": [(False, "list"), (False, "form")],
                    "domain": [("storefront_id", "=", storefront.id)],
                },
            )
        return Check("snapshot", "ok", env._("The storefront reads the snapshot"))
