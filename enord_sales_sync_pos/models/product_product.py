from odoo import api, models
from odoo.tools import SQL


class ProductProduct(models.Model):
    """Units sold over the counter are gone, also where Odoo's stock learns of it at closing."""

    _inherit = "product.product"

    def _enord_claims_sql(self, terms, product_ids):
        claims = super()._enord_claims_sql(terms, product_ids)
        self.env["pos.session"].flush_model(["state", "update_stock_at_closing"])
        [(is_any,)] = self.env.execute_query(SQL(
            "SELECT EXISTS (SELECT FROM pos_session WHERE state <> 'closed'"
            " AND update_stock_at_closing)"
        ))
        if not is_any:
            return claims
        waiting = self.env["pos.order"]._enord_waiting_sql()
        rows = self.env.execute_query(SQL(
            "SELECT DISTINCT product_id, company_id FROM (%s) AS sold", waiting,
        ))
        parts = [
            part for company in self.env["res.company"].browse({company for _id, company in rows})
            for part in self._enord_parts_of(
                self.browse(id_ for id_, of in rows if of == company.id), company
            )
        ]
        return [*claims, SQL(
            "SELECT product_id, location_id, units FROM (%s) AS sold WHERE %s",
            self._enord_in_parts_sql(waiting, parts),
            self._enord_among(SQL("product_id"), product_ids),
        )] if rows else claims

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
            SELECT COALESCE(part.component_id, sold.product_id) AS product_id,
                   sold.location_id, sold.warehouse_id,
                   sold.units * COALESCE(part.units, 1) AS units
              FROM (%s) AS sold
         LEFT JOIN (VALUES %s) AS part (kit_id, component_id, units)
                ON part.kit_id = sold.product_id
            """,
            sold, SQL(", ").join(SQL("(%s, %s, %s)", *part) for part in parts),
        )
