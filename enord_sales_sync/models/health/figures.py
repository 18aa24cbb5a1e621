"""What the dashboard shows of a storefront. All of the last day, and read by index: however long
the history, it costs what happened in a day, and of what was told not even that."""

from odoo import fields, models
from odoo.tools import SQL, human_size

from ..api.kept_data import KIB
from ..storefront.administration import ADMINISTRATORS
from .latency import latencies
from .refused import refused_orders
from .watch import last_snapshots

DAY_AGO = SQL("now() AT TIME ZONE 'UTC' - interval '1 day'")


def _compute_latency(storefronts):
    of_storefront = latencies(storefronts)
    for storefront in storefronts:
        storefront.latency = of_storefront.get(storefront.id)


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
    hold_count = fields.Integer("Open Reservations", compute=_compute_orders, compute_sudo=True)
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
