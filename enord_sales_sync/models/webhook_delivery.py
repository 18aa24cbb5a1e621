import hashlib
import json
import logging
import time
from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS
from odoo.tools import SQL

from ..contract import events
from ..contract.signature import signature_headers
from ..delivery.backoff import GIVE_UP_AFTER, delay
from ..delivery.sender import DEADLINE, Delivery
from .catalogue import CatalogueBatch

_logger = logging.getLogger(__name__)

#: A claimed event is sent within this time, or given back.
BEGIN_WITHIN = 5.0
#: How long a claim is good for: until it is sent, its deadline, and a margin to record the result.
LEASE = timedelta(seconds=BEGIN_WITHIN + DEADLINE + 5)


class LastDelivered(NamedTuple):
    hash: str
    body: str


class BuildBatch(NamedTuple):
    """``published``: ids of products; ``stock``: ``{(product_id, warehouse_id): units}``."""

    published: set
    stock: dict
    catalogue: CatalogueBatch


class EnordWebhookEvent(models.Model):
    """Claim, prepare, record: the three short transactions around one HTTP request."""

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
        claimed = []
        for storefront, probing in self.env["enord.storefront"]._open_for_delivery():
            limit = room(storefront.id, probing)
            if limit > 0:
                claimed += self._claim_of(storefront, limit, probing)
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
        batch = self._read_batch(storefront)
        known = self._last_delivered()
        moment = fields.Datetime.now()
        skipped = self.browse()
        built = []
        for event in self:
            data = event.with_env(storefront.env)._build_data(storefront, batch, known)
            if data is None:
                skipped += event
                continue
            body = events.encode(event.event_type, moment, data).decode()
            content_hash = _content_hash(data)
            if event.event_type == events.CATALOG_UPDATE:
                last = known.get(event.key)
                if event.change_reason != "RESYNC" and last and last.hash == content_hash:
                    # acknowledged already: saving a field that no storefront sees costs nothing
                    skipped += event
                    continue
                storefront._queue_stock_of_new_skus(data, last)
            built.append(SQL("(%s, %s, %s)", event.id, body, content_hash))
        skipped._skip()
        if built:
            self.env.cr.execute(SQL(
                """
                UPDATE enord_webhook_event event SET body = built.body, content_hash = built.hash
                  FROM (VALUES %s) AS built (id, body, hash) WHERE event.id = built.id
                """, SQL(", ").join(built),
            ))
            self.invalidate_recordset(["body", "content_hash"], flush=False)
        return skipped

    def _read_batch(self, storefront):
        """Read at once what the bodies are built from."""
        stock_events = self.filtered(lambda event: event.event_type == events.INVENTORY_CHANGE)
        products = stock_events.product_id.with_env(storefront.env)
        return BuildBatch(
            published=set(storefront._published_products([("id", "in", products.ids)]).ids),
            stock=storefront._sellable(products, stock_events.warehouse_id),
            catalogue=storefront._catalog_batch(
                (self - stock_events).product_tmpl_id.with_env(storefront.env)
            ),
        )

    def _build_data(self, storefront, batch, known):
        """``data`` of this event, or None where the storefront has nothing to learn."""
        self.ensure_one()
        if self.event_type == events.CATALOG_UPDATE:
            if not self.product_tmpl_id:
                return None
            data = storefront._catalog_data(self.product_tmpl_id, batch.catalogue)
            # a product that was never online is not withdrawn either
            return data if data["is_active"] or self.key in known else None
        product, warehouse = self.product_id, self.warehouse_id
        if product.id not in batch.published or not warehouse:
            return None
        quantity = batch.stock.get((product.id, warehouse.id), 0.0)
        if warehouse not in storefront.warehouse_ids:
            quantity = 0.0  # it is not sold from there any more
        return storefront._inventory_data_of(product, warehouse, self.change_reason, quantity)

    def _last_delivered(self):
        """What the storefront acknowledged last of these events' products.

        :return: ``{key: LastDelivered}``
        """
        catalogue = self.filtered(lambda event: event.event_type == events.CATALOG_UPDATE)
        if not catalogue:
            return {}
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (key) key, content_hash, body
              FROM enord_webhook_event
             WHERE storefront_id = %s AND key IN %s AND state = 'delivered'
          ORDER BY key, id DESC
            """, catalogue.storefront_id.id, tuple(catalogue.mapped("key")),
        ))
        return {key: LastDelivered(content_hash, body) for key, content_hash, body in rows}

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
        begin_before = time.monotonic() + BEGIN_WITHIN
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
                begin_before=begin_before,
                allow_http=storefront.test_mode,
            ))
        return deliveries

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
