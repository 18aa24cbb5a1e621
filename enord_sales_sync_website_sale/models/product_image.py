from odoo import models


class ProductImage(models.Model):
    _name = "product.image"
    _inherit = ["product.image", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self.product_tmpl_id | self.product_variant_id.product_tmpl_id

    def _enord_shown_on(self):
        return self.product_tmpl_id.product_variant_ids | self.product_variant_id
