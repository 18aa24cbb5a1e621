import hashlib
import json
import logging
import time
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS
from odoo.tools import SQL

from ...contract import events
from ...contract.signature import signature_headers
from ...delivery.backoff import delay
from ...delivery.sender import Delivery
from ..catalogue.catalogue import CatalogueBatch
from .event_claim import BEGIN_WITHIN

_logger = logging.getLogger(__name__)


class LastDelivered(NamedTuple):
    hash: str
    body: str


class BuildBatch(NamedTuple):
    """``published``: ids of products; ``stock``: ``{(product_id, warehouse_id): units}``."""

    published: set
    stock: dict
    catalogue: CatalogueBatch


class EnordWebhookEvent(models.Model):
    """The second transaction: bodies are built from committed state, younger than the claim."""

    _inherit = "enord.webhook.event"

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
        new_skus = set()
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
                new_skus |= storefront._new_skus(data, last)
            built.append(SQL("(%s, %s, %s)", event.id, body, content_hash))
        storefront._queue_stock_of(new_skus)
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
                return _withdrawn(known.get(self.key))
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


def _withdrawn(last):
    """A deleted product as the storefront knew it, for sale no more; None if it knew none."""
    return last and {**json.loads(last.body)["data"], "is_active": False, "variants": []}


def _content_hash(data):
    """Hash of a catalogue body without the stock, which ``inventory.change`` tells."""
    variants = [
        {name: value for name, value in variant.items() if name != "current_stock"}
        for variant in data.get("variants", ())
    ]
    content = {**data, "variants": variants} if variants else data
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
