from odoo import api, fields, models

from ...contract.texts import MAX_SKU, sku_form


class ProductProduct(models.Model):
    """How storefronts know a variant: by its internal reference, without what nobody sees."""

    _inherit = "product.product"

    enord_sku = fields.Char("SKU Online", compute="_compute_enord_sku", store=True, index=True)
    enord_sku_problem = fields.Char(
        compute="_compute_enord_sku_problem", compute_sudo=True,
        help="Why storefronts cannot order this variant by its internal reference.",
    )

    @api.depends("default_code")
    def _compute_enord_sku(self):
        for product in self:
            sku = sku_form(product.default_code or "")
            product.enord_sku = sku if 0 < len(sku) <= MAX_SKU else False

    @api.depends("enord_sku", "default_code", "enord_published", "active")
    def _compute_enord_sku_problem(self):
        older = {}
        for product in self.search([("enord_sku", "in", [
            sku for sku in self.mapped("enord_sku") if sku
        ]), ("enord_published", "=", True)], order="id desc"):
            older[product.enord_sku] = product
        for product in self:
            problem, first = False, older.get(product.enord_sku)
            if product.default_code and not product.enord_sku:
                problem = self.env._(
                    "Storefronts cannot order it: an internal reference has 1 to %s characters.",
                    MAX_SKU,
                )
            elif product.enord_published and first and first.id < product._origin.id:
                problem = self.env._(
                    "Storefronts cannot order it: they know “%(product)s” by the same internal "
                    "reference.", product=first.name,
                )
            product.enord_sku_problem = problem
