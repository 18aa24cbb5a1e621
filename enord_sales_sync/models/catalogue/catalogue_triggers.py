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
        self.env["enord.catalog.update"]._changed(
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

    # what purchases, receipts and counts write
    _enord_ignored_fields = CatalogueTrigger._enord_ignored_fields | {
        "seller_ids", "variant_seller_ids", "orderpoint_ids",
    }

    def _enord_templates(self):
        return self

    def unlink(self):
        variants = self.sudo().with_context(active_test=False).product_variant_ids
        variants._enord_give_up_skus()
        self.env["enord.catalog.update"]._deleted(self.ids)
        return super().unlink()


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "enord.catalogue.trigger"]

    _enord_ignored_fields = ProductTemplate._enord_ignored_fields | {"standard_price"}

    def _enord_templates(self):
        return self.product_tmpl_id

    def write(self, vals):
        if "standard_price" in vals:
            self.env["enord.catalog.update"]._cost_changed(self.product_tmpl_id.ids)
        if "default_code" in vals:
            self._enord_give_up_skus()
        return super().write(vals)

    def unlink(self):
        self._enord_give_up_skus()
        return super().unlink()

    def _enord_give_up_skus(self):
        self.env["enord.catalog.update"]._skus_given_up(
            {sku for sku in self.mapped("enord_sku") if sku}
        )


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


class ProductPricelist(models.Model):
    _name = "product.pricelist"
    _inherit = ["product.pricelist", "enord.catalogue.trigger"]

    # its items tell of themselves
    _enord_ignored_fields = CatalogueTrigger._enord_ignored_fields | {
        "item_ids", "name", "sequence", "country_group_ids",
    }

    def _enord_templates(self):
        if self & self._enord_shown():
            return self.env["product.template"].search([("sale_ok", "=", True)])
        return self.env["product.template"]


class ProductPricelistItem(models.Model):
    _name = "product.pricelist.item"
    _inherit = ["product.pricelist.item", "enord.catalogue.trigger"]

    def _enord_templates(self):
        Template = self.env["product.template"]
        shown = self.env["product.pricelist"]._enord_shown()
        items = self.filtered(lambda item: item.pricelist_id in shown)
        if "3_global" in items.mapped("applied_on"):
            return Template.search([("sale_ok", "=", True)])
        return (
            items.product_tmpl_id | items.product_id.product_tmpl_id
            | Template.search([("categ_id", "child_of", items.categ_id.ids)])
        )
