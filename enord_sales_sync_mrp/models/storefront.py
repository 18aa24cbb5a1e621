from odoo import models
from odoo.addons.enord_sales_sync.models.locked_transaction import PRODUCT_LOCK


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    def _counted_domain(self):
        return super()._counted_domain() | self.env["mrp.bom"]._enord_kits_domain(self.company_id)

    def _in_locked_transaction(self, locks, work):
        """Whoever sells a kit also locks its components, or two would sell the same unit."""
        products = self.env["product.product"].browse(
            number for space, number in locks if space == PRODUCT_LOCK
        )
        components = [
            (PRODUCT_LOCK, component.id) for component in self._with_components(products) - products
        ]
        return super()._in_locked_transaction([*locks, *components], work)

    def _lock_quants(self, products):
        return super()._lock_quants(self._with_components(products))

    def _release_expired(self, products):
        return super()._release_expired(self._with_components(products))

    def _with_components(self, products):
        component_ids = set().union(*products._enord_components(self.company_id).values())
        return products | products.browse(component_ids)
