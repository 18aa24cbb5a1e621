"""What a storefront was told to be for sale: it is sold on while the storefront's own filter cannot
be applied."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _enord_known_domain(self, storefront):
        catalogue = self.env["enord.catalog.update"]
        return super()._enord_known_domain(storefront) | Domain("product_tmpl_id", "in", SQL(
            """
            (SELECT product_tmpl_id
               FROM (SELECT DISTINCT ON (key) product_tmpl_id, body FROM enord_webhook_event
                      WHERE storefront_id = %s AND event_type = %s AND state = 'delivered'
                        AND key = %s
                   ORDER BY key, id DESC) AS told
              WHERE (body::json -> 'data' ->> 'is_active')::boolean)
            """,
            storefront.id, catalogue._event_type,
            # without those of groups that products had before
            catalogue._key(SQL("product_tmpl_id")),
        ))
