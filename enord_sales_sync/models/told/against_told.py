from collections import defaultdict
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..outbox.webhook_event import RESYNC
from .told_last import Told


class Place(NamedTuple):
    """One SKU at one location: what is, beside what was told."""

    product: models.BaseModel
    warehouse: models.BaseModel
    data: dict
    """As it would be told now."""
    told: Told | None
    is_waiting: bool
    """Whether the present state is about to be told."""

    @property
    def is_untold(self):
        return not self.told or {**self.told.data, "change_reason": RESYNC} != self.data


class EnordInventoryChange(models.AbstractModel):
    """Stock that differs from what a storefront was told: it missed an event, or a SKU means
    another product than it did."""

    _inherit = "enord.inventory.change"

    def _queue_untold(self, storefront, skus, priority=0):
        """Tell the stock of SKUs where it is not what was told of them last.

        :param skus: that the storefront knows
        """
        if not skus:
            return
        products = self.env["product.product"].union(
            *self.env["product.product"]._enord_by_sku(storefront, skus).values()
        )
        untold = defaultdict(self.env["product.product"].browse)
        for place in self._against_told(storefront, products):
            if place.is_untold and not place.is_waiting:
                untold[place.warehouse] |= place.product
        for warehouse, of_warehouse in untold.items():
            self._queue_resync(storefront, of_warehouse, warehouse, priority)

    def _against_told(self, storefront, products):
        """What can be sold now beside what was told last, of products with a SKU wherever a
        storefront sells from.

        :rtype: list[Place]
        """
        told, waiting = self._told_of_skus(storefront, products)
        stock = storefront._sellable(products)
        places = []
        for warehouse in storefront.warehouse_ids:
            for product in products:
                place = (product.id, warehouse.id)
                data = self._data(product, warehouse, RESYNC, stock.get(place, 0.0))
                last = told.get((data["sku"], data["location_code"]))
                places.append(Place(product, warehouse, data, last, place in waiting))
        return places

    def _told_of_skus(self, storefront, products):
        """What was told last of these products' SKUs, whichever product had them then.

        :return: ``{(sku, location code): Told}``, and the ``(product_id, warehouse_id)`` whose
            present stock is about to be told
        """
        rows = self.env.execute_query(SQL(
            """
            SELECT sharing.id, warehouse.id, %s
              FROM product_product sharing, unnest(%s::int[]) AS warehouse (id)
             WHERE sharing.enord_sku = ANY(%s::text[])
            """,
            self._key(SQL("sharing.id"), SQL("warehouse.id")),
            storefront.warehouse_ids.ids, products.mapped("enord_sku"),
        ))
        subjects = {key: (product_id, warehouse_id) for product_id, warehouse_id, key in rows}
        last = self.env["enord.webhook.event"]._told_last(storefront, subjects)
        told = {}
        for one in sorted(last.values(), key=lambda one: one.sequence or 0):
            if one.body:
                data = one.data
                told[data["sku"], data["location_code"]] = one
        return told, {subjects[key] for key, one in last.items() if one.is_waiting}
