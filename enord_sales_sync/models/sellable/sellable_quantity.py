from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ...contract.quantities import MAX_QUANTITY
from .source import Sources


class Terms(NamedTuple):
    """What of the stock a storefront may sell.

    ``safety_stock``: units of each product kept back in each warehouse. ``all_demand``: what any
    confirmed sales order of Odoo still wants is promised, not only what online orders want.
    ``to_order``: ids of the warehouses, the first one first, that products are sold from without a
    limit which Odoo brings for each order. ``lead_days``: in how many days it has to be delivered;
    by default as each product says.
    """

    safety_stock: int = 0
    all_demand: bool = False
    to_order: tuple = ()
    lead_days: int | None = None

    @classmethod
    def of(cls, storefront):
        without_limit = storefront.to_order_policy == "unlimited"
        return cls(
            storefront.safety_stock, storefront.other_sales_policy == "confirmed",
            tuple(storefront.warehouse_ids.ids) if without_limit else (),
        )


class ProductProduct(models.Model):
    """What can be sold: the one definition that every event, answer and check uses."""

    _inherit = "product.product"

    def _enord_sellable(self, warehouses, terms=None):
        """Sellable quantity of these products, by warehouse: what an order could reserve now.

        It is what lies where the delivery rule of the product and the warehouse takes from, as
        Odoo's reservation counts it, less what is reserved and what is promised without being
        reserved, less the safety stock, not below 0, in the product's own unit, in parts only
        where that allows them. The sum over a storefront's warehouses is what it shows; ask
        ``enord.storefront._sellable``, which knows its terms.

        :param warehouses: of one company
        :param Terms terms:
        :return: ``{(product_id, warehouse_id): float}``; what is missing is 0
        """
        if not self or not warehouses:
            return {}
        rows = self.env.execute_query(
            self._enord_sellable_sql(warehouses, terms or Terms(), product_ids=self.ids)
        )
        return {(product_id, warehouse_id): quantity for product_id, warehouse_id, quantity in rows}

    def _enord_sellable_sql(self, warehouses, terms, product_ids=None):
        """Rows of ``product_id, warehouse_id, quantity``, of the named or of all products.

        Override for products that are sold as others.
        """
        from_stock = self._enord_in_units_sql(self._enord_stock_sql(
            terms, self._enord_sources(warehouses, product_ids), product_ids,
        ))
        if not terms.to_order:
            return from_stock
        return SQL("%s UNION ALL %s", from_stock, self._enord_to_order_sql(
            warehouses, terms, product_ids,
        ))

    def _enord_to_order_sql(self, warehouses, terms, product_ids):
        """The most that one order may ask for of what is brought for each order, from the first
        warehouse that has it brought."""
        sources = self._enord_sources(
            self.env["stock.warehouse"].browse(terms.to_order), product_ids
        )
        first = {
            group: warehouse_id for group, by_warehouse in sources.sources.items()
            for warehouse_id in reversed(terms.to_order) if by_warehouse[warehouse_id].brought
        }
        first = {group: id_ for group, id_ in first.items() if id_ in warehouses.ids}
        return SQL(
            """
            SELECT product.id AS product_id, first.warehouse_id, %s::float8 AS quantity
              FROM product_product product
         LEFT JOIN (%s) AS own ON own.product_id = product.id
              JOIN unnest(%s::int[], %s::int[]) AS first (source, warehouse_id)
                ON first.source = COALESCE(own.source, 0)
             WHERE %s
            """,
            MAX_QUANTITY, self._enord_groups_sql(sources), list(first), list(first.values()),
            self._enord_among(SQL("product.id"), product_ids),
        )

    def _enord_in_units_sql(self, stock):
        """The same rows, rounded down to what the products' units allow."""
        self.env["product.product"].flush_model(["product_tmpl_id"])
        self.env["product.template"].flush_model(["uom_id", "tracking"])
        self.env["uom.uom"].flush_model(["enord_fractions"])
        # a product is looked up only where there are parts of a unit
        return SQL(
            """
            SELECT stock.product_id, stock.warehouse_id,
                   CASE WHEN stock.quantity <> TRUNC(stock.quantity) AND EXISTS (
                                SELECT FROM product_product product
                                  JOIN product_template template
                                    ON template.id = product.product_tmpl_id
                                  JOIN uom_uom unit ON unit.id = template.uom_id
                                 WHERE product.id = stock.product_id
                                   AND unit.enord_fractions AND template.tracking <> 'serial')
                        THEN TRUNC(stock.quantity, %s)
                        ELSE TRUNC(stock.quantity) END::float8 AS quantity
              FROM (%s) AS stock
            """,
            self.env["decimal.precision"].precision_get("Product Unit"), stock,
        )

    def _enord_stock_sql(self, terms, sources, product_ids=None):
        """Rows of ``product_id, warehouse_id, quantity`` (numeric), before rounding to units.

        :param Sources sources: where each product is taken from
        """
        return SQL(
            """
            SELECT counted.product_id, counted.warehouse_id,
                   GREATEST(0, ROUND(SUM(counted.units)::numeric, 6) - %s) AS quantity
              FROM (%s) AS counted
          GROUP BY counted.product_id, counted.warehouse_id
            """,
            terms.safety_stock, self._enord_counted_sql(terms, sources, product_ids),
        )

    def _enord_counted_sql(self, terms, sources, product_ids):
        """Rows of ``product_id, warehouse_id, units`` to be added up.

        They are what Odoo could reserve, as ``stock.quant._get_available_quantity`` counts it:
        whoever owns it, packed or not; of what is tracked each lot by itself. And what claims have
        on it that Odoo's reservations do not know of.
        """
        self.flush_model(["product_tmpl_id"])
        self.env["product.template"].flush_model(["tracking"])
        claims = self._enord_claims_sql(terms, product_ids)
        return SQL(
            """
            WITH own AS (%(groups)s), place AS (%(places)s)
            SELECT unit.product_id, place.warehouse_id,
                   CASE WHEN SUM(unit.units) < 0 AND %(tracked)s THEN 0
                        ELSE SUM(unit.units) END AS units
              FROM (%(units)s) AS unit
         LEFT JOIN own ON own.product_id = unit.product_id
              JOIN place ON place.location_id = unit.location_id
                        AND place.source = COALESCE(own.source, 0)
             WHERE NOT %(removed)s
          GROUP BY unit.product_id, place.warehouse_id,
                   CASE WHEN unit.lot_id IS NOT NULL AND %(tracked)s THEN unit.lot_id END
            %(claims)s
            """,
            units=SQL(" UNION ALL ").join(self._enord_units_sql(product_ids)),
            groups=self._enord_groups_sql(sources), places=self._enord_places_sql(sources),
            # looked up only where it makes a difference
            tracked=SQL(
                """
                EXISTS (SELECT FROM product_product product
                          JOIN product_template template ON template.id = product.product_tmpl_id
                         WHERE product.id = unit.product_id AND template.tracking <> 'none')
                """
            ),
            removed=self._enord_is_removed_sql(terms),
            claims=SQL(
                """
                 UNION ALL
                SELECT claim.product_id, place.warehouse_id, claim.units
                  FROM (%s) AS claim
             LEFT JOIN own ON own.product_id = claim.product_id
                  JOIN place ON place.location_id = claim.location_id
                            AND place.source = COALESCE(own.source, 0)
                """, SQL(" UNION ALL ").join(claims),
            ) if claims else SQL(),
        )

    def _enord_units_sql(self, product_ids):
        """Units and where they lie, flushed: queries for rows of ``product_id, location_id,
        lot_id, units``.

        :rtype: list[odoo.tools.SQL]
        """
        self.env["stock.quant"].flush_model(
            ["product_id", "location_id", "lot_id", "quantity", "reserved_quantity"]
        )
        return [SQL(
            """
            SELECT quant.product_id, quant.location_id, quant.lot_id,
                   -- Odoo reserves on a new row without a quantity where the others are locked
                   COALESCE(quant.quantity, 0) - COALESCE(quant.reserved_quantity, 0) AS units
              FROM stock_quant quant WHERE %s
            """, self._enord_among(SQL("quant.product_id"), product_ids),
        )]

    def _enord_claims_sql(self, terms, product_ids):
        """What is taken already, or given, beside Odoo's reservations, flushed: queries for rows
        of ``product_id, location_id, units`` (below 0 for what is taken).

        :rtype: list[odoo.tools.SQL]
        """
        return []

    def _enord_is_removed_sql(self, terms):
        """Condition on ``unit.lot_id``: Odoo would not reserve this lot for an
        order of now. Override where another add-on keeps lots back."""
        return SQL("FALSE")

    def _enord_groups_sql(self, sources: Sources):
        """Rows of ``product_id, source``: products of another group than 0."""
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::int[]) AS own (product_id, source)",
            list(sources.groups), list(sources.groups.values()),
        )

    def _enord_places_sql(self, sources: Sources):
        """Rows of ``source, warehouse_id, location_id``: the locations that are taken from; a
        claim may be on a view above them."""
        self.env["stock.location"].flush_model(["usage", "parent_path"])
        rows = sources.rows()
        groups, warehouse_ids, paths = zip(*rows, strict=True) if rows else ((), (), ())
        return SQL(
            """
            SELECT taken.source, taken.warehouse_id, location.id AS location_id
              FROM unnest(%s::int[], %s::int[], %s::text[]) AS taken (source, warehouse_id, path)
              JOIN stock_location location
                ON starts_with(location.parent_path, taken.path)
               AND location.usage IN ('internal', 'view')
            """, list(groups), list(warehouse_ids), list(paths),
        )

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
            self.warehouse_ids if warehouses is None else warehouses, Terms.of(self)
        )
