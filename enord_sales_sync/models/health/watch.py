"""What shows that something is wrong with a storefront, looked for once a minute."""

import logging
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_datetime

from ...contract.operations import OPERATIONS
from ..outbox.listening import listening
from ..sellable.product_filter import filter_error
from ..storefront.administration import without_answer
from ..storefront.failure_words import in_words
from ..storefront.responsible import responsible
from .refused import refused_orders
from .waiting import waiting

_logger = logging.getLogger(__name__)

JOB = "enord_sales_sync.cron_watch"
SNAPSHOT_WITHIN = timedelta(hours=26)
KEY_NOTICE = timedelta(days=14)
#: Orders that are named in a cause.
MOST_NAMED = 5
SNAPSHOT_PATH = "/api/inventory/snapshot"
assert SNAPSHOT_PATH in {operation.path for operation in OPERATIONS}


class Sign(NamedTuple):
    """Something is wrong now."""

    cause: str
    count: int = 0
    since: object = None
    """When it began, where that is known."""
    patience: timedelta = timedelta()
    """How long it may go on before staff are told."""


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    alarm_minutes = fields.Integer(
        "Tell Staff After (minutes)", default=5, required=True, tracking=True,
        help="How long a change may wait for the storefront before its responsible user is told.",
    )
    incident_ids = fields.One2many(
        "enord.incident", "storefront_id", "Incidents", readonly=True, copy=False,
    )

    _alarm_minutes_positive = models.Constraint(
        "CHECK (alarm_minutes >= 0)", "Tell staff after: expected 0 or more minutes.",
    )

    def _note_deliveries(self, results):
        before = self.delivery_state
        result = super()._note_deliveries(results)
        job = self.delivery_state != before and self.env.ref(JOB, raise_if_not_found=False)
        if job:
            self.env["enord.webhook.event"]._wake(job)
        return result


class EnordApiCall(models.Model):
    _inherit = "enord.api.call"

    _snapshot_idx = models.Index(
        "(storefront_id, called_at) WHERE path = '/api/inventory/snapshot' AND status < 400"
    )


class EnordIncident(models.Model):
    _inherit = "enord.incident"

    @api.model
    def _cron_watch(self):
        """Begin, tell and end the incidents of all storefronts."""
        storefronts = self.env["enord.storefront"].search([("active", "=", True)])
        for storefront in storefronts:
            try:
                with self.env.cr.savepoint():
                    self._watch(storefront.with_context(lang=responsible(storefront).lang))
            except Exception:  # one that cannot be judged hides no other
                _logger.exception("What is wrong with storefront %s is not known", storefront.id)
        self.search(
            [("ended_at", "=", False), ("storefront_id", "not in", storefronts.ids)]
        )._end()

    def _watch(self, storefront):
        seen = {kind: sign for kind, look in LOOKS.items() if (sign := look(storefront))}
        known = {
            incident.kind: incident for incident in self.search(
                [("storefront_id", "=", storefront.id), ("ended_at", "=", False)]
            )
        }
        for kind, incident in known.items():
            if kind not in seen:
                incident._end()
        for kind, sign in seen.items():
            incident = known.get(kind) or self.with_context(mail_create_nolog=True).create({
                "storefront_id": storefront.id, "kind": kind,
                "began_at": sign.since or fields.Datetime.now(),
            })
            incident._go_on(sign)


def _unreachable(storefront):
    if listening(storefront) and storefront.delivery_state == "failing":
        return Sign(
            in_words(storefront.env, without_answer(storefront.last_delivery_error)),
            waiting(storefront)[storefront.id].count,
            patience=timedelta(minutes=storefront.alarm_minutes),
        )
    return None


def _behind(storefront):
    """A change waits for too long, though the storefront takes others."""
    if not listening(storefront) or storefront.delivery_state != "running":
        return None
    count, _oldest, since = waiting(storefront)[storefront.id]
    if not since or since > fields.Datetime.now() - timedelta(minutes=storefront.alarm_minutes):
        return None
    event = storefront.env["enord.webhook.event"].search([
        ("storefront_id", "=", storefront.id), ("state", "=", "pending"),
        ("last_error", "!=", False),
    ], limit=1)
    cause = without_answer(event.last_error) or storefront.env._("Nothing has been sent.")
    return Sign(in_words(storefront.env, cause), count, since)


def _gone(storefront):
    if listening(storefront) and storefront.delivery_state == "paused" and (
        storefront.last_delivery_error or ""
    ).startswith("HTTP 410"):
        return Sign(storefront.env._(
            "The storefront answered 410 (Gone). Check the webhook URL, then resume."
        ), waiting(storefront)[storefront.id].count)
    return None


