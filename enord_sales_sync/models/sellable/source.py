"""Where an online order's units would be taken from, by Odoo's own delivery rules."""

from datetime import timedelta
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, ormcache


class Source(NamedTuple):
    """Where the delivery rule of a product and a warehouse takes from.

    ``location_id`` is None where it does not take from the warehouse's stock; ``path`` is the
    location's ``parent_path``. ``brought``: Odoo buys, makes or moves each order's units.
    """

    location_id: int | None = None
    path: str | None = None
    brought: bool = False


class Sources(NamedTuple):
    """Sources of many products: by group of products, then by warehouse.

    Group 0 are the products for which the warehouses' own rules decide. ``groups`` says which
    products are in another one.
    """

    sources: dict
    groups: dict

    def of(self, product_id, warehouse_id):
        """:rtype: Source"""
        return self.sources[self.groups.get(product_id, 0)][warehouse_id]

    def locations(self):
        """Ids of the locations that are taken from."""
        return sorted({
            source.location_id for by_warehouse in self.sources.values()
            for source in by_warehouse.values() if source.location_id
        })

    def rows(self):
        """``(group, warehouse_id, path)`` of what is taken from stock."""
        return [
            (group, warehouse_id, source.path)
            for group, by_warehouse in self.sources.items()
            for warehouse_id, source in by_warehouse.items() if source.path
        ]


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _enord_sources(self, warehouses, product_ids=None):
        """Where orders for products take their units from.

        One query for any number of products; Odoo is asked once for each set of routes.

        :param product_ids: of all products by default
        :rtype: Sources
        """
        default = self._enord_sources_of(self.browse(), warehouses, None)
        by_group, numbers, groups = {0: default}, {tuple(default.values()): 0}, {}
        for *routes, ids in self._enord_routed(product_ids):
            sources = self._enord_sources_of(self.browse(ids[0]), warehouses, tuple(routes))
            number = numbers.setdefault(tuple(sources.values()), len(numbers))
            by_group[number] = sources
            if number:
                groups.update(dict.fromkeys(ids, number))
        return Sources(by_group, groups)

    def _enord_sources_of(self, product, warehouses, routes):
        return {
            warehouse.id: Source(*self._enord_source(warehouse.id, routes, product))
            for warehouse in warehouses
        }

    @api.model
    def _enord_routed(self, product_ids):
        """Products for which more than the warehouse's own routes may decide, together where the
        same ones do.

        :return: list of ``(route ids, category_id, uom_id, product ids)``
        """
        for model in ("product.template", "product.category", "uom.uom"):
            self.env[model].flush_model()
        self.flush_model(["product_tmpl_id"])
        of_products = SQL("TRUE") if product_ids is None else SQL(
            "mark.template_id = ANY(ARRAY(SELECT product_tmpl_id FROM product_product"
            " WHERE id = ANY(%s::int[])))", list(product_ids),
        )
        # begun from what is rare: of most products nothing else than the warehouse decides
        return self.env.execute_query(SQL(
            """
            WITH category AS (
                SELECT category.id FROM product_category category
                 WHERE EXISTS (SELECT FROM stock_route_categ routed
                                 JOIN product_category above ON above.id = routed.categ_id
                                WHERE starts_with(category.parent_path, above.parent_path))
            ), mark AS (
                SELECT product_id AS template_id, route_id, NULL::int AS category_id,
                       NULL::int AS uom_id
                  FROM stock_route_product
                 UNION ALL
                SELECT template.id, NULL, category.id, NULL
                  FROM category JOIN product_template template ON template.categ_id = category.id
                 UNION ALL
                SELECT template.id, NULL, NULL, unit.id
                  FROM uom_uom unit JOIN product_template template ON template.uom_id = unit.id
                 WHERE unit.package_type_id IS NOT NULL
            ), routed AS (
                SELECT template_id, MAX(category_id) AS category_id, MAX(uom_id) AS uom_id,
                       array_agg(route_id ORDER BY route_id) FILTER (WHERE route_id IS NOT NULL)
                           AS routes
                  FROM mark WHERE %(of_products)s GROUP BY template_id
            )
            SELECT routed.routes::text, routed.category_id, routed.uom_id,
                   array_agg(product.id ORDER BY product.id)
              FROM routed
              JOIN product_product product ON product.product_tmpl_id = routed.template_id
             WHERE %(products)s
          GROUP BY routed.routes::text, routed.category_id, routed.uom_id
            """,
            products=self._enord_among(SQL("product.id"), product_ids), of_products=of_products,
        ))

    def _enord_taken_from(self, warehouse):
        """The location that an order of this product is taken from, or none.

        :rtype: odoo.model.stock_location
        """
        self.ensure_one()
        source = self._enord_sources(warehouse, self.ids).of(self.id, warehouse.id)
        return self.env["stock.location"].browse(source.location_id)

    def _enord_due_at(self):
        """When an order of now has to be delivered; goods are reserved that keep until then.

        :return: naive UTC
        """
        self.ensure_one()
        return fields.Datetime.now() + timedelta(days=max(0, self.sale_delay))

    @api.model
    def _enord_forget_sources(self):
        """Something has changed that decides from where orders are taken."""
        forget = self.env.registry.clear_cache
        forget()
        # another thread may have asked again since, in a transaction that does not see the change
        self.env.cr.postcommit.add(forget)

    @api.model
    @ormcache("warehouse_id", "routes")
    def _enord_source(self, warehouse_id, routes, product):
        """What Odoo's delivery rule says, as the values of a :class:`Source`.

        :param routes: what decides beside the warehouse's own routes
        :param product: a product of these routes
        """
        warehouse = self.env["stock.warehouse"].sudo().browse(warehouse_id)
        company = warehouse.company_id
        # whoever asks, it is for an order of the warehouse's company
        env = self.with_user(SUPERUSER_ID).with_company(company).with_context(
            active_test=True, allowed_company_ids=company.ids,
        ).env
        Partner = env["res.partner"]
        customers = Partner._fields["property_stock_customer"].get_company_dependent_fallback(
            Partner
        )
        product = product.with_env(env)
        rule = env["stock.rule"]._get_rule(product, customers, {
            "warehouse_id": warehouse.with_env(env), "company_id": company.with_env(env),
            "packaging_uom_id": product.uom_id, "sale_line_id": False,
        })
        if not rule:
            return ()
        location = rule.location_src_id
        if rule.action not in ("pull", "pull_push") or rule.procure_method == "make_to_order" or (
            location.should_bypass_reservation()
        ):
            return (None, None, True)
        if location.warehouse_id.id != warehouse_id:
            # what lies in another warehouse is told as that one's
            return ()
        return (location.id, location.parent_path)
