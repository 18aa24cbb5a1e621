"""Which records a storefront sees through a product, and so what makes a ``catalog.update``.

A trigger may be generous: the body is built from committed state, and one that the storefront has
acknowledged already is not sent again.
"""

from odoo import api, models


class CatalogueTrigger(models.AbstractModel):
    """Mixin for models whose records show in a storefront's catalogue."""

    _name = "enord.catalogue.trigger"
    _description = "Model Shown in Storefront Catalogues"

    #: Fields whose change no storefront can see; written often, so not worth a look.
    _enord_ignored_fields = frozenset({
        "message_follower_ids", "message_ids", "activity_ids", "write_date", "write_uid",
        "message_main_attachment_id",
    })

    def _enord_templates(self):
        """The products that show these records; override for another model.

        :rtype: odoo.model.product_template
        """
        raise NotImplementedError

    def _enord_tell_catalog(self):
        self.env["enord.event.recorder"]._catalog_changed(
            self.sudo().with_context(active_test=False)._enord_templates().ids
        )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._enord_tell_catalog()
        return records

    def write(self, vals):
        if self._enord_ignored_fields.issuperset(vals):
            return super().write(vals)
        self._enord_tell_catalog()
        result = super().write(vals)
        self._enord_tell_catalog()
        return result

    def unlink(self):
        self._enord_tell_catalog()
        return super().unlink()


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self.product_tmpl_id


class ProductCategory(models.Model):
    _name = "product.category"
    _inherit = ["product.category", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self.env["product.template"].search([("categ_id", "child_of", self.ids)])


class ProductAttribute(models.Model):
    _name = "product.attribute"
    _inherit = ["product.attribute", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self.product_tmpl_ids


class ProductAttributeValue(models.Model):
    _name = "product.attribute.value"
    _inherit = ["product.attribute.value", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self.pav_attribute_line_ids.product_tmpl_id


class ProductTemplateAttributeLine(models.Model):
    _name = "product.template.attribute.line"
    _inherit = ["product.template.attribute.line", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self.product_tmpl_id


class ProductTemplateAttributeValue(models.Model):
    _name = "product.template.attribute.value"
    _inherit = ["product.template.attribute.value", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self.product_tmpl_id


class ProductDocument(models.Model):
    _name = "product.document"
    _inherit = ["product.document", "enord.catalogue.trigger"]

    def _enord_templates(self):
        products = self.filtered(lambda document: document.res_model == "product.product")
        templates = self.filtered(lambda document: document.res_model == "product.template")
        return (
            self.env["product.template"].browse(templates.mapped("res_id"))
            | self.env["product.product"].browse(products.mapped("res_id")).product_tmpl_id
        )


class ProductPricelistItem(models.Model):
    _name = "product.pricelist.item"
    _inherit = ["product.pricelist.item", "enord.catalogue.trigger"]

    def _enord_templates(self):
        Template = self.env["product.template"]
        templates = Template
        for item in self:
            if item.applied_on == "3_global":
                return Template.search([("sale_ok", "=", True)])
            if item.applied_on == "2_product_category":
                templates |= Template.search([("categ_id", "child_of", item.categ_id.id)])
            else:
                templates |= item.product_tmpl_id | item.product_id.product_tmpl_id
        return templates
