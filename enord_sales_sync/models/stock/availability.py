"""``GET /api/inventory/availability``: what can be sold at this moment."""

from ...contract import events


def availability(storefront, skus):
    """What is available of some SKUs, in the order asked.

    :param list skus: a SKU that this storefront does not sell is listed as ``unknown``
    :rtype: list[dict]
    """
    asked = list(dict.fromkeys(skus))
    Product = storefront.env["product.product"]
    by_sku = Product._enord_by_sku(storefront, asked)
    stock = storefront._sellable(Product.union(*by_sku.values()))
    return [
        _available(storefront, by_sku[sku], stock) if sku in by_sku else
        {"sku": sku, "available": 0, "locations": [], "unknown": True}
        for sku in asked
    ]


def _available(storefront, product, stock):
    by_location = [
        (warehouse.enord_location_code, stock.get((product.id, warehouse.id), 0.0))
        for warehouse in storefront.warehouse_ids
    ]
    total = sum(quantity for _code, quantity in by_location)
    return {
        "sku": product.enord_sku,
        "available": events.quantity(total),
        **events.without_limit(total),
        "locations": [
            {"location_code": code, "available": events.quantity(quantity)}
            for code, quantity in by_location
        ],
    }
