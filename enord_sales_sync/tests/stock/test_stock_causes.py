"""Every cause of a stock change, the reason it is told with, and how many events leave."""

from odoo import Command
from odoo.tests import tagged

from ..common import SalesSyncCommon

TECH, MUM = "WH-TECH-01", "WH-MUM-01"
DRONE = "DRONE-X1-PRO-KIT"


class StockCauses(SalesSyncCommon):
    """What a cause does before ``yield`` is preparation; the events of the rest are looked at."""

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

    # -- sales ------------------------------------------------------------------------------

    def an_order_is_confirmed(self):
        yield
        self.sale()

    def an_order_is_delivered(self):
        order = self.sale()
        yield
        self.done(order.picking_ids)

    def an_order_is_delivered_at_once(self):
        yield
        self.done(self.sale().picking_ids)

    def an_order_is_cancelled(self):
        order = self.sale()
        yield
        order._action_cancel()

    def an_online_order_is_delivered(self):
        order = self.sale(enord_storefront_id=self.storefront.id)
        yield
        self.done(order.picking_ids)

    def a_picking_step_is_done(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.sale()
        yield
        self.done(order.picking_ids.filtered(lambda picking: picking.state == "assigned"))

    def the_last_of_two_steps_is_done(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.sale()
        self.done(order.picking_ids)
        yield
        self.done(order.picking_ids.filtered(lambda picking: picking.state == "assigned"))

    def a_customer_returns(self):
        order = self.sale()
        self.done(order.picking_ids)
        yield
        self.done(self.returned(order.picking_ids))

    def a_part_is_delivered(self):
        order = self.sale(quantity=5)
        yield
        order.picking_ids.move_ids.quantity = 3
        self.done(order.picking_ids)

    # -- purchases --------------------------------------------------------------------------

    def a_receipt(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        yield
        self.done(picking)

    def a_receipt_in_two_steps(self):
        self.warehouse.reception_steps = "two_steps"
        picking = self.transfer(
            self.warehouse.in_type_id, self.suppliers, self.warehouse.wh_input_stock_loc_id,
        )
        yield
        self.done(picking)

    def the_second_step_of_a_receipt(self):
        self.warehouse.reception_steps = "two_steps"
        picking = self.transfer(
            self.warehouse.in_type_id, self.suppliers, self.warehouse.wh_input_stock_loc_id,
        )
        self.done(picking)
        yield
        self.done(picking.move_ids.move_dest_ids.picking_id)

    def a_receipt_is_corrected_afterwards(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        self.done(picking)
        yield
        picking.move_line_ids.quantity = 5

    def a_receipt_is_corrected_to_another_warehouse(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        self.done(picking)
        yield
        picking.move_line_ids.location_dest_id = self.second_warehouse.lot_stock_id

    def a_line_is_added_to_a_receipt_afterwards(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        self.done(picking)
        yield
        self.env["stock.move.line"].create({
            "picking_id": picking.id, "move_id": picking.move_ids.id,
            "product_id": self.drone.id, "quantity": 1,
            "location_id": self.suppliers.id, "location_dest_id": self.stock.id,
        })

    def goods_go_back_to_the_vendor(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        self.done(picking)
        yield
        self.done(self.returned(picking))

    # -- inside -----------------------------------------------------------------------------

    def a_count(self):
        yield
        quant = self.quant()
        quant.inventory_quantity = 7
        quant.action_apply_inventory()

    def the_quantity_on_hand_is_updated(self):
        yield
        quant = self.quant().with_context(inventory_mode=True)
        quant.inventory_quantity_auto_apply = 20

    def a_first_count_of_a_place(self):
        yield
        self.env["stock.quant"].with_context(inventory_mode=True).create({
            "product_id": self.drone.id, "location_id": self.shelf.id,
            "inventory_quantity_auto_apply": 4,
        })

    def goods_are_used_internally(self):
        use = self.warehouse.enord_internal_use_type_id
        picking = self.transfer(use, use.default_location_src_id, use.default_location_dest_id)
        yield
        self.done(picking)

    def used_goods_come_back(self):
        use = self.warehouse.enord_internal_use_type_id
        picking = self.transfer(use, use.default_location_src_id, use.default_location_dest_id)
        self.done(picking)
        yield
        self.done(self.returned(picking))

    def goods_are_scrapped(self):
        yield
        self.env["stock.scrap"].create({
            "product_id": self.drone.id, "scrap_qty": 1, "location_id": self.stock.id,
        }).do_scrap()

    def goods_go_to_another_warehouse(self):
        picking = self.transfer(
            self.warehouse.int_type_id, self.stock, self.second_warehouse.lot_stock_id,
        )
        yield
        self.done(picking)

    def goods_leave_for_another_warehouse(self):
        picking = self.transfer(
            self.warehouse.int_type_id, self.stock, self.company.internal_transit_location_id,
        )
        yield
        self.done(picking)

    def goods_arrive_from_another_warehouse(self):
        transit = self.company.internal_transit_location_id
        self.done(self.transfer(self.warehouse.int_type_id, self.stock, transit))
        picking = self.transfer(
            self.second_warehouse.int_type_id, transit, self.second_warehouse.lot_stock_id,
        )
        yield
        self.done(picking)

    def goods_go_to_another_shelf(self):
        picking = self.transfer(self.warehouse.int_type_id, self.stock, self.shelf)
        yield
        self.done(picking)

    def goods_are_put_in_a_package(self):
        picking = self.transfer(self.warehouse.int_type_id, self.stock, self.shelf, quantity=12)
        yield
        picking.move_line_ids.result_package_id = self.env["stock.package"].create({})
        self.done(picking)

    def a_package_is_relocated_to_another_warehouse(self):
        package = self.env["stock.package"].create({})
        self._move(self.drone, 2, self.stock, self.shelf, done=False)
        move = self.env["stock.move"].search([("product_id", "=", self.drone.id)], limit=1)
        move.move_line_ids.result_package_id = package
        move.picked = True
        move._action_done()
        yield
        package.quant_ids.move_quants(
            location_dest_id=self.second_warehouse.lot_stock_id, message="Relocated",
        )

    def a_shelf_is_moved_to_another_warehouse(self):
        inner = self.env["stock.location"].create({
            "name": "Box", "location_id": self.shelf.id,
        })
        self._move(self.drone, 2, self.stock, inner)
        yield
        self.shelf.location_id = self.second_warehouse.lot_stock_id

    def a_quantity_is_deleted(self):
        yield
        self.quant().sudo().unlink()

    # -- reservations -----------------------------------------------------------------------

    def goods_are_reserved(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        picking.do_unreserve()
        yield
        picking.action_assign()

    def a_reservation_is_released(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        yield
        picking.do_unreserve()

    def a_transfer_is_cancelled(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        yield
        picking.action_cancel()

    def a_reserved_quantity_is_changed(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        yield
        picking.move_line_ids.quantity = 5

    def a_reservation_is_deleted(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        yield
        picking.move_line_ids.unlink()

    # -- past the ORM -----------------------------------------------------------------------

    def split_quantities_are_merged(self):
        # as Odoo leaves them when a row is locked by another transaction
        self.env["stock.quant"].create({
            "product_id": self.drone.id, "location_id": self.stock.id, "quantity": 3,
        })
        yield
        self.env["stock.quant"]._quant_tasks()
        self.assertEqual(len(self.quant()), 1)

    def a_negative_reservation_is_merged_away(self):
        self.env["stock.quant"].create({
            "product_id": self.drone.id, "location_id": self.stock.id, "reserved_quantity": -4,
        })
        yield
        self.quant()._merge_quants()

    # -- lots and serial numbers ------------------------------------------------------------

    def a_serial_number_is_received(self):
        self.drone.product_tmpl_id.tracking = "serial"
        picking = self.transfer(
            self.warehouse.in_type_id, self.suppliers, self.stock, quantity=1,
        )
        yield
        picking.move_line_ids.lot_name = "SN-1"
        self.done(picking)

    def a_lot_is_delivered(self):
        glue = self._make_product("GLUE", 5.0, tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": glue.id})
        self.env["stock.quant"]._update_available_quantity(glue, self.stock, 8, lot_id=lot)
        picking = self.transfer(
            self.warehouse.out_type_id, self.stock, self.customers, product=glue,
        )
        yield
        self.done(picking)

    def units_without_a_number_become_a_lot(self):
        self.drone.product_tmpl_id.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": self.drone.id})
        yield
        self.env["stock.quant"]._update_available_quantity(self.drone, self.stock, -2)
        self.env["stock.quant"]._update_available_quantity(self.drone, self.stock, 2, lot_id=lot)


#: ``{cause: {(SKU, location): (reason, quantity)}}``, from 12 at the first and 3 at the second.
CAUSES = {
    StockCauses.an_order_is_confirmed: {(DRONE, TECH): ("RESERVATION", 10)},
    StockCauses.an_order_is_delivered: {(DRONE, TECH): ("SALE", 10)},
    StockCauses.an_order_is_delivered_at_once: {(DRONE, TECH): ("SALE", 10)},
    StockCauses.an_order_is_cancelled: {(DRONE, TECH): ("RELEASE", 12)},
    StockCauses.an_online_order_is_delivered: {(DRONE, TECH): ("ONLINE_SALE", 10)},
    # what is picked has left the stock that is sold
    StockCauses.a_picking_step_is_done: {(DRONE, TECH): ("SALE", 10)},
    StockCauses.the_last_of_two_steps_is_done: {},
    StockCauses.a_customer_returns: {(DRONE, TECH): ("RETURN", 11)},
    StockCauses.a_part_is_delivered: {(DRONE, TECH): ("SALE", 7)},
    StockCauses.a_receipt: {(DRONE, TECH): ("STOCK_RECEIPT", 14)},
    # what was not put away yet is not for sale
    StockCauses.a_receipt_in_two_steps: {},
    StockCauses.the_second_step_of_a_receipt: {(DRONE, TECH): ("STOCK_RECEIPT", 14)},
    StockCauses.a_receipt_is_corrected_afterwards: {(DRONE, TECH): ("STOCK_RECEIPT", 17)},
    StockCauses.a_receipt_is_corrected_to_another_warehouse: {
        (DRONE, TECH): ("STOCK_RECEIPT", 12), (DRONE, MUM): ("STOCK_RECEIPT", 5),
    },
    StockCauses.a_line_is_added_to_a_receipt_afterwards: {(DRONE, TECH): ("STOCK_RECEIPT", 15)},
    StockCauses.goods_go_back_to_the_vendor: {(DRONE, TECH): ("RETURN", 13)},
    StockCauses.a_count: {(DRONE, TECH): ("ADJUSTMENT", 7)},
    StockCauses.the_quantity_on_hand_is_updated: {(DRONE, TECH): ("ADJUSTMENT", 20)},
    StockCauses.a_first_count_of_a_place: {(DRONE, TECH): ("ADJUSTMENT", 16)},
    StockCauses.goods_are_used_internally: {(DRONE, TECH): ("INTERNAL_USE", 10)},
    StockCauses.used_goods_come_back: {(DRONE, TECH): ("RETURN", 11)},
    StockCauses.goods_are_scrapped: {(DRONE, TECH): ("SCRAP", 11)},
    StockCauses.goods_go_to_another_warehouse: {
        (DRONE, TECH): ("TRANSFER", 10), (DRONE, MUM): ("TRANSFER", 5),
    },
    StockCauses.goods_leave_for_another_warehouse: {(DRONE, TECH): ("TRANSFER", 10)},
    StockCauses.goods_arrive_from_another_warehouse: {(DRONE, MUM): ("TRANSFER", 5)},
    StockCauses.goods_go_to_another_shelf: {(DRONE, TECH): ("RELEASE", 12)},
    StockCauses.goods_are_put_in_a_package: {(DRONE, TECH): ("RELEASE", 12)},
    StockCauses.a_package_is_relocated_to_another_warehouse: {
        (DRONE, TECH): ("TRANSFER", 10), (DRONE, MUM): ("TRANSFER", 5),
    },
    StockCauses.a_shelf_is_moved_to_another_warehouse: {
        (DRONE, TECH): ("TRANSFER", 10), (DRONE, MUM): ("TRANSFER", 5),
    },
    StockCauses.a_quantity_is_deleted: {(DRONE, TECH): ("ADJUSTMENT", 0)},
    StockCauses.goods_are_reserved: {(DRONE, TECH): ("RESERVATION", 10)},
    StockCauses.a_reservation_is_released: {(DRONE, TECH): ("RELEASE", 12)},
    StockCauses.a_transfer_is_cancelled: {(DRONE, TECH): ("RELEASE", 12)},
    StockCauses.a_reserved_quantity_is_changed: {(DRONE, TECH): ("RESERVATION", 7)},
    StockCauses.a_reservation_is_deleted: {(DRONE, TECH): ("RELEASE", 12)},
    StockCauses.split_quantities_are_merged: {},
    StockCauses.a_negative_reservation_is_merged_away: {(DRONE, TECH): ("RESERVATION", 12)},
    StockCauses.a_serial_number_is_received: {(DRONE, TECH): ("STOCK_RECEIPT", 13)},
    StockCauses.a_lot_is_delivered: {("GLUE", TECH): ("SALE", 6)},
    StockCauses.units_without_a_number_become_a_lot: {},
}


@tagged("post_install", "-at_install")
class TestStockCauses(StockCauses):
    pass


def _test_of(cause, expected):
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
                    lambda warehouse, location=location: warehouse.enord_location_code == location
                )
                self.assertEqual(stock.get((self.drone.id, warehouse.id), 0), quantity)

    return test


for _cause, _expected in CAUSES.items():
    setattr(TestStockCauses, f"test_{_cause.__name__}", _test_of(_cause, _expected))
