import json
import logging
import time
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS
from odoo.tools import SQL

from ...contract import events as contract
from ...delivery.backoff import delay
from ..storefront.language import language
from ..storefront.signed_delivery import signed
from .event_claim import BEGIN_WITHIN

_logger = logging.getLogger(__name__)


def as_it_is_told(storefront):
    """A storefront with the company, language and archived records from which bodies are built."""
    return storefront.with_company(storefront.company_id).with_context(
        lang=language(storefront), active_test=False,
    )


class Acknowledged(NamedTuple):
    """What a storefront acknowledged last of one key."""

    hash: str | None
    data: dict


class EnordWebhookEvent(models.Model):
    """The second transaction: bodies are built from committed state, younger than the claim."""

    _inherit = "enord.webhook.event"

    @api.model
    def _prepare(self, event_ids, commits=None):
        """Build the bodies from committed state, in a transaction younger than the claim.

        :param dict commits: ``moments`` of :class:`~...delivery.commits.Commits`
        :return: the deliveries to send, and how many events turned out to need none
        """
        claimed = self.browse(event_ids)
        unchanged = self.browse()
        for storefront, of_storefront in claimed.grouped("storefront_id").items():
            new = of_storefront.filtered(lambda event: not event.body)
            unchanged += new._build_bodies(storefront)
        self.flush_model()
        deliveries = self._deliveries((claimed - unchanged).ids, commits or {})
        return deliveries, len(event_ids) - len(deliveries)

    def _build_bodies(self, storefront):
        """Store what is to be sent; return the events that are not sent now after all."""
        storefront = as_it_is_told(storefront)
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
        moment = fields.Datetime.now()
        types = storefront.env["enord.event.type"]._types()
        skipped = self.browse()
        built = []
        for name, events in self.grouped("event_type").items():
            event_type = types[name]
            acknowledged = events._acknowledged() if event_type._builds_on_acknowledged else {}
            known = {key: last.data for key, last in acknowledged.items()}
            sent = {}
            for event, data in event_type._build(storefront, events, known).items():
                content_hash = data and event_type._content_hash(data)
                last = acknowledged.get(event.key)
                if data is None or event_type._is_acknowledged(
                    event, content_hash, last and last.hash
                ):
                    skipped += event
                    continue
                sent[event] = data
                body = contract.encode(name, moment, data).decode()
                built.append(SQL("(%s, %s, %s)", event.id, body, content_hash))
            event_type._about_to_send(storefront, sent, known)
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

    def _acknowledged(self):
        """What the storefront acknowledged last of these events' keys, or may know beside it: what
        was tried and then overtaken or given up may have arrived, though no answer has.

        :return: ``{key: Acknowledged}``; without a hash where it is not certain what it knows
        """
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (key) key,
                   CASE WHEN state = 'delivered' THEN content_hash END, body
              FROM ((SELECT DISTINCT ON (key) * FROM enord_webhook_event
                      WHERE %(these)s AND state = 'delivered' ORDER BY key, id DESC)
                    UNION ALL
                    (SELECT * FROM enord_webhook_event
                      WHERE %(these)s AND state IN ('superseded', 'dead')
                        AND body IS NOT NULL)) AS known
          ORDER BY key, sequence DESC
            """, these=SQL("storefront_id = %s AND key IN %s",
                           self.storefront_id.id, tuple(self.mapped("key"))),
        ))
        return {
            key: Acknowledged(content_hash, json.loads(body)["data"])
            for key, content_hash, body in rows
        }

    def _skip(self):
        self.write({"state": "superseded", "lease_token": False, "lease_until": False,
                    "body": False})

    def _deliveries(self, event_ids, commits):
        if not event_ids:
            return []
        asked = time.monotonic()
        rows = self.env.execute_query(SQL(
            """
            SELECT id, storefront_id, event_type, uuid, sequence, attempts, body, lease_token,
                   recorded_at, create_date::text, statement_timestamp() AT TIME ZONE 'UTC'
              FROM enord_webhook_event
             WHERE id IN %s
          ORDER BY sequence
            """, tuple(event_ids),
        ))
        storefronts = self.env["enord.storefront"].browse({row[1] for row in rows})
        secrets = {
            storefront.id: storefront._signing_secrets() for storefront in storefronts
        }
        timestamp = int(time.time())
        begin_before = time.monotonic() + BEGIN_WITHIN
        deliveries = []
        for (
            event_id, storefront_id, event_type, uuid, sequence, attempts, body, token,
            changed_at, transaction, now,
        ) in rows:
            if transaction in commits:
                # it was recorded before the end of its transaction
                since_commit = timedelta(seconds=asked - commits[transaction])
                changed_at = max(changed_at, now - since_commit)
            storefront = storefronts.browse(storefront_id)
            deliveries.append(signed(
                storefront, secrets[storefront_id], timestamp, body.encode(), uuid, sequence, {
                    "X-Event-Type": event_type,
                    "X-Delivery-Attempt": str(attempts),
                    "X-Event-Recorded-At": f"{changed_at.isoformat(timespec='milliseconds')}Z",
                }, event_id=event_id, token=token, begin_before=begin_before,
            ))
        return deliveries
