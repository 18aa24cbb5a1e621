from collections import defaultdict

from odoo import api, models
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
        # its parts have to keep until the kit is due, whatever their own lead times are
        parts = defaultdict(list)
        for kit_id, units_of in components.items():
            parts[max(0, self.browse(kit_id).sale_delay)] += [
                (kit_id, component_id, units) for component_id, units in units_of.items()
            ]
        return SQL(" UNION ALL ").join([plain, *(
            self._enord_in_units_sql(self._enord_in_kits_sql(
                warehouses, terms._replace(lead_days=days), of_days
            )) for days, of_days in parts.items() if of_days
        )])

    def _enord_in_kits_sql(self, warehouses, terms, parts):
        """Rows of ``product_id, warehouse_id, quantity`` of kits.

        Odoo takes an order's kit apart before it looks for rules: each component is taken from
        where its own say, whatever those of the kit are. The safety stock is kept back of them.

        :param parts: ``(kit_id, component_id, units in one kit)``
        """
        component_ids = sorted({part[1] for part in parts})
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
            warehouses=warehouses.ids,
            stock=self._enord_stock_sql(
                terms, self._enord_sources(warehouses, component_ids), component_ids,
            ),
        )

    @api.model
    def _enord_sources(self, warehouses, product_ids=None):
        sources = super()._enord_sources(warehouses, product_ids)
        if not sources.groups:
            return sources
        company = warehouses.company_id[:1]
        routed = self.browse(sources.groups)
        if product_ids is None:
            routed &= self.env["mrp.bom"].sudo()._enord_kits(company)
        # what a kit's own routes say is not asked, see _enord_in_kits_sql
        kits = routed._enord_components(company)
        groups = {id_: group for id_, group in sources.groups.items() if id_ not in kits}
        return sources._replace(groups=groups)

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
