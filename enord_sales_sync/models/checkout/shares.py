"""How much may be held at a time: a share of what is for sale, so that nobody who only looks keeps
everybody else from buying."""

from odoo.tools import SQL, float_round

from ...contract import events
from ...contract.problem import FieldError, Problem

#: Units of a product that may be held whatever the share, where there are so many.
ALWAYS = 2


def check_shares(storefront, lines, by_sku, own=None):
    """Refuse what would hold more than the storefront's shares allow.

    Counted in what lies in stock: who holds a kit holds its components.

    :param lines: what is to be held: each has ``sku`` and ``quantity``; not reserved yet
    :param dict by_sku: products
    :param dict own: units by product id that the hold had before; so many it may keep
    :raise Problem: 409
    """
    wanted = {}
    for line in lines:
        product = by_sku[line.sku]
        wanted[product] = wanted.get(product, 0.0) + float(line.quantity)
    parts = _parts(storefront, wanted)
    in_stock = storefront.env["product.product"].browse(set().union(*parts.values()))
    held = _held(storefront, in_stock)
    for_sale = dict(held)
    for (product_id, _warehouse_id), units in storefront._sellable(in_stock).items():
        for_sale[product_id] = for_sale.get(product_id, 0.0) + units
    asked = {}
    for product, units in wanted.items():
        for part_id, units_in_one in parts[product].items():
            asked[part_id] = asked.get(part_id, 0.0) + units * units_in_one

    def limit(product, percent, taken):
        """Units of the product for which there is room beside what is taken of its parts."""
        room = min(
            (max(for_sale.get(part_id, 0.0) * percent / 100, ALWAYS * units_in_one)
             - taken.get(part_id, 0.0) - asked[part_id]) / units_in_one + wanted[product]
            for part_id, units_in_one in parts[product].items()
        )
        # without the noise of differences, which would cost a whole unit
        room = float_round(
            round(room, 6), precision_digits=product._enord_decimals(), rounding_method="DOWN",
        )
        return max(0.0, (own or {}).get(product.id, 0.0), room)

    _refuse(lines, by_sku, wanted, "reservation_too_large", {
        product: limit(product, storefront.reservation_share, {}) for product in wanted
    }, "One reservation cannot hold that many units")
    _refuse(lines, by_sku, wanted, "reservation_limit", {
        product: limit(product, storefront.reservation_total_share, held) for product in wanted
    }, "So many units are held by customers who are checking out that no more may be")


def _parts(storefront, products):
    """``{product: {id of what lies in stock: units in one}}``."""
    products = storefront.env["product.product"].union(*products)
    components = products._enord_components(storefront.company_id)
    return {product: components.get(product.id) or {product.id: 1.0} for product in products}


def _held(storefront, products):
    """``{product_id: units}`` that all holds have of the storefront's stock."""
    return dict(storefront.env.execute_query(SQL(
        "SELECT product_id, SUM(units)::float8 FROM (%s) AS held GROUP BY product_id",
        storefront.env["enord.reservation"]._reserved_sql(
            SQL("reservation.expires_at > now() AT TIME ZONE 'UTC'"
                " AND location.warehouse_id = ANY(%s::int[])"
                " AND line.product_id = ANY(%s::int[])",
                storefront.warehouse_ids.ids, products.ids),
        ),
    )))


def _refuse(lines, by_sku, wanted, code, limits, what):
    errors = []
    for index, line in enumerate(lines):
        product = by_sku[line.sku]
        requested, limit = events.quantity(wanted[product]), events.quantity(limits[product])
        if product.uom_id.compare(wanted[product], limits[product]) > 0:
            errors.append(FieldError(
                f"/items/{index}/quantity", code,
                f"{requested} of {line.sku} asked for, at most {limit} can be held",
                {"sku": line.sku, "requested": requested, "limit": limit},
            ))
    if errors:
        raise Problem(
            409, code,
            f"{what}; nothing was written. An order can be placed without a reservation.", errors,
        )
