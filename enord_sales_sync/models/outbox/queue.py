from odoo import api, models
from odoo.tools import SQL

from ...delivery.dispatcher import CHANNEL
from .listening import listening


class EnordWebhookEvent(models.Model):
    """How events come into the outbox."""

    _inherit = "enord.webhook.event"

    @api.model
    def _queue(self, event_type, rows, columns=(), priority=0):
        """Put events into the outbox, with one INSERT and one NOTIFY.

        :param str event_type: as the storefront sees it
        :param SQL rows: query for rows of ``storefront_id``, ``key``, ``change_reason`` and these
            columns
        :param columns: names of the type's own columns
        :param int priority: 0: live, 1: others go first
        :return: how many
        """
        own = [SQL.identifier(column) for column in columns]
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event
                   (event_type, priority, state, attempts, create_uid, recorded_at,
                    next_attempt_at, create_date, %(into)s)
            SELECT %(event_type)s, %(priority)s, 'pending', 0, %(uid)s, moment.at, moment.at,
                   now() AT TIME ZONE 'UTC', %(into)s
              FROM (%(rows)s) AS queued,
                   (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
          ORDER BY key
            """,
            event_type=event_type, priority=priority, uid=self.env.uid, rows=rows,
            into=SQL(", ").join([
                *map(SQL.identifier, ("storefront_id", "key", "change_reason")), *own,
            ]),
        ))
        queued = self.env.cr.rowcount
        if queued:
            self._wake_dispatcher()
        return queued

    @api.model
    def _wake_dispatcher(self):
        # PostgreSQL tells at the commit, once; the beginning says which transaction it was
        self.env.cr.execute(
            "SELECT pg_notify(%s, (now() AT TIME ZONE 'UTC')::text)", [CHANNEL]
        )

    @api.model
    def _count_as_sent_again(self, storefronts):
        """What waited because nothing was to be sent goes behind what changes now, and is not late.
        """
        self.flush_model(["state", "priority"])
        self.env.cr.execute(SQL(
            "UPDATE enord_webhook_event SET priority = 1"
            " WHERE state = 'pending' AND priority = 0 AND storefront_id = ANY(%s::int[])",
            storefronts.ids,
        ))
        self.invalidate_model(["priority"], flush=False)

    @api.model
    def _listening(self):
        """SQL of the storefronts that are told anything: a table of ``id`` and ``company_id``."""
        return SQL(
            "(SELECT id, company_id FROM enord_storefront"
            " WHERE active AND webhook_url <> '' AND stage = 'live')"
        )

    @api.model
    def _may_know(self, storefront, key):
        """SQL of whether a storefront is told anything, or was told of a key before it was not."""
        if listening(storefront):
            return SQL("TRUE")
        return SQL(
            """EXISTS (SELECT FROM enord_webhook_event known
                        WHERE known.storefront_id = %s AND known.key = %s
                          AND known.state = 'delivered')""", storefront.id, key,
        )
