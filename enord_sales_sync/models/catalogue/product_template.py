from uuid import uuid4

from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    enord_group_id = fields.Char(
        "Storefront Group", copy=False,
        compute="_compute_enord_group_id", store=True, readonly=False,
        help="How storefronts know this product with all its variants (group_id).",
    )
    enord_tax_code = fields.Char(
        "Storefront Tax Code",
        help="Tax classification that storefronts receive (tax_code), for example HSN-8806. "
             "Empty: the HSN code of the Indian localisation, where there is one.",
    )
    enord_mrp = fields.Float(
        "MRP", digits="Product Price",
        compute="_compute_enord_mrp", inverse="_inverse_enord_mrp", store=True,
        help="Maximum retail price, which a storefront may show struck through. Empty: the "
             "selling price.",
    )

    _enord_group_id_uniq = models.Constraint(
        "unique (enord_group_id)",
        "Another product has this storefront group already.",
    )

    def _compute_enord_group_id(self):
        own = {
            template: f"GRP-{template._origin.id}" for template in self
            if not template.enord_group_id and template._origin.id
        }
        taken = set(self.sudo().with_context(active_test=False).search(
            [("enord_group_id", "in", list(own.values()))]
        ).mapped("enord_group_id")) if own else ()
        for template, group in own.items():
            template.enord_group_id = f"{group}-{uuid4().hex[:8]}" if group in taken else group

    @api.depends("product_variant_ids.enord_mrp")
    def _compute_enord_mrp(self):
        for template in self:
            prices = set(template.product_variant_ids.mapped("enord_mrp"))
            template.enord_mrp = prices.pop() if len(prices) == 1 else 0.0

    def _inverse_enord_mrp(self):
        for template in self:
            if len(template.product_variant_ids) == 1:
                template.product_variant_ids.enord_mrp = template.enord_mrp

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create([_tidy(vals) for vals in vals_list])
        # variants do not exist yet when the inverse runs
        for template, vals in zip(templates, vals_list, strict=True):
            if vals.get("enord_mrp"):
                template.product_variant_ids.enord_mrp = vals["enord_mrp"]
        templates._compute_enord_group_id()
        return templates

    def write(self, vals):
        vals = _tidy(vals)
        result = super().write(vals)
        if "enord_group_id" in vals:
            self._compute_enord_group_id()
        return result

    def _enord_tax_code(self):
        """``tax_code`` of the catalogue, for example ``HSN-8806``; empty where none is known."""
        self.ensure_one()
        if self.enord_tax_code:
            return self.enord_tax_code
        hsn = "l10n_in_hsn_code" in self._fields and self.l10n_in_hsn_code
        return f"HSN-{hsn}" if hsn else ""


def _tidy(vals):
    """Values with the group as storefronts see it."""
    if "enord_group_id" not in vals:
        return vals
    return {**vals, "enord_group_id": (vals["enord_group_id"] or "").strip() or False}
