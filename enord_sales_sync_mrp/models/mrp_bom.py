import math
from collections import defaultdict

from odoo import api, models
from odoo.addons.enord_sales_sync.models.outbox.listening import LISTENING
from odoo.fields import Domain


class MrpBom(models.Model):
    """A kit's bill of materials decides whether and how much of it can be sold."""

    _name = "mrp.bom"
    _inherit = ["mrp.bom", "enord.catalogue.trigger"]

    @api.model
    def _enord_kits_domain(self, company):
        """Domain on ``product.product`` of what is sold as a kit."""
        kit = self._enord_kit_domain(company)
        return Domain("variant_bom_ids", "any!", kit) | Domain(
            "product_tmpl_id.bom_ids", "any!", kit & Domain("product_id", "=", False),
        )

    @api.model
    def _enord_kit_domain(self, company):
        # also where archived products are looked at, an archived bill makes none
        return Domain([
            ("type", "=", "phantom"), ("active", "=", True),
            ("company_id", "in", [False, company.id]),
        ])

    @api.model
    def _enord_kits(self, company):
        """Products that may be sold as kits, by this company's bills of materials.

        Bills are few: among the products nothing else finds kits without reading them all.
        """
        return self.search(self._enord_kit_domain(company))._enord_kit_products()

    def _enord_kit_products(self):
        kits = self.filtered(lambda bom: bom.type == "phantom")
        return kits.product_id | kits.filtered(
            lambda bom: not bom.product_id
        ).product_tmpl_id.product_variant_ids

    def _enord_units_in_one(self, product):
        """``{component_id: units}`` in one unit of the kit, both in their own units.

        As Odoo counts kits: components that are not tracked or optional do not matter.
        """
        self.ensure_one()
        made = self.product_uom_id._compute_quantity(self.product_qty, product.uom_id, round=False)
        units = defaultdict(float)
        for line, values in self.explode(product, 1)[1]:
            component = line.product_id
            if component.is_storable and not line.product_uom_id.is_zero(values["qty"]):
                units[component.id] += line.product_uom_id._compute_quantity(
                    values["qty"] / values["original_qty"], component.uom_id,
                    round=False, raise_if_failure=False,
                ) / made
        return dict(units)

    def _enord_templates(self):
        return self.filtered(lambda bom: bom.type == "phantom").product_tmpl_id

    def _enord_tell_catalog(self):
        result = super()._enord_tell_catalog()
        products = self.sudo()._enord_kit_products()
        if products:
            warehouses = self.env["enord.storefront"].sudo().search(LISTENING).warehouse_ids
            self.env["enord.inventory.change"]._changed(
                (product.id, warehouse.id, math.inf, 0.0)
                for product in products for warehouse in warehouses
            )
        return result


class MrpBomLine(models.Model):
    _name = "mrp.bom.line"
    _inherit = ["mrp.bom.line", "enord.catalogue.trigger"]

    def _enord_templates(self):
        return self.bom_id._enord_templates()

    def _enord_tell_catalog(self):
        self.bom_id._enord_tell_catalog()
