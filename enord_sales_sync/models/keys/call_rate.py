from odoo import api, fields, models
from odoo.tools import SQL

from ...contract.problem import Problem

#: Name space of the advisory lock of who begins a minute (the others: ``api/locked_transaction``).
MINUTE_LOCK = 0x454E05
#: A sequence counts the calls of a minute from the minute's number times this.
CALLS = 1_000_000


class EnordStorefrontKey(models.Model):
    """How many calls a minute a key may make.

    They are counted by a sequence of PostgreSQL for each key that has a limit: it counts over all
    processes and machines, nobody waits for anybody, no row is written, and what is read of it at
    the door may be read in a read-only transaction. A call counts once it is answered, so that
    beyond the limit come at most those that are being worked on.
    """

    _inherit = "enord.storefront.key"

    calls_a_minute = fields.Integer(
        "Calls a Minute", readonly=True, help="0: as many as it likes.",
    )

    _calls_a_minute_range = models.Constraint(
        f"CHECK (calls_a_minute BETWEEN 0 AND {CALLS // 2})",
        f"Calls a minute: a number from 0 to {CALLS // 2}.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        keys = super().create(vals_list)
        for key in keys.filtered("calls_a_minute"):
            self.env.cr.execute(SQL(
                # it goes with the table
                "CREATE SEQUENCE %s OWNED BY enord_storefront_key.id",
                SQL.identifier(key._counter()),
            ))
        return keys

    def _counter(self):
        return f"enord_storefront_key_{self.id}_calls"

    def _check_rate(self):
        """:raise Problem: 429 where the calls of this minute are used up"""
        if not self.calls_a_minute:
            return
        [(count, seconds)] = self.env.execute_query(SQL(
            "SELECT last_value, extract(epoch FROM clock_timestamp())::bigint FROM %s",
            SQL.identifier(self._counter()),
        ))
        minute, second = divmod(seconds, 60)
        if count >= minute * CALLS + self.calls_a_minute:
            raise Problem(
                429, "rate_limited",
                f"The API key may make {self.calls_a_minute} calls a minute; nothing was written. "
                "Send the same request again.",
                headers={"Retry-After": str(60 - second)},
            )

    def _count_call(self):
        """Count a call, whatever becomes of the transaction."""
        if not self.calls_a_minute:
            return
        begins = SQL(
            "(extract(epoch FROM clock_timestamp())::bigint / 60 * %s)", CALLS,
        )
        next_one = SQL("SELECT nextval(%s), %s", self._counter(), begins)
        [(count, minute)] = self.env.execute_query(next_one)
        if count > minute:
            return
        # the first of a minute; of several at once the others find that it has begun
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", MINUTE_LOCK, self.id))
        [(count, minute)] = self.env.execute_query(next_one)
        if count <= minute:
            self.env.cr.execute(SQL("SELECT setval(%s, %s)", self._counter(), minute + 1))