def _dead(storefront):
    events = storefront.env["enord.webhook.event"]
    are_dead = [("storefront_id", "=", storefront.id), ("state", "=", "dead")]
    newest = events.search(are_dead, limit=1)
    if not newest:
        return None
    return Sign(storefront.env._(
        "The storefront has refused them for three days: %s",
        in_words(storefront.env, without_answer(newest.last_error)),
    ), events.search_count(are_dead))


def _refused(storefront):
    """Orders of the last day that were refused and not accepted since."""
    calls = refused_orders(storefront)
    if not calls:
        return None
    named = "; ".join(f"{call.reference or '?'}: {call.reason or call.status}"
                      for call in calls[:MOST_NAMED])
    return Sign(named + ("; …" if len(calls) > MOST_NAMED else ""), len(calls))


def _unfillable(storefront):
    orders = unfillable_orders(storefront)
    if not orders:
        return None
    names = ", ".join(orders[:MOST_NAMED].mapped("name"))
    return Sign(storefront.env._(
        "What was reserved for them is not there any more: %s",
        names + (", …" if len(orders) > MOST_NAMED else ""),
    ), len(orders))


def unfillable_orders(storefront):
    """Confirmed orders that want more than lies where they take it from."""
    orders = storefront.env["sale.order"]
    if storefront.oversell_policy != "reject":
        return orders
    moves = storefront.env["stock.move"].search([
        ("sale_line_id", "!=", False),
        ("state", "in", ("confirmed", "partially_available")),
        ("procure_method", "=", "make_to_stock"),
        ("sale_line_id.order_id.enord_storefront_id", "=", storefront.id),
        ("sale_line_id.order_id.state", "=", "sale"),
    ])
    for (product, location), wanting in moves.grouped(
        lambda move: (move.product_id, move.location_id)
    ).items():
        missing = sum(move.product_qty - move.product_uom._compute_quantity(
            move.quantity, product.uom_id
        ) for move in wanting)
        free = product.with_context(location=location.id).free_qty
        if product.uom_id.compare(free, missing) >= 0:
            continue
        warehouse = wanting.sale_line_id.enord_warehouse_id[:1]
        if not warehouse or not product._enord_sources(
            warehouse, product.ids
        ).of(product.id, warehouse.id).brought:
            orders |= wanting.sale_line_id.order_id
    return orders.sorted("id")


def _snapshot_missed(storefront):
    """One that reads snapshots has read none for a day."""
    last = last_snapshots(storefront).get(storefront.id)
    if not last or last > fields.Datetime.now() - SNAPSHOT_WITHIN:
        return None
    return Sign(storefront.env._(
        "The storefront has not read the stock of all products since %s.",
        format_datetime(storefront.env, last, tz=responsible(storefront).tz, dt_format="short"),
    ))


def last_snapshots(storefronts):
    """When each has read a snapshot last, as far as the API log goes back.

    :return: ``{storefront_id: naive UTC}``
    """
    return dict(storefronts.env.execute_query(SQL(
        """
        SELECT storefront.id, MAX(last.called_at)
          FROM unnest(%s::int[]) AS storefront (id)
    CROSS JOIN LATERAL (SELECT called_at FROM enord_api_call
                         WHERE storefront_id = storefront.id
                           AND path = '/api/inventory/snapshot' AND status < 400
                      ORDER BY called_at DESC LIMIT 1) AS last
      GROUP BY storefront.id
        """, storefronts.ids,
    )))


def _key_expires(storefront):
    now = fields.Datetime.now()
    keys = storefront.sudo().key_ids._working().filtered(
        lambda key: key.state == "working" and key.expires_at
        and now < key.expires_at < now + KEY_NOTICE
    )
    if not keys:
        return None
    return Sign(", ".join(
        storefront.env._("“%(name)s” on %(day)s", name=key.name,
                         day=format_date(storefront.env, key.expires_at))
        for key in keys
    ), len(keys))


def _filter_broken(storefront):
    """What it names may have gone with a module."""
    error = filter_error(storefront)
    return Sign(storefront.env._(
        "%s. Nothing is withdrawn, and nothing new is published, until it is mended.", error,
    )) if error else None


#: By the kind of an incident: whether a storefront shows it.
LOOKS = {
    "unreachable": _unreachable,
    "behind": _behind,
    "gone": _gone,
    "dead": _dead,
    "refused": _refused,
    "unfillable": _unfillable,
    "snapshot": _snapshot_missed,
    "key": _key_expires,
    "filter": _filter_broken,
}
