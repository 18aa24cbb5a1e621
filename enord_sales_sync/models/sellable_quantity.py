from odoo import models
from odoo.tools import SQL


class ProductProduct(models.Model):
    """What can be sold: the one definition that every event, answer and check uses."""

    _inherit = "product.product"

    def _enord_sellable(self, warehouses, safety_stock=0):
        """Sellable quantity of these products, by warehouse.

        On hand less reserved over the internal locations of the warehouse, less the safety stock,
        not below 0, in the product's own unit. The sum over a storefront's warehouses is what it
        shows; ask ``enord.storefront._sellable``, which knows its safety stock.

        :param safety_stock: units of each product kept back in each warehouse
        :return: ``{(product_id, warehouse_id): float}``; what is missing is 0
        """
        self.env["stock.quant"].flush_model(
            ["product_id", "location_id", "quantity", "reserved_quantity"]
        )
        if not self or not warehouses:
            return {}
        rows = self.env.execute_query(self._enord_sellable_sql(
            SQL("quant.product_id IN %s", tuple(self.ids)), warehouses, safety_stock,
        ))
        return {(product_id, warehouse_id): quantity for product_id, warehouse_id, quantity in rows}

    def _enord_sellable_sql(self, condition, warehouses, safety_stock=0):
        """Rows of ``product_id, warehouse_id, quantity`` for the quants that meet ``condition``."""
        return SQL(
            """
            SELECT quant.product_id AS product_id,
                   location.warehouse_id AS warehouse_id,
                   GREATEST(0, ROUND(SUM(quant.quantity - quant.reserved_quantity)::numeric, 6)
                               - %(safety_stock)s)::float8 AS quantity
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
             WHERE location.usage = 'internal'
               AND location.warehouse_id IN %(warehouses)s
               AND %(condition)s
          GROUP BY quant.product_id, location.warehouse_id
            """,
            warehouses=tuple(warehouses.ids), condition=condition, safety_stock=safety_stock,
        )


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    def _sellable(self, products, warehouses=None):
        """What this storefront may sell: its safety stock stays behind in every warehouse.

        :param warehouses: some of the storefront's; all by default
        :return: ``{(product_id, warehouse_id): float}``; what is missing is 0
        """
        self.ensure_one()
        return products._enord_sellable(
            self.warehouse_ids if warehouses is None else warehouses, self.safety_stock
        )
