from contextlib import contextmanager

from odoo import fields, models
from odoo.tools import SQL

from ...contract.problem import Problem
from .locked_transaction import IN_FLIGHT_LOCK

#: A storefront's slots are numbered from its id times this.
MAX_IN_FLIGHT = 1000
RETRY_AFTER_SECONDS = 1


class EnordStorefront(models.Model):
    """No storefront takes every worker of the server.

    A slot is an advisory lock of the request's own database session: it counts over all processes
    and machines, costs one statement, and ends with the process that held it.
    """

    _inherit = "enord.storefront"

    max_in_flight = fields.Integer(
        "Requests at Once", default=32, required=True,
        help="How many requests of this storefront are worked on at the same time; one more is "
             "refused, and is to be sent again.",
    )

    _max_in_flight_range = models.Constraint(
        f"CHECK (max_in_flight BETWEEN 1 AND {MAX_IN_FLIGHT})",
        f"Requests at once: a number from 1 to {MAX_IN_FLIGHT}.",
    )

    @contextmanager
    def _in_flight_slot(self):
        """Hold one of the calling storefront's slots; without a storefront nothing is held.

        :raise Problem: 429 when all are taken
        """
        storefront_id = self.env.context.get("enord_storefront_id")
        if not storefront_id:
            yield
            return
        cr = self.env.cr
        slot = self._take_slot(self.sudo().browse(storefront_id))
        try:
            yield
        except BaseException:
            if not cr.closed:
                # a failed transaction would refuse the unlock
                cr.rollback()
            raise
        finally:
            if not cr.closed:
                # the session goes back to the pool, and would take the lock with it
                cr.execute("SELECT pg_advisory_unlock(%s, %s)", (IN_FLIGHT_LOCK, slot))

    def _take_slot(self, storefront):
        first = storefront.id * MAX_IN_FLIGHT
        # the filter is evaluated row by row, and no further than the first slot that is free
        self.env.cr.execute(SQL(
            """
            SELECT slot FROM generate_series(%s, %s) AS slot
             WHERE pg_try_advisory_lock(%s, slot) LIMIT 1
            """, first, first + storefront.max_in_flight - 1, IN_FLIGHT_LOCK,
        ))
        row = self.env.cr.fetchone()
        if not row:
            raise Problem(
                429, "too_many_requests",
                f"{storefront.max_in_flight} requests of this storefront are being worked on; "
                "nothing was written. Send the same request again.",
                headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
            )
        return row[0]
