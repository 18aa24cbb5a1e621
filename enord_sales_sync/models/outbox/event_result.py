import json
import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...delivery.backoff import GIVE_UP_AFTER, delay

_logger = logging.getLogger(__name__)

#: Attempts of an event that are kept: the first half and the last. Probes come every few seconds.
ATTEMPTS_KEPT = 100


class EnordWebhookEvent(models.Model):
    """The third transaction: what became of a delivery."""

    _inherit = "enord.webhook.event"

    @api.model
    def _record(self, results):
        """Write down what became of deliveries whose lease is still ours.

        :param list results: :class:`~..delivery.sender.Result`
        """
        self._give_back([result.delivery for result in results if not result.attempted])
        results = [result for result in results if result.attempted]
        if not results:
            return
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb,"
                " %s::timestamptz AT TIME ZONE 'UTC')",
                result.delivery.event_id, result.delivery.token, result.delivered,
                result.status, result.error or None,
                delay(_attempt(result), result.retry_after) if not result.delivered else 0.0,
                json.dumps(_as_attempt(result)), json.dumps(result.headers),
                result.delivery.headers["X-Event-Recorded-At"],
            )
            for result in results
        ]
        self.env.cr.execute(SQL(
            """
            UPDATE enord_webhook_event event
               SET state = CASE WHEN result.delivered THEN 'delivered'
                                -- neither one that waited, nor one that staff try again
                                WHEN event.recorded_at < moment.at - %(give_up)s
                                 AND (event.attempt_log -> 0 ->> 'at')::timestamp
                                   < moment.at - %(give_up)s THEN 'dead'
                                ELSE 'pending' END,
                   recorded_at = GREATEST(event.recorded_at, result.changed_at),
                   delivered_at = CASE WHEN result.delivered THEN moment.at END,
                   -- something may have waited for months, and the clock was put back since
                   latency_ms = CASE WHEN result.delivered THEN
                       LEAST(2147483647, GREATEST(0, EXTRACT(EPOCH FROM
                       moment.at - GREATEST(event.recorded_at, result.changed_at)) * 1000)) END,
                   next_attempt_at = moment.at + make_interval(secs => result.delay),
                   last_status = result.status, last_error = result.error,
                   attempt_log = CASE WHEN jsonb_array_length(event.attempt_log) >= %(kept)s
                                      THEN event.attempt_log - %(kept)s / 2
                                      ELSE COALESCE(event.attempt_log, '[]') END || result.attempt,
                   sent_headers = result.headers,
                   lease_token = NULL, lease_until = NULL
              FROM (VALUES %(results)s)
                   AS result (id, token, delivered, status, error, delay, attempt, headers,
                              changed_at),
                   (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
             WHERE event.id = result.id AND event.lease_token = result.token
               AND event.state = 'sending'
            """,
            give_up=GIVE_UP_AFTER, results=SQL(", ").join(rows), kept=ATTEMPTS_KEPT,
        ))
        self._tell_storefronts(results)

    def _give_back(self, deliveries):
        """Events that were claimed but not tried wait again, as if nothing had happened."""
        if deliveries:
            self.env.cr.execute(SQL(
                """
                UPDATE enord_webhook_event
                   SET state = 'pending', attempts = attempts - 1,
                       lease_token = NULL, lease_until = NULL
                 WHERE lease_token IN %s AND state = 'sending'
                """, tuple(delivery.token for delivery in deliveries),
            ))

    def _tell_storefronts(self, results):
        failures = defaultdict(int)
        by_storefront = defaultdict(list)
        for result in results:
            by_storefront[result.delivery.storefront_id].append(result)
            if not result.delivered:
                failures[result.delivery.storefront_id, result.error] += 1
        # one that is deleted meanwhile is gone with its events
        for storefront in self.env["enord.storefront"].browse(by_storefront).exists():
            storefront._note_deliveries(by_storefront[storefront.id])
        for (storefront_id, error), count in failures.items():
            # not the address: its query may hold a key
            _logger.info("%d deliveries to storefront %d failed and are tried again: %s",
                         count, storefront_id, error)


def _attempt(result):
    return int(result.delivery.headers["X-Delivery-Attempt"])


def _as_attempt(result):
    """An entry of ``attempt_log``."""
    return {
        "at": fields.Datetime.to_string(fields.Datetime.now()), "status": result.status,
        "ms": round(result.seconds * 1000), "answer": result.error,
    }
