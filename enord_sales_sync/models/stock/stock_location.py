from collections import defaultdict

from odoo import fields, models

#: Fields that decide whose stock a location holds.
BELONGING = {"location_id", "usage", "warehouse_id"}


class StockLocation(models.Model):
    _inherit = "stock.location"

    enord_internal_use = fields.Boolean(
        "Internal Use",
        help="What is moved here was used by your own people, such as for tests and "
             "demonstrations. Storefronts are told INTERNAL_USE.",
    )

    def _enord_stock_warehouse(self):
        """The warehouse whose sellable stock lies here, or none."""
        self.ensure_one()
        return self.warehouse_id if self.usage == "internal" else self.warehouse_id.browse()

    def write(self, vals):
        if BELONGING.isdisjoint(vals):
            return super().write(vals)
        inside = self.sudo().with_context(active_test=False).search([("id", "child_of", self.ids)])
        before = inside._enord_stock()
        result = super().write(vals)
        if "location_id" in vals:
            # Odoo follows a location that moves to another warehouse, but not what it contains
            self.env.add_to_compute(self._fields["warehouse_id"], inside)
        changes = inside._enord_stock()
        for key, (on_hand, reserved) in before.items():
            now = changes.get(key, (0.0, 0.0))
            changes[key] = (now[0] - on_hand, now[1] - reserved)
        self.env["enord.inventory.change"].with_context(enord_change_reason="TRANSFER")\
            ._changed((*key, *delta) for key, delta in changes.items())
        return result

    def _enord_stock(self):
        """``{(product_id, warehouse_id): (on hand, reserved)}`` of what can be sold from here."""
        stock = defaultdict(lambda: (0.0, 0.0))
        for product, location, on_hand, reserved in self.env["stock.quant"]._read_group(
            [("location_id", "in", self.ids)],
            ["product_id", "location_id"], ["quantity:sum", "reserved_quantity:sum"],
        ):
            if warehouse := location._enord_stock_warehouse():
                known = stock[product.id, warehouse.id]
                stock[product.id, warehouse.id] = (known[0] + on_hand, known[1] + reserved)
        return stock
