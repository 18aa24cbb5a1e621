from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    enord_mrp = fields.Float(
        "MRP", digits="Product Price",
        help="Maximum retail price, which a storefront may show struck through. Empty: the "
             "selling price.",
    )
    enord_variant_title = fields.Char(
        "Storefront Title", translate=True,
        help="What storefronts call this variant (variant_title). Empty: its attribute values, "
             "or the product's name.",
    )

    def _enord_variant_title(self):
        self.ensure_one()
        return (
            self.enord_variant_title
            or self.product_template_attribute_value_ids._get_combination_name()
            or self.name
        )

    def _enord_specifications(self):
        """``specifications`` of the catalogue: ``{attribute name: value}``, in the order of the
        attributes; several values of one attribute are joined by a comma."""
        self.ensure_one()
        values = {}
        for line in self.product_tmpl_id.attribute_line_ids:
            attribute = line.attribute_id
            if not attribute.enord_in_specifications:
                continue
            if attribute.create_variant == "no_variant" or len(line.value_ids) == 1:
                # the variant's own values leave out attributes that have but one value
                names = line.value_ids.mapped("name")
            else:
                names = self.product_template_attribute_value_ids.filtered(
                    lambda value, line=line: value.attribute_line_id == line
                ).mapped("name")
            if names:
                values[attribute.name] = ", ".join(names)
        return values
