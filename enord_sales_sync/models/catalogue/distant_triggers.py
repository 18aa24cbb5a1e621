"""What shows in a catalogue though no product shows it: a filter's own grounds, taxes, links."""

from odoo import api, models

from ..outbox.listening import LISTENING, listening
from .catalogue_filter import QUANTITIES, SUPPLIERS, TAGS, chosen_by


class EnordInventoryChange(models.AbstractModel):
    _inherit = "enord.inventory.change"

    def _queue_collected(self, collected):
        result = super()._queue_collected(collected)
        product_ids = {product_id for product_id, _warehouse_id in collected.get("stock", ())}
        if product_ids and chosen_by(self.env, QUANTITIES):
            products = self.env["product.product"].browse(product_ids).exists()
            self.env["enord.catalog.update"]._changed(products.product_tmpl_id.ids)
        return result


class ProductSupplierinfo(models.Model):
    _name = "product.supplierinfo"
    _inherit = ["product.supplierinfo", "enord.catalogue.trigger"]

    def _enord_templates(self):
        if chosen_by(self.env, SUPPLIERS):
            return self.product_tmpl_id | self.product_id.product_tmpl_id
        return self.env["product.template"]


class ProductTag(models.Model):
    _name = "product.tag"
    _inherit = ["product.tag", "enord.catalogue.trigger"]

    def _enord_templates(self):
        if chosen_by(self.env, TAGS):
            return self.product_template_ids | self.product_product_ids.product_tmpl_id
        return self.env["product.template"]


class AccountTax(models.Model):
    _name = "account.tax"
    _inherit = ["account.tax", "enord.catalogue.trigger"]

    def _enord_templates(self):
        Template = self.env["product.template"]
        if not self.env["enord.storefront"].sudo().search_count(
            [*LISTENING, ("price_policy", "!=", "stored")], limit=1
        ):
            return Template
        groups = self.search([("children_tax_ids", "in", self.ids)])
        return Template.search([("taxes_id", "in", (self | groups).ids)])


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "account_price_include" in vals:
            taxes = self.env["account.tax"].sudo().search([("company_id", "child_of", self.ids)])
            taxes._enord_tell_catalog()
        return result


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        before = self._enord_address()
        parameters = super().create(vals_list)
        self._enord_tell_links(before)
        return parameters

    def write(self, vals):
        before = self._enord_address()
        result = super().write(vals)
        self._enord_tell_links(before)
        return result

    def _enord_address(self):
        return self.sudo().get_param("web.base.url")

    def _enord_tell_links(self, before):
        """Links of pictures begin with Odoo's own address."""
        if self._enord_address() != before:
            for storefront in listening(self.env["enord.storefront"].sudo().search(LISTENING)):
                self.env["enord.catalog.update"]._queue_published(storefront)
