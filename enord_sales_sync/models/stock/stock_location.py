import math

from odoo import fields, models

#: Fields that decide whose stock a location holds.
BELONGING = {"location_id", "usage", "warehouse_id"}


class StockLocation(models.Model):
    _inherit = "stock.location"

    enord_internal_use = fields.Boolean(
        "Internal Use",
        help="What is moved here was used by your own people, such as for tests and "
             "demonstrations, and storefronts are told so.",
    )

    def _enord_stock_warehouse(self):
        """The warehouse whose stock lies here, or none. Not all of it is for sale."""
        self.ensure_one()
        return self.warehouse_id if self.usage == "internal" else self.warehouse_id.browse()

    def _enord_is_within(self, path):
        """Whether this location is the one of this ``parent_path``, or below it."""
        self.ensure_one()
        return bool(path) and (self.sudo().parent_path or "").startswith(path)

    def write(self, vals):
        if BELONGING.isdisjoint(vals):
            return super().write(vals)
        inside = self.sudo().with_context(active_test=False).search([("id", "child_of", self.ids)])
        before = inside._enord_stock()
        result = super().write(vals)
        self.env["product.product"]._enord_forget_sources()
        if "location_id" in vals:
            # Odoo follows a location that moves to another warehouse, but not what it contains
            self.env.add_to_compute(self._fields["warehouse_id"], inside)
        self.env["enord.inventory.change"].with_context(enord_change_reason="TRANSFER")._changed(
            (*key, math.inf, 0.0) for key in before | inside._enord_stock()
        )
        return result

    def _enord_stock(self):
        """``{(product_id, warehouse_id)}`` of what lies here."""
        return {
            (product.id, warehouse.id)
            for product, location in self.env["stock.quant"]._read_group(
                [("location_id", "in", self.ids)], ["product_id", "location_id"],
            )
            if (warehouse := location._enord_stock_warehouse())
        }
