from collections import defaultdict

from odoo import api, models
from odoo.addons.enord_sales_sync.models.sellable.source import Sources
from odoo.tools import SQL, float_round


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

    def _enord_sellable_sql(self, warehouses, terms, product_ids=None):
        company = warehouses.company_id[:1]
        if product_ids is None:
            kits = self.search([("id", "in", self.env["mrp.bom"].sudo()._enord_kits(company).ids)])
        else:
            kits = self.browse(product_ids)
        components = kits._enord_components(company)
        if not components:
            return super()._enord_sellable_sql(warehouses, terms, product_ids)
        others = product_ids and [id_ for id_ in product_ids if id_ not in components]
        plain = SQL(
            "SELECT * FROM (%s) AS plain WHERE product_id <> ALL(%s::int[])",
            super()._enord_sellable_sql(warehouses, terms, others), list(components),
        )
        sources = self._enord_sources(warehouses, list(components))
        in_kits = [
            self._enord_in_kits_sql(terms, by_warehouse, [
                (kit_id, component_id, units)
                for kit_id, units_of in components.items()
                if sources.groups.get(kit_id, 0) == group
                for component_id, units in units_of.items()
            ])
            for group, by_warehouse in sources.sources.items()
        ]
        return SQL(" UNION ALL ").join([plain, *(
            self._enord_in_units_sql(stock) for stock in in_kits if stock
        )])

    def _enord_in_kits_sql(self, terms, by_warehouse, parts):
        """Rows of ``product_id, warehouse_id, quantity`` of kits that are taken from one place.

        Components are taken from where the kit is, whatever their own routes say; the safety stock
        is kept back of them.

        :param dict by_warehouse: the kits' :class:`Source` of each warehouse
        :param parts: ``(kit_id, component_id, units in one kit)``
        """
        if not parts:
            return None
        return SQL(
            """
            SELECT part.kit_id AS product_id, warehouse.id AS warehouse_id,
                   ROUND(MIN(COALESCE(stock.quantity, 0) / part.units::numeric), 6) AS quantity
              FROM (VALUES %(parts)s) AS part (kit_id, component_id, units)
        CROSS JOIN unnest(%(warehouses)s::int[]) AS warehouse (id)
         LEFT JOIN (%(stock)s) AS stock
                ON stock.product_id = part.component_id AND stock.warehouse_id = warehouse.id
          GROUP BY part.kit_id, warehouse.id
            """,
            parts=SQL(", ").join(SQL("(%s, %s, %s)", *part) for part in parts),
            warehouses=list(by_warehouse),
            stock=self._enord_stock_sql(
                terms, Sources({0: by_warehouse}, {}), sorted({part[1] for part in parts}),
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
        return float_round(
            min(held[component] / units + 1e-6 for component, units in units_of.items()),
            precision_digits=self._enord_decimals(), rounding_method="DOWN",
        )
