from odoo import models
from odoo.tools import SQL

from ...contract.queries import cursor_after


class EnordStorefront(models.Model):
    """``GET /api/catalog/products``: first load and reconciliation of the catalogue."""

    _inherit = "enord.storefront"

    def _catalogue_page(self, after, limit):
        """Published products, each as ``data`` of its ``catalog.update``.

        A product that is there during all of the walk is seen once, whatever comes and goes.

        :param int after: the number that the page begins after
        :rtype: dict
        """
        self.ensure_one()
        storefront = self.with_company(self.company_id).with_context(active_test=False)
        products = storefront.env["product.product"]._search(storefront._published_domain())
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT product_tmpl_id FROM product_product
             WHERE product_tmpl_id > %s AND id IN %s
          ORDER BY product_tmpl_id LIMIT %s
            """, after, products.subselect(), limit + 1,
        ))
        template_ids = [template_id for (template_id,) in rows]
        templates = storefront.env["product.template"].browse(template_ids[:limit])
        batch = storefront._catalog_batch(templates)
        return {
            "products": [storefront._catalog_data(template, batch) for template in templates],
            "next_cursor":
                cursor_after(templates[-1].id) if len(template_ids) > limit else None,
        }
