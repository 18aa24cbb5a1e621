import hashlib
import json
import logging
import time
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS
from odoo.tools import SQL

from ..contract import events
from ..contract.signature import signature_headers
from ..delivery.backoff import GIVE_UP_AFTER, delay
from ..delivery.sender import DEADLINE, Delivery

_logger = logging.getLogger(__name__)

#: How long a claim is good for: the sender's deadline and a margin to record the result.
LEASE = timedelta(seconds=DEADLINE + 5)


class EnordWebhookEvent(models.Model):
    """Claim, prepare, record: the three short transactions around one HTTP request."""

    _inherit = "enord.webhook.event"

    @api.model
    def _claim(self, busy, capacity):
        """Take the due events, one for each key, and lease them.

        Waiting events of one key collapse into the newest; the others are superseded. A sequence
        is drawn now, while nobody else can hold the key.

        :param dict busy: deliveries under way, by storefront id
        :param int capacity: how many may be under way for one storefront
        :return: ids of the claimed events, and seconds until something else falls due or None
        """
        self._free_expired_leases()
        claimed = []
        for storefront, probing in self.env["enord.storefront"]._open_for_delivery():
            free = (1 if probing else capacity) - busy.get(storefront.id, 0)
            if free > 0:
                claimed += self._claim_of(storefront, free, probing)
        return claimed, None if claimed else self._seconds_until_due()

    def _claim_of(self, storefront, limit, probing=False):
        # a probe asks whether the storefront is back; any waiting event will do
        due = SQL("TRUE") if probing else SQL(
            "next_attempt_at <= clock_timestamp() AT TIME ZONE 'UTC'"
        )
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
                                      AND sending.key = due.key)
              ORDER BY priority, next_attempt_at, id
                 LIMIT %(limit)s
            ), waiting AS (
                SELECT id, key, id = MAX(id) OVER (PARTITION BY key) AS newest
                  FROM enord_webhook_event
                 WHERE state = 'pending' AND storefront_id = %(storefront)s
                   AND key IN (SELECT key FROM head)
            )
            UPDATE enord_webhook_event event
               SET state = CASE WHEN waiting.newest THEN 'sending' ELSE 'superseded' END,
                   attempts = attempts + waiting.newest::int,
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
        ))
        return [event_id for event_id, state in self.env.cr.fetchall() if state == "sending"]

    def _free_expired_leases(self):
        """Events of a process that died wait again; the same bytes go out, under the same id."""
        self.env.cr.execute(
            """
            UPDATE enord_webhook_event
               SET state = 'pending', lease_token = NULL, lease_until = NULL,
                   next_attempt_at = clock_timestamp() AT TIME ZONE 'UTC'
             WHERE state = 'sending' AND lease_until < clock_timestamp() AT TIME ZONE 'UTC'
            """
        )

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

    @api.model
    def _prepare(self, event_ids):
        """Build the bodies from committed state, in a transaction younger than the claim.

        :return: the deliveries to send, and how many events turned out to need none
        """
        claimed = self.browse(event_ids)
        unchanged = self.browse()
        for storefront, of_storefront in claimed.grouped("storefront_id").items():
            new = of_storefront.filtered(lambda event: not event.body)
            unchanged += new._build_bodies(storefront)
        self.flush_model()
        deliveries = self._deliveries((claimed - unchanged).ids)
        return deliveries, len(event_ids) - len(deliveries)

    def _build_bodies(self, storefront):
        """Store what is to be sent; return the events that are not sent now after all."""
        lang = storefront.company_id.partner_id.lang or self.env.user.lang
        storefront = storefront.with_company(storefront.company_id).with_context(
            lang=lang, active_test=False,
        )
        try:
            with self.env.cr.savepoint():
                return self._build_batch(storefront)
        except CONCURRENCY_ERRORS:
            raise
        except Exception:
            # one product that cannot be told must not hold up the others
            return self.browse().concat(*(event._build_alone(storefront) for event in self))

    def _build_alone(self, storefront):
        try:
            with self.env.cr.savepoint():
                return self._build_batch(storefront)
        except CONCURRENCY_ERRORS:
            raise
        except Exception as error:
            _logger.exception("The body of storefront event %s cannot be built", self.id)
            self.write({
                "state": "pending", "last_error": repr(error),
                "next_attempt_at": fields.Datetime.now() + timedelta(seconds=delay(self.attempts)),
                "lease_token": False, "lease_until": False,
            })
            return self

    def _build_batch(self, storefront):
        now = fields.Datetime.now()
        skipped = self.browse()
        stock_events = self.filtered(lambda event: event.event_type == events.INVENTORY_CHANGE)
        stock = storefront._sellable(stock_events.product_id, stock_events.warehouse_id)
        for event in self:
            data = event.with_env(storefront.env)._build_data(storefront, stock)
            if data is None:
                skipped += event
                continue
            event.body = events.encode(event.event_type, now, data).decode()
            event.content_hash = _content_hash(data)
            if event.event_type == events.CATALOG_UPDATE:
                known = event._last_delivered()
                if event.change_reason != "RESYNC" and known.content_hash == event.content_hash:
                    # acknowledged already: saving a field that no storefront sees costs nothing
                    skipped += event
                storefront._queue_stock_of_new_skus(data, known)
        skipped._skip()
        return skipped

    def _build_data(self, storefront, stock):
        """``data`` of this event, or None where the storefront has nothing to learn."""
        self.ensure_one()
        if self.event_type == events.CATALOG_UPDATE:
            template = self.product_tmpl_id
            if not template:
                return None
            data = storefront._catalog_data(template)
            # a product that was never online is not withdrawn either
            return data if data["is_active"] or self._last_delivered() else None
        product, warehouse = self.product_id, self.warehouse_id
        if not product.default_code or not warehouse:
            return None
        if not storefront._published_products([("id", "=", product.id)]):
            return None
        quantity = stock.get((product.id, warehouse.id), 0.0)
        if warehouse not in storefront.warehouse_ids:
            quantity = 0.0  # it is not sold from there any more
        return storefront._inventory_data_of(product, warehouse, self.change_reason, quantity)

    def _last_delivered(self):
        return self.sudo().search(
            [
                ("storefront_id", "=", self.storefront_id.id),
                ("key", "=", self.key),
                ("state", "=", "delivered"),
            ],
            order="id desc", limit=1,
        )

    def _skip(self):
        self.write({"state": "superseded", "lease_token": False, "lease_until": False,
                    "body": False})

    def _deliveries(self, event_ids):
        if not event_ids:
            return []
        rows = self.env.execute_query(SQL(
            """
            SELECT id, storefront_id, event_type, uuid, sequence, attempts, body, lease_token,
                   to_char(recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
              FROM enord_webhook_event
             WHERE id IN %s
          ORDER BY sequence
            """, tuple(event_ids),
        ))
        storefronts = self.env["enord.storefront"].browse({row[1] for row in rows})
        secrets = {storefront.id: storefront._signing_secrets() for storefront in storefronts}
        timestamp = int(time.time())
        deliveries = []
        for (
            event_id, storefront_id, event_type, uuid, sequence, attempts, body, token, recorded_at
        ) in rows:
            storefront = storefronts.browse(storefront_id)
            raw = body.encode()
            deliveries.append(Delivery(
                event_id=event_id,
                storefront_id=storefront_id,
                token=token,
                url=storefront.webhook_url,
                body=raw,
                headers={
                    **signature_headers(secrets[storefront_id], uuid, timestamp, raw),
                    "X-Event-Type": event_type,
                    "X-Event-Sequence": str(sequence),
                    "X-Delivery-Attempt": str(attempts),
                    "X-Event-Recorded-At": recorded_at,
                },
                allow_private=storefront.allow_private_addresses,
            ))
        return deliveries

    @api.model
    def _record(self, results):
        """Write down what became of deliveries whose lease is still ours.

        :param list results: :class:`~..delivery.sender.Result`
        """
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s, %s)",
                result.delivery.event_id, result.delivery.token, result.delivered,
                result.status, result.error or None,
                delay(_attempt(result), result.retry_after) if not result.delivered else 0.0,
            )
            for result in results
        ]
        self.env.cr.execute(SQL(
            """
            UPDATE enord_webhook_event event
               SET state = CASE WHEN result.delivered THEN 'delivered'
                                WHEN event.recorded_at < moment.at - %(give_up)s THEN 'dead'
                                ELSE 'pending' END,
                   delivered_at = CASE WHEN result.delivered THEN moment.at END,
                   latency_ms = CASE WHEN result.delivered THEN
                       EXTRACT(EPOCH FROM moment.at - event.recorded_at) * 1000 END,
                   next_attempt_at = moment.at + make_interval(secs => result.delay),
                   last_status = result.status, last_error = result.error,
                   lease_token = NULL, lease_until = NULL
              FROM (VALUES %(results)s)
                   AS result (id, token, delivered, status, error, delay),
                   (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
             WHERE event.id = result.id AND event.lease_token = result.token
               AND event.state = 'sending'
            """,
            give_up=GIVE_UP_AFTER, results=SQL(", ").join(rows),
        ))
        failures = defaultdict(int)
        by_storefront = defaultdict(list)
        for result in results:
            by_storefront[result.delivery.storefront_id].append(result)
            if not result.delivered:
                failures[result.delivery.url, result.error] += 1
        for storefront_id, of_storefront in by_storefront.items():
            self.env["enord.storefront"].browse(storefront_id).exists()._note_deliveries(
                of_storefront
            )
        for (url, error), count in failures.items():
            _logger.info("%d deliveries to %s failed and are tried again: %s", count, url, error)


def _attempt(result):
    return int(result.delivery.headers["X-Delivery-Attempt"])


def _content_hash(data):
    """Hash of a catalogue body without the stock, which ``inventory.change`` tells."""
    variants = [
        {name: value for name, value in variant.items() if name != "current_stock"}
        for variant in data.get("variants", ())
    ]
    content = {**data, "variants": variants} if variants else data
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
