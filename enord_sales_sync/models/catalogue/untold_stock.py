import json

from odoo import models
from odoo.tools import SQL

from ..outbox.webhook_event import RESYNC


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
        told, waiting = self._told_of_skus(storefront, products)
        stock = storefront._sellable(products)
        for warehouse in storefront.warehouse_ids:
            def is_untold(product, warehouse=warehouse):
                place = (product.id, warehouse.id)
                data = self._data(product, warehouse, RESYNC, stock.get(place, 0.0))
                known = told.get((data["sku"], data["location_code"]), {})
                return place not in waiting and {**known, "change_reason": RESYNC} != data

            if untold := products.filtered(is_untold):
                self._queue_resync(storefront, untold, warehouse, priority)

    def _told_of_skus(self, storefront, products):
        """What was told last of these products' SKUs, whichever product had them then.

        :return: ``{(sku, location code): data}``, and the ``(product_id, warehouse_id)`` whose
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
                data = json.loads(one.body)["data"]
                told[data["sku"], data["location_code"]] = data
        return told, {subjects[key] for key, one in last.items() if one.is_waiting}
