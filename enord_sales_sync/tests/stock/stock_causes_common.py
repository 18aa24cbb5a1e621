"""What causes of stock changes have in common: how a cause is told, and what most of them need."""

import functools

from odoo import Command

from ..common import SalesSyncCommon

TECH, MUM = "WH-TECH-01", "WH-MUM-01"
DRONE = "DRONE-X1-PRO-KIT"


def tells(expected):
    """A test of a cause. What it does before ``yield`` is preparation; the events of the rest are
    looked at.

    :param expected: ``{(SKU, location): (reason, quantity)}``, from 12 drones at the first location
        and 3 at the second
    """
    def of(cause):
        @functools.wraps(cause)
        def test(self):
            self.leaving()
            steps = cause(self)
            next(steps)
            while self.leaving():
                pass
            next(steps, None)
            self.assertEqual(self.stock_leaving(), expected)
            self.assertFalse(self.leaving(), "nothing is left")
            stock = self.drone._enord_sellable(self.warehouses)
            for (sku, location), (_reason, quantity) in expected.items():
                if sku == DRONE:
                    warehouse = self.warehouses.filtered(
                        lambda one, location=location: one.enord_location_code == location
                    )
                    self.assertEqual(stock.get((self.drone.id, warehouse.id), 0), quantity)

        return test

    return of


class StockCausesCommon(SalesSyncCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = cls.warehouse.lot_stock_id
        cls.shelf = cls.env["stock.location"].create({
            "name": "Shelf", "location_id": cls.stock.id,
        })
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.suppliers = cls.env.ref("stock.stock_location_suppliers")
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.env["res.config.settings"].create({
            "group_stock_multi_locations": True, "group_stock_tracking_lot": True,
        }).execute()

    def transfer(self, picking_type, source, destination, quantity=2, product=None):
        product = product or self.drone
        picking = self.env["stock.picking"].create({
            "picking_type_id": picking_type.id,
            "location_id": source.id, "location_dest_id": destination.id,
            "move_ids": [Command.create({
                "product_id": product.id, "product_uom_qty": quantity,
                "location_id": source.id, "location_dest_id": destination.id,
            })],
        })
        picking.action_confirm()
        picking.action_assign()
        return picking

    def done(self, picking):
        picking.move_ids.picked = True
        picking._action_done()

    def sale(self, quantity=2, **values):
        order = self.env["sale.order"].create({
            "partner_id": self.customer.id, "warehouse_id": self.warehouse.id,
            "order_line": [Command.create({
                "product_id": self.drone.id, "product_uom_qty": quantity,
            })], **values,
        })
        order.action_confirm()
        return order

    def quant(self, location=None):
        return self.env["stock.quant"].search([
            ("product_id", "=", self.drone.id), ("location_id", "=", (location or self.stock).id),
        ])

    def returned(self, picking):
        wizard = self.env["stock.return.picking"].with_context(
            active_id=picking.id, active_model="stock.picking",
        ).create({})
        wizard.product_return_moves.quantity = 1
        return wizard._create_return()
