from odoo import Command

from .reservations_common import DRONE, PATH, ReservationCommon


class NoDemandCommon(ReservationCommon):
    """A visitor, and a look at whatever a procurement may have made for him."""

    def rule(self, product, minimum, maximum, location=None, **values):
        location = location or self.warehouse.lot_stock_id
        return self.env["stock.warehouse.orderpoint"].create({
            "product_id": product.id, "warehouse_id": self.warehouse.id,
            "location_id": location.id, "trigger": "auto",
            "product_min_qty": minimum, "product_max_qty": maximum, **values,
        })

    def brought_about(self):
        """Everything that a procurement may have made."""
        models = ("purchase.order.line", "mrp.production", "stock.picking", "stock.move")
        found = {
            name: self.env[name].search([]) for name in models if name in self.env
        }
        found["stock.picking"] -= self.env["enord.reservation"].search([]).picking_ids
        found["stock.move"] = found["stock.move"].filtered(
            lambda move: not move.picking_id.enord_reservation_id
        )
        return found

    def forecast(self, product, location=None):
        product = product.with_context(location=(location or self.warehouse.lot_stock_id).id)
        product.invalidate_recordset()
        return (product.virtual_available, product.outgoing_qty, product.incoming_qty)

    def visit(self, sku=DRONE, scheduler=True):
        """A visitor holds, extends, changes, lets go, holds again and leaves."""
        before = self.brought_about()

        def looked(forecast=None):
            if scheduler:
                self.env["stock.rule"].run_scheduler()
                self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(self.brought_about(), before)

        self.assertEqual(self.hold("CART-1", (sku, 3)).status_code, 201)
        looked()
        self.call("PATCH", f"{PATH}/CART-1", {})
        self.call("PUT", f"{PATH}/CART-1", {"items": [{"sku": sku, "quantity": 5}]})
        looked()
        self.call("DELETE", f"{PATH}/CART-1")
        looked()
        self.assertEqual(self.hold("CART-2", (sku, 4)).status_code, 201)
        self.let_expire("CART-2")
        self.sweep()
        looked()

    def _supply(self, product):
        """However the database can: by purchase where that is installed."""
        if "purchase.order" in self.env:
            product.write({
                "route_ids": [Command.link(self.env.ref("purchase_stock.route_warehouse0_buy").id)],
                "seller_ids": [Command.create({
                    "partner_id": self.env["res.partner"].create({"name": "Vendor"}).id,
                    "price": 1,
                })],
            })
