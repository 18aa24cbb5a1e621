from odoo import api, fields, models

from ...contract.texts import MAX_SKU, sku_form


class ProductProduct(models.Model):
    """How storefronts know a variant: by its internal reference, without what nobody sees."""

    _inherit = "product.product"

    enord_sku = fields.Char("SKU Online", compute="_compute_enord_sku", store=True, index=True)
    enord_sku_problem = fields.Char(
        "SKU Problem", compute="_compute_enord_sku_problem", compute_sudo=True,
        help="Why storefronts cannot order this variant by its internal reference.",
    )

    @api.depends("default_code")
    def _compute_enord_sku(self):
        for product in self:
            sku = sku_form(product.default_code or "")
            product.enord_sku = sku if 0 < len(sku) <= MAX_SKU else False

    @api.depends("enord_sku", "default_code", "enord_published", "active")
    def _compute_enord_sku_problem(self):
        for product in self:
            product.enord_sku_problem = product._enord_sku_problem_of(
                product.default_code, product.enord_published,
            )

    def _enord_sku_problem_of(self, code, is_published):
        """Why storefronts could not order this variant by an internal reference, or False."""
        sku = sku_form(code or "")
        if code and not 0 < len(sku) <= MAX_SKU:
            return self.env._(
                "Storefronts cannot order it: an internal reference has 1 to %s characters.",
                MAX_SKU,
            )
        first = code and is_published and self.search(
            [("enord_sku", "=", sku), ("enord_published", "=", True)], order="id", limit=1,
        )
        # one that is being made has no number yet, and will be the youngest
        if first and first.id != (own := self._origin.id) and (not own or first.id < own):
            return self.env._(
                "Storefronts cannot order it: they know “%(product)s” by the same internal "
                "reference.", product=first.name,
            )
        return False
