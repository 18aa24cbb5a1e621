from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class ProductProduct(models.Model):
    """A kit has no stock of its own: it can be sold as long as its components last."""

    _inherit = "product.product"

    @api.model
    def _enord_counted_domain(self, storefront):
        kits = self.env["mrp.bom"]._enord_kits_domain(storefront.company_id)
        return super()._enord_counted_domain(storefront) | kits

    def _enord_components(self, company):
        # asked for several times in a request; of most products the cache knows that they are none
        kits = self.filtered(
            lambda product: "phantom" in product.product_tmpl_id.sudo().bom_ids.mapped("type")
        )
        boms = self.env["mrp.bom"].sudo()._bom_find(
            kits, bom_type="phantom", company_id=company.id,
        ) if kits else {}
        return super()._enord_components(company) | {
            product.id: bom._enord_units_in_one(product) for product, bom in boms.items()
        }

    def _enord_sellable_sql(self, warehouses, safety_stock=0, product_ids=None):
        company = warehouses.company_id[:1]
        if product_ids is None:
            kits = self.search(self.env["mrp.bom"]._enord_kits_domain(company))
        else:
            kits = self.browse(product_ids)
        components = kits._enord_components(company)
        if not components:
            return super()._enord_sellable_sql(warehouses, safety_stock, product_ids)
        others = product_ids and [id_ for id_ in product_ids if id_ not in components]
        plain = SQL(
            "SELECT * FROM (%s) AS plain WHERE product_id <> ALL(%s::int[])",
            super()._enord_sellable_sql(warehouses, safety_stock, others), list(components),
        )
        parts = [
            (kit_id, component_id, units)
            for kit_id, units_of in components.items() for component_id, units in units_of.items()
        ]
        if not parts:
            return plain
        # the safety stock is kept back of the components
        return SQL(
            """
            %(plain)s
             UNION ALL
            SELECT part.kit_id, warehouse.id,
                   MIN(FLOOR(COALESCE(stock.quantity, 0) / part.units::float8 + 1e-6))
              FROM (VALUES %(parts)s) AS part (kit_id, component_id, units)
        CROSS JOIN unnest(%(warehouses)s::int[]) AS warehouse (id)
         LEFT JOIN (%(stock)s) AS stock
                ON stock.product_id = part.component_id AND stock.warehouse_id = warehouse.id
          GROUP BY part.kit_id, warehouse.id
            """,
            plain=plain,
            parts=SQL(", ").join(SQL("(%s, %s, %s)", *part) for part in parts),
            warehouses=warehouses.ids,
            stock=super()._enord_sellable_sql(
                warehouses, safety_stock, sorted({component for _kit, component, _units in parts}),
            ),
        )

    def _enord_units_in(self, moves, quantity="quantity"):
        units_of = self._enord_components(moves.company_id[:1]).get(self.id)
        if not units_of:
            return super()._enord_units_in(moves, quantity)
        held = defaultdict(float)
        for move in moves:
            held[move.product_id.id] += move.product_uom._compute_quantity(
                move[quantity], move.product_id.uom_id,
            )
        return min(held[component] / units + 1e-6 for component, units in units_of.items()) // 1
