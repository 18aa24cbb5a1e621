from odoo import models


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    def _counted_domain(self):
        return super()._counted_domain() | self.env["mrp.bom"]._enord_kits_domain(self.company_id)

    def _product_locks(self, products):
        """Whoever sells a kit also locks its components, or two would sell the same unit."""
        return super()._product_locks(self._with_components(products))

    def _lock_quants(self, products):
        return super()._lock_quants(self._with_components(products))

    def _release_expired(self, products):
        return super()._release_expired(self._with_components(products))

    def _with_components(self, products):
        component_ids = set().union(*products._enord_components(self.company_id).values())
        return products | products.browse(component_ids)
