from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, float_compare

from ...contract import events
from ...contract.problem import FieldError, Problem
from ..api.locked_transaction import RETURN_LOCK

DAY = timedelta(hours=24)


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    daily_returns = fields.Integer(
        "Returns a Day (units)", default=1000, required=True,
        help="How many units, of all products together, the storefront may return by adjustments "
             "within 24 hours. 0: any number.",
    )

    _daily_returns_positive = models.Constraint(
        "CHECK (daily_returns >= 0)", "Returns a day: expected 0 or more units.",
    )


class EnordApiTransaction(models.Model):
    _inherit = "enord.api.transaction"

    _enord_adjustments_idx = models.Index(
        "(storefront_id, create_date) WHERE kind = 'adjustment'"
    )


def return_locks(storefront, request):
    """Of a storefront's returns one is carried out at a time, so that all of them are counted.

    :param request: :class:`~...contract.requests.StockAdjustment`
    """
    is_return = any(line.quantity_change > 0 for line in request.adjustments)
    return [(RETURN_LOCK, storefront.id)] if is_return else []


def check_returns(storefront, net):
    """Whether the storefront may return so much today.

    :param net: ``{(product, warehouse): units}``, above 0 what is returned
    :raise Problem: 409
    """
    returned = float(sum(units for units in net.values() if units > 0))
    limit = storefront.daily_returns
    if not returned or not limit:
        return
    left = max(limit - _returned_today(storefront), 0.0)
    if float_compare(returned, left, 6) > 0:
        detail = (
            f"{events.quantity(returned)} units to be returned, {events.quantity(left)} of "
            f"{limit} are left of what this storefront may return within 24 hours"
        )
        raise Problem(409, "return_limit", f"{detail}; nothing was written.", [FieldError(
            "/adjustments", "return_limit", detail,
            {"requested": events.quantity(returned), "limit": limit,
             "left": events.quantity(left)},
        )])


def _returned_today(storefront):
    env = storefront.env
    env.flush_all()
    [(units,)] = env.execute_query(SQL(
        """
        SELECT COALESCE(SUM(move.product_qty), 0)::float
          FROM enord_api_transaction transaction
          JOIN stock_picking picking ON picking.enord_transaction_id = transaction.id
          JOIN stock_move move ON move.picking_id = picking.id
         WHERE transaction.storefront_id = %s AND transaction.kind = 'adjustment'
           AND transaction.create_date > %s
           AND picking.location_id = %s AND move.state = 'done'
        """,
        storefront.id, fields.Datetime.now() - DAY,
        env.ref("stock.stock_location_customers").id,
    ))
    return units
