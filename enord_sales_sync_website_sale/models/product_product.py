from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _enord_media_kinds(self):
        return {**super()._enord_media_kinds(), "extra": ("product.image", "image_1920")}

    def _enord_extra_pictures(self):
        images = self.product_variant_image_ids | self.product_tmpl_id.product_template_image_ids
        return super()._enord_extra_pictures() + [("extra", image.id) for image in images]
