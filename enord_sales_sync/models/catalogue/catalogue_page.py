"""``GET /api/catalog/products``: first load and reconciliation of the catalogue."""

from odoo.tools import SQL

from ...contract.queries import cursor_after
from ..outbox.event_body import as_it_is_told


def catalogue_page(storefront, after, limit):
    """Published products, each as ``data`` of its ``catalog.update``.

    A product that is there during all of the walk is seen once, whatever comes and goes.

    :param int after: the number that the page begins after
    :rtype: dict
    :raise Problem: 503 while it is not known what the storefront sells
    """
    storefront = as_it_is_told(storefront)
    env = storefront.env
    Product = env["product.product"]
    Product._enord_check_listed(storefront)
    products = Product._search(Product._enord_published_domain(storefront))
    rows = env.execute_query(SQL(
        """
        SELECT DISTINCT product_tmpl_id FROM product_product
         WHERE product_tmpl_id > %s AND id IN %s
      ORDER BY product_tmpl_id LIMIT %s
        """, after, products.subselect(), limit + 1,
    ))
    template_ids = [template_id for (template_id,) in rows]
    templates = env["product.template"].browse(template_ids[:limit])
    catalogue = env["enord.catalog.update"]
    batch = catalogue._batch(storefront, templates)
    return {
        "products": [catalogue._data(storefront, template, batch) for template in templates],
        "next_cursor": cursor_after(templates[-1].id) if len(template_ids) > limit else None,
    }
