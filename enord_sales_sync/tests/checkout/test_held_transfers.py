from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...models.checkout import transfer
from .reservations_common import DRONE, GUARD, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestHeldTransfers(ReservationCommon):
    """Nobody changes what is held but by its reservation."""

    def setUp(self):
        super().setUp()
        self.staff = new_test_user(
            self.env, "stock.manager", "stock.group_stock_manager,base.group_system"
        )
        self.hold("CART-1", (DRONE, 2), (GUARD, 1))

    def picking(self):
        return self.reservation().picking_ids.with_user(self.staff)

    def assertStillHeld(self):
        self.env.invalidate_all()
        self.assertEqual(self.call("GET", f"{PATH}/CART-1").json()["status"], "held")
        self.assertEqual((self.reserved(self.drone), self.reserved(self.guard)), (2, 1))
        self.assertEqual(self.picking().state, "assigned")

    def assertRefused(self, act, *args, **values):
        for picking in (self.picking(), self.picking().with_context(
            enord_ends_holds=True, enord_hold=True,
        ), self.picking().sudo()):
            with (
                self.subTest(act=act, su=picking.env.su),
                self.assertRaisesRegex(UserError, "CART-1.*[Rr]elease|kept by"),
                self.cr.savepoint(),
            ):
                act(picking)
        self.assertStillHeld()

    def test_no_button_of_the_transfer_changes_it(self):
        for name in ("do_unreserve", "action_cancel", "button_validate", "unlink",
                     "do_print_picking"):
            self.assertRefused(lambda picking, name=name: getattr(picking, name)())

    def test_nothing_of_it_is_edited(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        for act in (
            lambda picking: picking.write({"location_id": shelf.id}),
            lambda picking: picking.write({"enord_reservation_id": False}),
            lambda picking: picking.write({"move_ids": [(0, 0, {
                "product_id": self.guard.id, "product_uom_qty": 1,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            })]}),
            lambda picking: picking.move_ids[0].write({"product_uom_qty": 1}),
            lambda picking: picking.move_ids[0].write({"quantity": 1}),
            lambda picking: picking.move_ids[0].write({"picked": True}),
            lambda picking: picking.move_ids[0].write({"picking_id": False}),
            lambda picking: picking.move_ids[0]._action_cancel(),
            lambda picking: picking.move_ids[0]._do_unreserve(),
            lambda picking: picking.move_ids[0].unlink(),
            lambda picking: picking.move_line_ids[0].write({"quantity": 1}),
            lambda picking: picking.move_line_ids[0].write({"location_id": shelf.id}),
            lambda picking: picking.move_line_ids.unlink(),
            lambda picking: picking.env["stock.move.line"].create({
                "picking_id": picking.id, "product_id": self.guard.id, "quantity": 1,
            }),
        ):
            self.assertRefused(act)

    def test_who_may_not_change_transfers_is_told_of_no_reservation(self):
        seller = new_test_user(self.env, "seller", "sales_team.group_sale_salesman")
        nobody = new_test_user(self.env, "nobody", "base.group_user")
        picking = self.picking()
        for user, act in (
            (nobody, lambda picking: picking.write({"note": "Mine"})),
            (nobody, lambda picking: picking.move_ids[0].write({"picked": True})),
            (nobody, lambda picking: picking.move_line_ids[0].write({"quantity": 1})),
            (nobody, lambda picking: picking.unlink()),
            (seller, lambda picking: picking.unlink()),
        ):
            with self.assertRaises(AccessError) as refused, self.cr.savepoint():
                act(picking.with_user(user))
            self.assertNotIn("CART-1", str(refused.exception))

    def test_no_other_transfer_becomes_one_of_a_hold(self):
        values = {
            "picking_type_id": self.warehouse.int_type_id.id,
            "location_id": self.warehouse.lot_stock_id.id,
            "location_dest_id": self.warehouse.lot_stock_id.id,
        }
        other = self.env["stock.picking"].with_user(self.staff).create(values)
        hold_id = self.reservation().id
        self.assertRefused(lambda picking: other.with_env(picking.env).write(
            {"enord_reservation_id": hold_id}
        ))
        self.assertRefused(lambda picking: picking.create(
            {**values, "enord_reservation_id": hold_id}
        ))

    def test_its_units_are_free_once_it_is_released(self):
        self.picking().action_enord_release()
        self.assertEqual(self.reservation().state, "released")
        self.assertEqual(self.sellable(self.drone), [12, 3])
        self.picking().unlink()

    def test_the_scheduler_and_a_receipt_leave_it_alone(self):
        self.reservation().picking_ids.picking_type_id.reservation_method = "at_confirm"
        self._move(self.drone, 1, self.env.ref("stock.stock_location_suppliers"),
                   self.warehouse.lot_stock_id)
        self.env["stock.rule"].run_scheduler()
        self.assertStillHeld()

    def count(self, product, quantity, warehouse=None):
        location = (warehouse or self.warehouse).lot_stock_id
        self.env["stock.quant"].with_user(self.staff).with_context(inventory_mode=True).create({
            "product_id": product.id, "location_id": location.id,
            "inventory_quantity": quantity,
        }).action_apply_inventory()
        self.env.invalidate_all()

    def test_what_a_count_does_not_find_the_hold_has_lost(self):
        self.count(self.drone, 1)
        self.assertEqual(self.reserved(self.drone), 1)
        self.assertEqual(self.sellable(self.drone), [0, 3])
        hold = self.call("GET", f"{PATH}/CART-1").json()
        self.assertEqual((hold["status"], hold["items"]), ("held", [
            {"sku": DRONE, "quantity": 1, "location_code": "WH-TECH-01", "lost": 1},
            {"sku": GUARD, "quantity": 1, "location_code": "WH-TECH-01"},
        ]))
        self.assertIn("lost: 1", self.reservation().content)
        # the order gets what there is, here or there
        response = self.order(2, reservation_id="CART-1")
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(
            {(line["location_code"], line["quantity"]) for line in response.json()["line_items"]},
            {("WH-TECH-01", 1), ("WH-MUM-01", 1)},
        )

    def test_an_order_of_what_is_lost_is_told_what_there_is(self):
        self.count(self.drone, 0)
        self.count(self.drone, 1, self.second_warehouse)
        hold = self.call("GET", f"{PATH}/CART-1").json()
        self.assertEqual(hold["items"][0],
                         {"sku": DRONE, "quantity": 0, "location_code": "WH-TECH-01", "lost": 2})
        problem = self.assertProblem(self.order(2, reservation_id="CART-1"), 409, "out_of_stock")
        self.assertEqual(problem["errors"][0]["available"], 1)
        self.assertEqual(self.reservation().state, "held")

    def test_what_is_lost_is_got_back_by_the_same_put(self):
        self.count(self.drone, 0)
        self.count(self.drone, 12)
        response = self.call("PUT", f"{PATH}/CART-1", {
            "items": [{"sku": DRONE, "quantity": 2}, {"sku": GUARD, "quantity": 1}],
        })
        self.assertEqual(response.status_code, 200, response.text)
        self.assertNotIn("lost", response.text)
        self.assertStillHeld()

    def test_units_that_are_moved_away_are_lost_too(self):
        shelf = self.env["stock.location"].create(
            {"name": "Returns", "location_id": self.warehouse.view_location_id.id}
        )
        quant = self.env["stock.quant"].search([
            ("product_id", "=", self.drone.id),
            ("location_id", "=", self.warehouse.lot_stock_id.id),
        ])
        quant.with_user(self.staff).move_quants(location_dest_id=shelf)
        self.env.invalidate_all()
        [lost] = [item for item in self.reservation()._items() if "lost" in item]
        self.assertEqual((lost["sku"], lost["lost"]), (DRONE, 2))
        self.call("DELETE", f"{PATH}/CART-1")
        self.assertEqual(self.reserved(self.drone), 0)

    def test_nobody_can_send_what_lets_this_add_on_through(self):
        self.assertNotIsInstance(
            transfer.MAY_CHANGE_HOLDS, (str, int, float, list, dict, type(None)),
        )
