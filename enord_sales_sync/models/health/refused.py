"""Orders that were refused, each once: by its latest call."""

from odoo import api, fields, models
from odoo.tools import SQL

from ...contract.operations import OPERATIONS

ORDERS_PATH = "/api/sales/orders"
#: A call that was not taken for lack of time is made again by the storefront.
BUSY = 429
assert ORDERS_PATH in {operation.path for operation in OPERATIONS}


def refused_orders(storefronts):
    """Orders of the last day that were refused and not accepted since, the latest first.

    :return: of each its last ``enord.api.call``
    """
    calls = storefronts.env["enord.api.call"]
    calls.flush_model()
    storefronts.env["enord.api.transaction"].flush_model()
    return calls.browse(call_id for [call_id] in storefronts.env.execute_query(SQL(
        """
        SELECT id
          FROM (SELECT DISTINCT ON (storefront_id, COALESCE(reference, id::text)) id
                  FROM enord_api_call call
                 WHERE storefront_id = ANY(%(storefronts)s::int[])
                   AND called_at > now() AT TIME ZONE 'UTC' - interval '1 day'
                   AND status >= 400 AND status < 500 AND status <> %(busy)s
                   AND method = 'POST' AND path = %(path)s
                   AND NOT EXISTS (SELECT FROM enord_api_transaction accepted
                                    WHERE accepted.storefront_id = call.storefront_id
                                      AND accepted.reference = call.reference)
              ORDER BY storefront_id, COALESCE(reference, id::text), id DESC) AS refused
      ORDER BY id DESC
        """, storefronts=storefronts.ids, busy=BUSY, path=ORDERS_PATH,
    )))


def _compute_is_refused_order(calls):
    refused = refused_orders(calls.storefront_id)
    for call in calls:
        call.is_refused_order = call in refused


def _search_is_refused_order(calls, operator, value):
    if operator != "in":
        return NotImplemented
    storefronts = calls.env["enord.storefront"].sudo().with_context(active_test=False).search([])
    return [("id", "in" if True in value else "not in", refused_orders(storefronts).ids)]


class EnordApiCall(models.Model):
    _inherit = "enord.api.call"

    is_refused_order = fields.Boolean(
        "Order Refused", compute=api.depends("reference", "status")(_compute_is_refused_order),
        compute_sudo=True, search=_search_is_refused_order,
        help="The last call about an order of the last day that has not been accepted since.",
    )

    _refused_idx = models.Index("(storefront_id, called_at) WHERE status >= 400")
