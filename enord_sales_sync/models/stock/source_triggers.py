"""What decides where a product's units are taken from, and so what of its stock is for sale."""

from odoo import api, models

from ..outbox.listening import LISTENING

#: Fields of the routes' rules that say which one applies, and where it takes from.
RULE_FIELDS = {
    "active", "action", "procure_method", "location_src_id", "location_dest_id", "route_id",
    "warehouse_id", "company_id", "sequence",
}
ROUTE_FIELDS = {
    "active", "sequence", "company_id", "warehouse_ids", "product_ids", "categ_ids", "rule_ids",
    "product_selectable", "product_categ_selectable",
}
PRODUCT_FIELDS = {"route_ids", "categ_id", "uom_id", "tracking", "is_storable"}


class EnordInventoryChange(models.AbstractModel):
    _inherit = "enord.inventory.change"

    @api.model
    def _sources_changed(self):
        """Any product may be taken from elsewhere now: all stock is told, at a low priority."""
        self.env["product.product"]._enord_forget_sources()
        self._collected()["everything"] = True

    def _queue_collected(self, collected):
        if collected.pop("everything", False):
            for storefront in self.env["enord.storefront"].sudo().search(LISTENING):
                self._queue_all(storefront)
        return super()._queue_collected(collected)


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env["enord.inventory.change"]._sources_changed()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if not RULE_FIELDS.isdisjoint(vals):
            self.env["enord.inventory.change"]._sources_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["enord.inventory.change"]._sources_changed()
        return result


class StockRoute(models.Model):
    _inherit = "stock.route"

    def write(self, vals):
        result = super().write(vals)
        if not ROUTE_FIELDS.isdisjoint(vals):
            self.env["enord.inventory.change"]._sources_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["enord.inventory.change"]._sources_changed()
        return result


class StockPackageType(models.Model):
    _inherit = "stock.package.type"

    def write(self, vals):
        result = super().write(vals)
        if "route_ids" in vals:
            self.env["enord.inventory.change"]._sources_changed()
        return result


class UomUom(models.Model):
    _inherit = "uom.uom"

    def write(self, vals):
        result = super().write(vals)
        if not {"package_type_id", "enord_fractions"}.isdisjoint(vals):
            self.env["enord.inventory.change"]._sources_changed()
        return result


class ProductCategory(models.Model):
    _inherit = "product.category"

    def write(self, vals):
        result = super().write(vals)
        if not {"route_ids", "parent_id"}.isdisjoint(vals):
            self.env["product.product"]._enord_forget_sources()
            self.env["enord.inventory.change"]._figures_changed(
                self.env["product.product"].search([("categ_id", "child_of", self.ids)])
            )
        return result


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.model
    def _enord_stock_fields(self):
        """Fields that decide how much of the stock is for sale."""
        return PRODUCT_FIELDS

    def write(self, vals):
        result = super().write(vals)
        if not self._enord_stock_fields().isdisjoint(vals):
            self.env["enord.inventory.change"]._figures_changed(self.product_variant_ids)
        return result
