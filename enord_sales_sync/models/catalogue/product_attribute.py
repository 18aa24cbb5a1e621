from odoo import fields, models


class ProductAttribute(models.Model):
    _inherit = "product.attribute"

    enord_in_specifications = fields.Boolean(
        "Send as Specification", default=True,
        help="Storefronts show this attribute among a product's specifications. Untick it for an "
             "attribute that the variant's title already tells, such as an edition.",
    )
