from odoo import fields, models


class ProductDocument(models.Model):
    _inherit = "product.document"

    enord_to_storefronts = fields.Boolean(
        "Send to Storefronts",
        help="Everybody may see this picture: it is among those of the product in every storefront "
             "that sells it, and nobody needs a login to open it. Only for pictures.",
    )
