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

        :param warehouses: of one company
        :param safety_stock: units of each product kept back in each warehouse
        :return: ``{(product_id, warehouse_id): float}``; what is missing is 0
        """
        if not self or not warehouses:
            return {}
        rows = self.env.execute_query(
            self._enord_sellable_sql(warehouses, safety_stock, product_ids=self.ids)
        )
        return {(product_id, warehouse_id): quantity for product_id, warehouse_id, quantity in rows}

    def _enord_sellable_sql(self, warehouses, safety_stock=0, product_ids=None):
        """Rows of ``product_id, warehouse_id, quantity``, of the named or of all products."""
        return SQL(
            """
            SELECT counted.product_id, counted.warehouse_id,
                   GREATEST(0, ROUND(SUM(counted.units)::numeric, 6) - %s)::float8 AS quantity
              FROM (%s) AS counted
          GROUP BY counted.product_id, counted.warehouse_id
            """,
            safety_stock, SQL(" UNION ALL ").join(self._enord_counted_sql(warehouses, product_ids)),
        )

    def _enord_counted_sql(self, warehouses, product_ids):
        """What is added up, flushed: queries for rows of ``product_id, warehouse_id, units``.

        Override to add what Odoo's stock does not know yet.

        :rtype: list[odoo.tools.SQL]
        """
        self.env["stock.location"].flush_model(["usage", "warehouse_id"])
        self.env["stock.quant"].flush_model(
            ["product_id", "location_id", "quantity", "reserved_quantity"]
        )
        return [SQL(
            """
            SELECT quant.product_id, location.warehouse_id,
                   -- Odoo reserves on a new row without a quantity where the others are locked
                   COALESCE(quant.quantity, 0) - COALESCE(quant.reserved_quantity, 0) AS units
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
             WHERE location.usage = 'internal' AND location.warehouse_id = ANY(%s::int[]) AND %s
            """,
            warehouses.ids, self._enord_among(SQL("quant.product_id"), product_ids),
        )]

    def _enord_among(self, column, product_ids):
        if product_ids is None:
            return SQL("TRUE")
        return SQL("%s = ANY(%s::int[])", column, list(product_ids))

    def _enord_components(self, company):
        """Of these products those that are sold as others, as kits are.

        :return: ``{product_id: {component_id: units in one unit of the product}}``
        """
        return {}

    def _enord_with_components(self, company):
        """These products, and what they are sold as."""
        component_ids = set().union(*self._enord_components(company).values())
        return self | self.browse(component_ids)

    def _enord_units_in(self, moves, quantity="quantity"):
        """How many units of this product these moves hold, in the product's unit.

        :param str quantity: ``product_uom_qty`` for what they ask for
        """
        self.ensure_one()
        return sum(
            move.product_uom._compute_quantity(move[quantity], self.uom_id)
            for move in moves if move.product_id == self
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
