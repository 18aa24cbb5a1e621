from odoo import Command
from odoo.tests import new_test_user, tagged

from .no_demand_common import NoDemandCommon
from .reservations_common import DRONE, GUARD, PATH


@tagged("post_install", "-at_install")
class TestHoldIsNoDemand(NoDemandCommon):
    """Whatever a visitor does, nothing is bought, made or brought for it."""

    def test_the_forecast_stays_as_it_is_at_every_level(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        self.env["stock.quant"]._update_available_quantity(self.drone, shelf, 4)
        places = (self.warehouse.view_location_id, self.warehouse.lot_stock_id, shelf)
        before = [self.forecast(self.drone, place) for place in places]
        self.assertEqual(self.hold("CART-1", (DRONE, 14)).status_code, 201)
        self.assertEqual([self.forecast(self.drone, place) for place in places], before)
        self.assertEqual(self.drone.free_qty, 5)
        self.call("DELETE", f"{PATH}/CART-1")
        self.assertEqual([self.forecast(self.drone, place) for place in places], before)

    def test_a_reordering_rule_is_not_triggered(self):
        for product in (self.drone, self.guard):
            self.rule(product, 12, 12)
        self.visit()

    def test_a_product_below_its_minimum_is_left_to_the_scheduler(self):
        """Staff order it when they want, not when somebody looks at it."""
        self._supply(self.drone)
        self.rule(self.drone, 50, 60)
        self.visit(scheduler=False)

    def test_nor_is_a_rule_of_the_whole_warehouse_or_of_a_shelf(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        self._put(self.drone, self.warehouse, -12)
        self.env["stock.quant"]._update_available_quantity(self.drone, shelf, 12)
        self._supply(self.drone)
        self.rule(self.drone, 12, 12, shelf)
        self.visit()

    def test_nor_is_one_of_the_shelf_that_orders_are_taken_from(self):
        shelf = self.env["stock.location"].create(
            {"name": "Online Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        beside = self.env["stock.location"].create(
            {"name": "Online Hall", "location_id": self.warehouse.view_location_id.id}
        )
        self._supply(self.drone)
        rule = self.warehouse.delivery_route_id.rule_ids.filtered(
            lambda rule: rule.location_src_id == self.warehouse.lot_stock_id
        )
        self.rule(self.drone, 7, 7, shelf)
        self.rule(self.drone, 7, 7, beside)
        for place in (shelf, beside):
            with self.subTest(place.name):
                rule.location_src_id = place
                self.env["stock.quant"]._update_available_quantity(self.drone, place, 7)
                self.env.flush_all()
                self.visit()
                self.assertEqual(self.hold("CART-3", (DRONE, 7)).status_code, 201)
                move = self.reservation("CART-3").move_ids
                self.assertEqual(move.location_id, place)
                self.assertEqual(move.location_dest_id.location_id, place)
                self.call("DELETE", f"{PATH}/CART-3")
                self.env["enord.reservation"].search([]).unlink()

    def test_nothing_is_made(self):
        part = self._make_product("PART", 1.0, (100, 0))
        self.drone.write({
            "route_ids": [Command.link(self.env.ref("mrp.route_warehouse0_manufacture").id)],
            "bom_ids": [Command.create({
                "product_tmpl_id": self.drone.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": 1})],
            })],
        })
        self.rule(self.drone, 12, 12)
        self.visit()
        self.assertEqual(self.reserved(part), 0)

    def test_nothing_is_brought_from_another_warehouse(self):
        self.warehouse.resupply_wh_ids = self.second_warehouse
        self.drone.route_ids = self.warehouse.resupply_route_ids
        self.rule(self.drone, 12, 12)
        self.visit()

    def test_nothing_is_ordered_for_a_product_that_is_made_to_order(self):
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        self._supply(self.drone)
        self.drone.route_ids = [Command.link(mto.id)]
        before = self.brought_about()
        self.hold("CART-1", (DRONE, 2))
        self.call("PUT", f"{PATH}/CART-1", {"items": [{"sku": DRONE, "quantity": 3}]})
        self.call("DELETE", f"{PATH}/CART-1")
        self.env.invalidate_all()
        self.assertEqual(self.brought_about(), before)

    def test_what_is_sold_without_a_stock_limit_is_held_without_a_reservation(self):
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        self.drone.route_ids = mto
        self.storefront.to_order_policy = "unlimited"
        before = self.brought_about()
        for method, path, number in (
            ("POST", PATH, {"reservation_id": "CART-1"}), ("PUT", f"{PATH}/CART-1", {}),
        ):
            response = self.call(method, path, {**number, "items": [
                {"sku": DRONE, "quantity": 200}, {"sku": GUARD, "quantity": 1},
            ]})
            self.assertIn(response.status_code, (200, 201), response.text)
            self.assertEqual(
                [(item["sku"], item["quantity"]) for item in response.json()["items"]],
                [(DRONE, 200), (GUARD, 1)],
            )
            self.assertNotIn("lost", response.text)
        self.assertEqual((self.reserved(self.drone), self.reserved(self.guard)), (0, 1))
        self.call("DELETE", f"{PATH}/CART-1")
        self.env.invalidate_all()
        self.assertEqual(self.brought_about(), before)

    def test_every_warehouse_gets_its_place_with_its_first_hold(self):
        third = self.env["stock.warehouse"].create({
            "name": "Third", "code": "THIRD", "enord_location_code": "WH-3",
            "delivery_steps": "pick_ship",
        })
        self.storefront.warehouse_ids += third
        self._put(self.drone, third, 5)
        self.hold("CART-1", (DRONE, 20))
        pickings = self.reservation().picking_ids
        self.assertEqual(len(pickings), 3)
        for picking in pickings:
            warehouse = picking.picking_type_id.warehouse_id
            with self.subTest(warehouse.code):
                held = picking.location_dest_id
                self.assertEqual(picking.picking_type_id, warehouse.enord_hold_type_id)
                self.assertEqual(
                    (held.usage, held.location_id, held.company_id, held.warehouse_id),
                    ("internal", warehouse.lot_stock_id, warehouse.company_id, warehouse),
                )
        places = pickings.location_dest_id
        self.call("DELETE", f"{PATH}/CART-1")
        self.hold("CART-2", (DRONE, 20))
        self.assertEqual(self.reservation("CART-2").picking_ids.location_dest_id, places)
        self.assertFalse(self.env["stock.quant"].search([("location_id", "in", places.ids)]))

    def test_it_stands_in_no_list_of_the_storekeepers(self):
        user = new_test_user(self.env, "keeper", "stock.group_stock_user")
        self.hold()
        picking = self.reservation().picking_ids
        self.assertEqual(picking.picking_type_code, "enord_hold")
        self.assertFalse(picking.picking_type_id.with_user(user).show_picking_type)
        self.assertNotIn(
            picking, self.env["stock.picking"].with_user(user).search(
                [("picking_type_code", "in", ("outgoing", "internal", "incoming"))]
            ),
        )

    def test_the_hold_of_the_former_version_is_a_delivery_until_it_ends(self):
        picking_type = self.env["stock.picking.type"].create({
            "name": "Checkout Holds", "code": "outgoing", "sequence_code": "HOLD",
            "warehouse_id": self.warehouse.id, "reservation_method": "manual",
            "default_location_src_id": self.warehouse.lot_stock_id.id,
            "default_location_dest_id": self.env.ref("stock.stock_location_customers").id,
        })
        self.warehouse.enord_hold_type_id = picking_type
        self.hold("NEW", (GUARD, 1))
        self.assertEqual(self.warehouse.enord_hold_type_id, picking_type)
        self.assertEqual(picking_type.code, "enord_hold")
        self.assertEqual(
            picking_type.default_location_dest_id.location_id, self.warehouse.lot_stock_id,
        )
