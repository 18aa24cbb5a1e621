from odoo.tests import tagged

from .stock_causes_common import DRONE, MUM, TECH, StockCausesCommon, tells


@tagged("post_install", "-at_install")
class TestCausesInside(StockCausesCommon):
    """What changes stock inside: counts, transfers, reservations, lots; and past the ORM."""

    # -- inside -----------------------------------------------------------------------------

    @tells({(DRONE, TECH): ("ADJUSTMENT", 7)})
    def test_a_count(self):
        yield
        quant = self.quant()
        quant.inventory_quantity = 7
        quant.action_apply_inventory()

    @tells({(DRONE, TECH): ("ADJUSTMENT", 20)})
    def test_the_quantity_on_hand_is_updated(self):
        yield
        quant = self.quant().with_context(inventory_mode=True)
        quant.inventory_quantity_auto_apply = 20

    @tells({(DRONE, TECH): ("ADJUSTMENT", 16)})
    def test_a_first_count_of_a_place(self):
        yield
        self.env["stock.quant"].with_context(inventory_mode=True).create({
            "product_id": self.drone.id, "location_id": self.shelf.id,
            "inventory_quantity_auto_apply": 4,
        })

    @tells({(DRONE, TECH): ("INTERNAL_USE", 10)})
    def test_goods_are_used_internally(self):
        use = self.warehouse.enord_internal_use_type_id
        picking = self.transfer(use, use.default_location_src_id, use.default_location_dest_id)
        yield
        self.done(picking)

    @tells({(DRONE, TECH): ("RETURN", 11)})
    def test_used_goods_come_back(self):
        use = self.warehouse.enord_internal_use_type_id
        picking = self.transfer(use, use.default_location_src_id, use.default_location_dest_id)
        self.done(picking)
        yield
        self.done(self.returned(picking))

    @tells({(DRONE, TECH): ("SCRAP", 11)})
    def test_goods_are_scrapped(self):
        yield
        self.env["stock.scrap"].create({
            "product_id": self.drone.id, "scrap_qty": 1, "location_id": self.stock.id,
        }).do_scrap()

    @tells({
        (DRONE, TECH): ("TRANSFER", 10), (DRONE, MUM): ("TRANSFER", 5),
    })
    def test_goods_go_to_another_warehouse(self):
        picking = self.transfer(
            self.warehouse.int_type_id, self.stock, self.second_warehouse.lot_stock_id,
        )
        yield
        self.done(picking)

    @tells({(DRONE, TECH): ("TRANSFER", 10)})
    def test_goods_leave_for_another_warehouse(self):
        picking = self.transfer(
            self.warehouse.int_type_id, self.stock, self.company.internal_transit_location_id,
        )
        yield
        self.done(picking)

    @tells({(DRONE, MUM): ("TRANSFER", 5)})
    def test_goods_arrive_from_another_warehouse(self):
        transit = self.company.internal_transit_location_id
        self.done(self.transfer(self.warehouse.int_type_id, self.stock, transit))
        picking = self.transfer(
            self.second_warehouse.int_type_id, transit, self.second_warehouse.lot_stock_id,
        )
        yield
        self.done(picking)

    @tells({(DRONE, TECH): ("RELEASE", 12)})
    def test_goods_go_to_another_shelf(self):
        picking = self.transfer(self.warehouse.int_type_id, self.stock, self.shelf)
        yield
        self.done(picking)

    @tells({(DRONE, TECH): ("RELEASE", 12)})
    def test_goods_are_put_in_a_package(self):
        picking = self.transfer(self.warehouse.int_type_id, self.stock, self.shelf, quantity=12)
        yield
        picking.move_line_ids.result_package_id = self.env["stock.package"].create({})
        self.done(picking)

    @tells({
        (DRONE, TECH): ("TRANSFER", 10), (DRONE, MUM): ("TRANSFER", 5),
    })
    def test_a_package_is_relocated_to_another_warehouse(self):
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

    @tells({
        (DRONE, TECH): ("TRANSFER", 10), (DRONE, MUM): ("TRANSFER", 5),
    })
    def test_a_shelf_is_moved_to_another_warehouse(self):
        inner = self.env["stock.location"].create({
            "name": "Box", "location_id": self.shelf.id,
        })
        self._move(self.drone, 2, self.stock, inner)
        yield
        self.shelf.location_id = self.second_warehouse.lot_stock_id

    @tells({(DRONE, TECH): ("ADJUSTMENT", 0)})
    def test_a_quantity_is_deleted(self):
        yield
        self.quant().sudo().unlink()

    # -- reservations -----------------------------------------------------------------------

    @tells({(DRONE, TECH): ("RESERVATION", 10)})
    def test_goods_are_reserved(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        picking.do_unreserve()
        yield
        picking.action_assign()

    @tells({(DRONE, TECH): ("RELEASE", 12)})
    def test_a_reservation_is_released(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        yield
        picking.do_unreserve()

    @tells({(DRONE, TECH): ("RELEASE", 12)})
    def test_a_transfer_is_cancelled(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        yield
        picking.action_cancel()

    @tells({(DRONE, TECH): ("RESERVATION", 7)})
    def test_a_reserved_quantity_is_changed(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        yield
        picking.move_line_ids.quantity = 5

    @tells({(DRONE, TECH): ("RELEASE", 12)})
    def test_a_reservation_is_deleted(self):
        picking = self.transfer(self.warehouse.out_type_id, self.stock, self.customers)
        yield
        picking.move_line_ids.unlink()

    # -- past the ORM -----------------------------------------------------------------------

    @tells({})
    def test_split_quantities_are_merged(self):
        # as Odoo leaves them when a row is locked by another transaction
        self.env["stock.quant"].create({
            "product_id": self.drone.id, "location_id": self.stock.id, "quantity": 3,
        })
        yield
        self.env["stock.quant"]._quant_tasks()
        self.assertEqual(len(self.quant()), 1)

    @tells({(DRONE, TECH): ("RESERVATION", 12)})
    def test_a_negative_reservation_is_merged_away(self):
        self.env["stock.quant"].create({
            "product_id": self.drone.id, "location_id": self.stock.id, "reserved_quantity": -4,
        })
        yield
        self.quant()._merge_quants()

    # -- lots and serial numbers ------------------------------------------------------------

    @tells({(DRONE, TECH): ("STOCK_RECEIPT", 13)})
    def test_a_serial_number_is_received(self):
        self.drone.product_tmpl_id.tracking = "serial"
        picking = self.transfer(
            self.warehouse.in_type_id, self.suppliers, self.stock, quantity=1,
        )
        yield
        picking.move_line_ids.lot_name = "SN-1"
        self.done(picking)

    @tells({("GLUE", TECH): ("SALE", 6)})
    def test_a_lot_is_delivered(self):
        glue = self._make_product("GLUE", 5.0, tracking="lot")
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": glue.id})
        self.env["stock.quant"]._update_available_quantity(glue, self.stock, 8, lot_id=lot)
        picking = self.transfer(
            self.warehouse.out_type_id, self.stock, self.customers, product=glue,
        )
        yield
        self.done(picking)

    @tells({})
    def test_units_without_a_number_become_a_lot(self):
        self.drone.product_tmpl_id.tracking = "lot"
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": self.drone.id})
        yield
        self.env["stock.quant"]._update_available_quantity(self.drone, self.stock, -2)
        self.env["stock.quant"]._update_available_quantity(self.drone, self.stock, 2, lot_id=lot)
