from odoo import models

from ...contract import events


class EnordStorefront(models.Model):
    """``GET /api/inventory/availability``: what can be sold at this moment."""

    _inherit = "enord.storefront"

    def _availability(self, skus):
        """What is available of some SKUs, in the order asked.

        :param list skus: a SKU that this storefront does not sell is listed as ``unknown``
        :rtype: list[dict]
        """
        self.ensure_one()
        asked = list(dict.fromkeys(skus))
        by_sku = self._published_by_sku(asked)
        stock = self._sellable(self.env["product.product"].union(*by_sku.values()))
        return [
            self._availability_of(by_sku[sku], stock) if sku in by_sku else
            {"sku": sku, "available": 0, "locations": [], "unknown": True}
            for sku in asked
        ]

    def _availability_of(self, product, stock):
        by_location = [
            (warehouse.enord_location_code, stock.get((product.id, warehouse.id), 0.0))
            for warehouse in self.warehouse_ids
        ]
        return {
            "sku": product.default_code,
            "available": events.quantity(sum(quantity for _code, quantity in by_location)),
            "locations": [
                {"location_code": code, "available": events.quantity(quantity)}
                for code, quantity in by_location
            ],
        }
