"""What the dashboard shows of a storefront. All of the last day, and read by index: however long
the history, it costs what happened in a day."""

from odoo import fields, models
from odoo.tools import SQL, human_size

from ..api.kept_data import KIB
from ..storefront.administration import ADMINISTRATORS
from .refused import refused_orders
from .waiting import IN_STEP
from .watch import last_snapshots

HOURS = 24
LIMIT_MS = int(IN_STEP.total_seconds() * 1000)
DAY_AGO = SQL("now() AT TIME ZONE 'UTC' - interval '1 day'")


def _compute_latency(storefronts):
    of_storefront = latencies(storefronts)
    for storefront in storefronts:
        storefront.latency = of_storefront.get(storefront.id)


def latencies(storefronts):
    """How long changes of the last day took from their commit to the storefront's answer.

    :return: ``{storefront_id: {"limit": ms, "hour": figures, "day": figures, "hours": […],
        "apart": number}}``, the figures of the oldest hour first; they are ``count``, ``within``
        (share of those within the limit, 0 to 1), ``p50`` and ``p95`` in ms to two digits; None
        where nothing was delivered. ``apart`` is how many more were delivered that are no changes:
        sent again, or kept back because staff had paused it.
    """
    storefronts.env["enord.webhook.event"].flush_model()
    hours = {storefront_id: [[] for _hour in range(HOURS)] for storefront_id in storefronts.ids}
    apart = dict.fromkeys(storefronts.ids, 0)
    rows = storefronts.env.execute_query(latency_query(storefronts))
    for storefront_id, hours_ago, ms, many, within in rows:
        if ms is None:
            apart[storefront_id] += many
        else:
            hours[storefront_id][HOURS - 1 - hours_ago].append((ms, many, within))
    return {
        storefront_id: {
            "limit": LIMIT_MS, "hour": _figures(buckets[-1]), "day": _figures(sum(buckets, [])),
            "hours": [_figures(hour) for hour in buckets], "apart": apart[storefront_id],
        }
        for storefront_id, buckets in hours.items()
    }


def latency_query(storefronts):
    """Rows of storefront, hours ago, ms to two digits, how many, and how many in time.

    The ms are None of those that are no changes.

    To two digits, because the exact percentiles of many rows are found by sorting them all.
    """
    return SQL(
        """
        SELECT storefront_id,
               LEAST(%(hours)s - 1, GREATEST(0, floor(EXTRACT(
                   EPOCH FROM now() AT TIME ZONE 'UTC' - delivered_at) / 3600)))::int,
               CASE WHEN priority > 0 THEN NULL
                    WHEN latency_ms < 100 THEN latency_ms
                    WHEN latency_ms < 1000 THEN latency_ms / 10 * 10
                    WHEN latency_ms < 10000 THEN latency_ms / 100 * 100
                    ELSE latency_ms / 1000 * 1000 END,
               count(*), count(*) FILTER (WHERE latency_ms <= %(limit)s)
          FROM enord_webhook_event
         WHERE state = 'delivered' AND storefront_id = ANY(%(storefronts)s::int[])
           AND delivered_at > %(day_ago)s AND latency_ms IS NOT NULL
      GROUP BY 1, 2, 3
        """,
        limit=LIMIT_MS, hours=HOURS, day_ago=DAY_AGO, storefronts=storefronts.ids,
    )


def _figures(buckets):
    """
    :param buckets: list of ``(ms, how many, how many in time)``
    """
    count = sum(many for _ms, many, _within in buckets)
    if not count:
        return None
    ordered = sorted(buckets)
    return {
        "count": count, "within": sum(within for _ms, _many, within in buckets) / count,
        "p50": _percentile(ordered, count, 0.5), "p95": _percentile(ordered, count, 0.95),
    }


def _percentile(ordered, count, share):
    passed = 0
    for ms, many, _within in ordered:
        passed += many
        if passed >= share * count:
            return ms
    return None


def _compute_orders(storefronts):
    env = storefronts.env
    env["sale.order"].flush_model()
    figures = {storefront_id: figures for storefront_id, *figures in env.execute_query(SQL(
        """
        SELECT storefront.id,
               (SELECT count(*) FROM sale_order
                 WHERE enord_storefront_id = storefront.id AND create_date > %(day_ago)s),
               (SELECT count(*) FROM sale_order
                 WHERE enord_storefront_id = storefront.id
                   AND (enord_invoice_error IS NOT NULL OR enord_delivery_error IS NOT NULL)),
               (SELECT count(*) FROM enord_reservation
                 WHERE storefront_id = storefront.id AND ended IS NULL
                   AND expires_at > now() AT TIME ZONE 'UTC')
          FROM unnest(%(storefronts)s::int[]) AS storefront (id)
        """, day_ago=DAY_AGO, storefronts=storefronts.ids,
    ))}
    snapshots = last_snapshots(storefronts)
    for storefront in storefronts:
        orders, problems, holds = figures.get(storefront.id, (0, 0, 0))
        storefront.order_count = orders
        storefront.problem_count = problems
        storefront.hold_count = holds
        storefront.refused_count = len(refused_orders(storefront))
        storefront.last_snapshot_at = snapshots.get(storefront.id)


def _compute_last_check(storefronts):
    for storefront in storefronts:
        last = storefront.env["enord.stock.check"].search(
            [("storefront_id", "=", storefront.id)], limit=1,
        )
        storefront.last_check_at = last.checked_at
        storefront.last_check_drift = last.drift


def _compute_kept_size(storefronts):
    measured = storefronts.env["enord.kept.data"]._measure()
    storefronts.kept_size = human_size(sum(size for _model, _rows, size in measured) * KIB)


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    latency = fields.Json(compute=_compute_latency, compute_sudo=True)
    order_count = fields.Integer("Orders in 24 h", compute=_compute_orders, compute_sudo=True)
    refused_count = fields.Integer("Refused Orders", compute=_compute_orders, compute_sudo=True)
    problem_count = fields.Integer(
        "Orders with a Problem", compute=_compute_orders, compute_sudo=True,
    )
    hold_count = fields.Integer("Open Holds", compute=_compute_orders, compute_sudo=True)
    last_snapshot_at = fields.Datetime(
        "Last Snapshot", compute=_compute_orders, compute_sudo=True,
    )
    last_check_at = fields.Datetime(
        "Last Stock Check", compute=_compute_last_check, compute_sudo=True,
    )
    last_check_drift = fields.Integer(
        "Drift of the Last Stock Check", compute=_compute_last_check, compute_sudo=True,
    )
    kept_size = fields.Char(
        "Size of What Is Kept", compute=_compute_kept_size, compute_sudo=True,
        groups=ADMINISTRATORS, help="Of all storefronts together.",
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    _enord_created_idx = models.Index(
        "(enord_storefront_id, create_date) WHERE enord_storefront_id IS NOT NULL"
    )
    _enord_problem_idx = models.Index(
        "(enord_storefront_id)"
        " WHERE enord_invoice_error IS NOT NULL OR enord_delivery_error IS NOT NULL"
    )


class EnordReservation(models.Model):
    _inherit = "enord.reservation"

    _open_of_storefront_idx = models.Index("(storefront_id, expires_at) WHERE ended IS NULL")
