from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    enord_variant_title = fields.Char(
        related="product_variant_ids.enord_variant_title", readonly=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        # its only variant does not exist yet when the title is written
        for template, vals in zip(templates, vals_list, strict=True):
            if vals.get("enord_variant_title"):
                template.product_variant_ids.enord_variant_title = vals["enord_variant_title"]
        return templates
