from odoo.tests import tagged

from .stock_causes_common import DRONE, MUM, TECH, StockCausesCommon, tells


@tagged("post_install", "-at_install")
class TestCausesOfTrade(StockCausesCommon):
    """Sales and purchases: each change of stock, and the reason it is told with."""

    # -- sales ------------------------------------------------------------------------------

    @tells({(DRONE, TECH): ("RESERVATION", 10)})
    def test_an_order_is_confirmed(self):
        yield
        self.sale()

    @tells({(DRONE, TECH): ("SALE", 10)})
    def test_an_order_is_delivered(self):
        order = self.sale()
        yield
        self.done(order.picking_ids)

    @tells({(DRONE, TECH): ("SALE", 10)})
    def test_an_order_is_delivered_at_once(self):
        yield
        self.done(self.sale().picking_ids)

    @tells({(DRONE, TECH): ("RELEASE", 12)})
    def test_an_order_is_cancelled(self):
        order = self.sale()
        yield
        order._action_cancel()

    @tells({(DRONE, TECH): ("ONLINE_SALE", 10)})
    def test_an_online_order_is_delivered(self):
        order = self.sale(enord_storefront_id=self.storefront.id)
        yield
        self.done(order.picking_ids)

    # what is picked has left the stock that is sold
    @tells({(DRONE, TECH): ("SALE", 10)})
    def test_a_picking_step_is_done(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.sale()
        yield
        self.done(order.picking_ids.filtered(lambda picking: picking.state == "assigned"))

    @tells({})
    def test_the_last_of_two_steps_is_done(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self.sale()
        self.done(order.picking_ids)
        yield
        self.done(order.picking_ids.filtered(lambda picking: picking.state == "assigned"))

    @tells({(DRONE, TECH): ("RETURN", 11)})
    def test_a_customer_returns(self):
        order = self.sale()
        self.done(order.picking_ids)
        yield
        self.done(self.returned(order.picking_ids))

    @tells({(DRONE, TECH): ("SALE", 7)})
    def test_a_part_is_delivered(self):
        order = self.sale(quantity=5)
        yield
        order.picking_ids.move_ids.quantity = 3
        self.done(order.picking_ids)

    # -- purchases --------------------------------------------------------------------------

    @tells({(DRONE, TECH): ("STOCK_RECEIPT", 14)})
    def test_a_receipt(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        yield
        self.done(picking)

    # what was not put away yet is not for sale
    @tells({})
    def test_a_receipt_in_two_steps(self):
        self.warehouse.reception_steps = "two_steps"
        picking = self.transfer(
            self.warehouse.in_type_id, self.suppliers, self.warehouse.wh_input_stock_loc_id,
        )
        yield
        self.done(picking)

    @tells({(DRONE, TECH): ("STOCK_RECEIPT", 14)})
    def test_the_second_step_of_a_receipt(self):
        self.warehouse.reception_steps = "two_steps"
        picking = self.transfer(
            self.warehouse.in_type_id, self.suppliers, self.warehouse.wh_input_stock_loc_id,
        )
        self.done(picking)
        yield
        self.done(picking.move_ids.move_dest_ids.picking_id)

    @tells({(DRONE, TECH): ("STOCK_RECEIPT", 17)})
    def test_a_receipt_is_corrected_afterwards(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        self.done(picking)
        yield
        picking.move_line_ids.quantity = 5

    @tells({
        (DRONE, TECH): ("STOCK_RECEIPT", 12), (DRONE, MUM): ("STOCK_RECEIPT", 5),
    })
    def test_a_receipt_is_corrected_to_another_warehouse(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        self.done(picking)
        yield
        picking.move_line_ids.location_dest_id = self.second_warehouse.lot_stock_id

    @tells({(DRONE, TECH): ("STOCK_RECEIPT", 15)})
    def test_a_line_is_added_to_a_receipt_afterwards(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        self.done(picking)
        yield
        self.env["stock.move.line"].create({
            "picking_id": picking.id, "move_id": picking.move_ids.id,
            "product_id": self.drone.id, "quantity": 1,
            "location_id": self.suppliers.id, "location_dest_id": self.stock.id,
        })

    @tells({(DRONE, TECH): ("RETURN", 13)})
    def test_goods_go_back_to_the_vendor(self):
        picking = self.transfer(self.warehouse.in_type_id, self.suppliers, self.stock)
        self.done(picking)
        yield
        self.done(self.returned(picking))
