from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...delivery.sender import DEADLINE
from .webhook_event import RESYNC

#: A claimed event is sent within this time, or given back.
BEGIN_WITHIN = 5.0
#: How long a claim is good for: until it is sent, its deadline, and a margin to record the result.
LEASE = timedelta(seconds=BEGIN_WITHIN + DEADLINE + 5)


class EnordWebhookEvent(models.Model):
    """The first of the three short transactions of a delivery: who sends which event."""

    _inherit = "enord.webhook.event"

    @api.model
    def _claim(self, room):
        """Take the due events, one for each key, and lease them.

        Waiting events of one key collapse into the newest; the others are superseded. A sequence
        is drawn now, while nobody else can hold the key.

        :param room: callable of a storefront's id and of whether it is only probed; how many of
            its events may be claimed
        :return: ids of the claimed events, and seconds until something else falls due or None
        """
        self._free_leases(expired_only=True)
        job_due_in = self._wake_timed_jobs()
        claimed, full = [], False
        for storefront, probing in self.env["enord.storefront"]._open_for_delivery():
            limit = room(storefront.id, probing)
            if limit > 0:
                of_storefront = self._claim_of(storefront, limit, probing)
                if probing and not of_storefront:
                    self._queue_probe(storefront)
                    of_storefront = self._claim_of(storefront, limit, probing)
                claimed += of_storefront
            else:
                full = True  # the next delivery that ends makes room, before any clock does
        if claimed or full:
            return claimed, None
        moments = (self._seconds_until_due(), job_due_in)
        return claimed, min((moment for moment in moments if moment is not None), default=None)

    def _claim_of(self, storefront, limit, probing=False):
        due = SQL("next_attempt_at <= clock_timestamp() AT TIME ZONE 'UTC'")
        if probing:
            # it asks whether the storefront is back; any waiting event will do that can be sent
            due = SQL("next_attempt_at IS NOT NULL AND (body IS NOT NULL OR %s)", due)
        self._advance_sequence()
        self._plan_by_index(SQL("off"))
        # OFFSET 0: looked up by its key for each; joined, all that is being sent would be read
        self.env.cr.execute(SQL(
            """
            WITH head AS MATERIALIZED (
                SELECT id, key
                  FROM enord_webhook_event due
                 WHERE state = 'pending' AND storefront_id = %(storefront)s
                   AND %(due)s
                   AND NOT EXISTS (SELECT FROM enord_webhook_event sending
                                    WHERE sending.state = 'sending'
                                      AND sending.storefront_id = due.storefront_id
                                      AND sending.key = due.key OFFSET 0)
              ORDER BY priority, next_attempt_at, id
                 LIMIT %(limit)s
            ), waiting AS (
                SELECT same.id, same.newest, same.again
                  FROM (SELECT DISTINCT key FROM head) AS head
            CROSS JOIN LATERAL (SELECT id, id = MAX(id) OVER () AS newest,
                                       bool_or(change_reason = %(again)s) OVER () AS again
                                  FROM enord_webhook_event
                                 WHERE state = 'pending' AND storefront_id = %(storefront)s
                                   AND key = head.key) AS same
            )
            UPDATE enord_webhook_event event
               SET state = CASE WHEN waiting.newest THEN 'sending' ELSE 'superseded' END,
                   attempts = attempts + waiting.newest::int,
                   -- what is to be sent whatever was acknowledged still is
                   change_reason = COALESCE(change_reason, CASE WHEN waiting.newest
                                                                 AND waiting.again
                                                                THEN %(again)s END),
                   uuid = COALESCE(uuid, CASE WHEN waiting.newest
                                              THEN 'evt_' || replace(gen_random_uuid()::text,
                                                                     '-', '') END),
                   sequence = CASE WHEN waiting.newest AND body IS NULL
                                   THEN nextval('enord_webhook_event_sequence')
                                   ELSE sequence END,
                   lease_token = CASE WHEN waiting.newest THEN gen_random_uuid()::text END,
                   lease_until = CASE WHEN waiting.newest
                                      THEN clock_timestamp() AT TIME ZONE 'UTC' + %(lease)s END
              FROM waiting
             WHERE event.id = waiting.id
         RETURNING event.id, event.state
            """,
            storefront=storefront.id, limit=limit, lease=LEASE, due=due,
            again=RESYNC,
        ))
        claimed = [event_id for event_id, state in self.env.cr.fetchall() if state == "sending"]
        self._plan_by_index(SQL("DEFAULT"))
        return claimed

    def _advance_sequence(self):
        """Let the next number be no smaller than the microseconds since 1970.

        Receivers drop what has a smaller number than what they have. After a backup was restored,
        or the add-on installed again, the sequence itself is behind what they were told; the clock
        is not. Where the clock is put back, the sequence goes on by ones.
        """
        self.env.cr.execute(SQL(
            """
            SELECT setval('enord_webhook_event_sequence', clock.now)
              FROM enord_webhook_event_sequence,
                   (SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint AS now) clock
             WHERE last_value < clock.now
            """
        ))

    def _plan_by_index(self, value):
        """``off``: look all up by its index, in the index's order, whatever the statistics say.

        They are often of a moment when nothing waited; by those the planner sorts all that waits,
        and compares all keys with all others.
        """
        self.env.cr.execute(SQL("; ").join(
            SQL("SET LOCAL %s = %s", SQL.identifier(f"enable_{node}"), value)
            for node in ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin", "material")
        ))

    @api.model
    def _free_leases(self, expired_only=False):
        """Events of a process that died wait again; the same bytes go out, under the same id.

        A new leader need not wait for leases to run out: whoever held them leads no more.
        """
        self.env.cr.execute(SQL(
            """
            UPDATE enord_webhook_event
               SET state = 'pending', lease_token = NULL, lease_until = NULL,
                   next_attempt_at = clock_timestamp() AT TIME ZONE 'UTC'
             WHERE state = 'sending' AND %s
            """,
            SQL("lease_until < clock_timestamp() AT TIME ZONE 'UTC'") if expired_only
            else SQL("TRUE"),
        ))

    def _seconds_until_due(self):
        [(seconds,)] = self.env.execute_query(SQL(
            """
            SELECT EXTRACT(EPOCH FROM MIN(moment) - clock_timestamp() AT TIME ZONE 'UTC')
              FROM (SELECT MIN(next_attempt_at) AS moment FROM enord_webhook_event
                     WHERE state = 'pending'
                       AND next_attempt_at > clock_timestamp() AT TIME ZONE 'UTC'
                     UNION ALL
                    SELECT MIN(lease_until) FROM enord_webhook_event WHERE state = 'sending'
                     UNION ALL
                    SELECT MIN(next_probe_at) FROM enord_storefront
                     WHERE delivery_state = 'failing'
                       AND next_probe_at > clock_timestamp() AT TIME ZONE 'UTC') due
            """
        ))
        return None if seconds is None else max(0.0, float(seconds))
