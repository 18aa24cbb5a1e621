from odoo import api, models
from odoo.tools import SQL


class ProductProduct(models.Model):
    """Units sold over the counter are gone, also where Odoo's stock learns of it at closing."""

    _inherit = "product.product"

    def _enord_counted_sql(self, warehouses, product_ids):
        counted = super()._enord_counted_sql(warehouses, product_ids)
        self.env["pos.session"].flush_model(["state", "update_stock_at_closing"])
        [(is_any,)] = self.env.execute_query(SQL(
            "SELECT EXISTS (SELECT FROM pos_session WHERE state <> 'closed'"
            " AND update_stock_at_closing)"
        ))
        if not is_any:
            return counted
        waiting = self.env["pos.order"]._enord_waiting_sql()
        rows = self.env.execute_query(SQL("SELECT DISTINCT product_id FROM (%s) AS sold", waiting))
        if not rows:
            return counted
        parts = self._enord_parts_of(self.browse(id_ for (id_,) in rows), warehouses.company_id[:1])
        return [*counted, SQL(
            """
            SELECT product_id, warehouse_id, units FROM (%s) AS sold
             WHERE warehouse_id = ANY(%s::int[]) AND %s
            """,
            self._enord_in_parts_sql(waiting, parts),
            warehouses.ids, self._enord_among(SQL("product_id"), product_ids),
        )]

    @api.model
    def _enord_parts_of(self, products, company):
        """``(kit_id, component_id, units)`` of those that are kits."""
        return [
            (kit_id, component_id, units)
            for kit_id, units_of in products._enord_components(company).items()
            for component_id, units in units_of.items()
        ]

    @api.model
    def _enord_in_parts_sql(self, sold, parts):
        """Sold kits as what they consist of."""
        if not parts:
            return sold
        return SQL(
            """
            SELECT COALESCE(part.component_id, sold.product_id) AS product_id, sold.warehouse_id,
                   sold.units * COALESCE(part.units, 1) AS units
              FROM (%s) AS sold
         LEFT JOIN (VALUES %s) AS part (kit_id, component_id, units)
                ON part.kit_id = sold.product_id
            """,
            sold, SQL(", ").join(SQL("(%s, %s, %s)", *part) for part in parts),
        )
