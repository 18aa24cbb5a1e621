"""From which warehouse each unit is taken."""

from decimal import Decimal

from ...contract import events
from ...contract.problem import FieldError, Problem
from ..sellable.unit import check_units


class NotReservable(Problem):
    """409: Odoo did not reserve what lies there, because of what another add-on asks for."""

    def __init__(self, pointer, product, warehouse, units):
        """
        :param units: what it would reserve
        """
        sku, code = product.enord_sku, warehouse.enord_location_code
        super().__init__(
            409, "out_of_stock", "Stock could not be reserved; nothing was written.",
            [FieldError(
                pointer, "not_reservable", f"{sku} could not be reserved in {code}",
                {"sku": sku, "available": events.quantity(units)},
            )],
        )
        self.key, self.units = (product.id, warehouse.id), units


def reserve(moves):
    """Have Odoo reserve what these moves still want, as far as it does."""
    reserved = -1.0
    # where more is reserved than there is, Odoo stops early, and goes on when asked again
    while (waiting := moves.filtered(
        lambda move: move.state in ("confirmed", "waiting", "partially_available")
    )) and reserved < (reserved := sum(waiting.mapped("quantity"))):
        waiting._action_assign()


def with_what_can_be_reserved(work):
    """Do it; where a warehouse does not give what lies there, again with what it gives.

    :param work: a transaction; its argument is for :func:`allocate`
    """
    unreservable = {}
    while True:
        try:
            return work(unreservable)
        except NotReservable as problem:
            if problem.key in unreservable:
                raise
            unreservable[problem.key] = problem.units


def allocate(
    storefront, lines, products, pointer="/line_items", held=None, backorder=False,
    unreservable=None,
):
    """Decide from which warehouse each unit is taken.

    What a reservation held is taken where it was held. Otherwise the first warehouse that
    has everything takes the whole order, or each line takes what there is, warehouse by
    warehouse.

    :param lines: what is asked for: each has ``sku`` and ``quantity``
    :param dict products: by SKU
    :param str pointer: JSON Pointer of the list of lines in the request
    :param dict held: units to be taken first, by ``(product_id, warehouse_id)``
    :param bool backorder: take what is missing from the first warehouse, which will get it
    :param dict unreservable: by ``(product_id, warehouse_id)``, units that are not exceeded there
    :return: list of ``(line, warehouse, units)``
    :raise Problem: 409 with what is available of every SKU that is short; 422 for parts of what is
        sold whole
    """
    check_units(lines, products, pointer)
    stock = _exact(storefront._sellable(
        storefront.env["product.product"].union(*products.values())
    ))
    stock.update({
        key: min(units, stock.get(key, 0)) for key, units in _exact(unreservable or {}).items()
    })
    wanted = {}
    for line in lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    if not backorder or not storefront.warehouse_ids:
        _check_available(storefront, lines, products, pointer, stock, wanted)
    for warehouse in storefront.warehouse_ids if not held else ():
        if all(
            stock.get((products[sku].id, warehouse.id), 0) >= units
            for sku, units in wanted.items()
        ):
            for sku, units in wanted.items():
                stock[products[sku].id, warehouse.id] -= units
            return [(line, warehouse, line.quantity) for line in lines]
    missing = [line.quantity for line in lines]
    allocated = {}
    for limits in (_exact(held), stock) if held else (stock,):
        for index, line in enumerate(lines):
            for warehouse in storefront.warehouse_ids:
                key = (products[line.sku].id, warehouse.id)
                units = min(missing[index], limits.get(key, 0), stock.get(key, 0))
                if units:
                    limits[key] -= units
                    if limits is not stock:
                        stock[key] -= units
                    missing[index] -= units
                    allocated[index, warehouse] = allocated.get((index, warehouse), 0) + units
    for index, units in enumerate(missing):
        if units:
            key = (index, storefront.warehouse_ids[0])
            allocated[key] = allocated.get(key, 0) + units
    return [
        (line, warehouse, allocated[index, warehouse])
        for index, line in enumerate(lines)
        for warehouse in storefront.warehouse_ids if (index, warehouse) in allocated
    ]


def _exact(units):
    """The same units as ``int`` or ``Decimal``, as requests have them."""
    return {key: Decimal(str(events.quantity(quantity))) for key, quantity in units.items()}


def _check_available(storefront, lines, products, pointer, stock, wanted):
    available = {
        sku: sum(
            stock.get((products[sku].id, warehouse.id), 0)
            for warehouse in storefront.warehouse_ids
        )
        for sku in wanted
    }
    wanted, available = (
        {sku: events.quantity(units) for sku, units in by_sku.items()}
        for by_sku in (wanted, available)
    )
    errors = [
        FieldError(
            f"{pointer}/{index}/quantity", "out_of_stock",
            f"{wanted[line.sku]} of {line.sku} asked for, {available[line.sku]} available",
            {"sku": line.sku, "requested": wanted[line.sku], "available": available[line.sku]},
        )
        for index, line in enumerate(lines)
        if wanted[line.sku] > available[line.sku]
    ]
    if errors:
        raise Problem(
            409, "out_of_stock", "There is not enough stock; nothing was written.", errors
        )
