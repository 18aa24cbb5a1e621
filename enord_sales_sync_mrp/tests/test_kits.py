from odoo import Command
from odoo.addons.enord_sales_sync.models.api.locked_transaction import PRODUCT_LOCK
from odoo.addons.enord_sales_sync.models.api.session_locks import SessionLocks
from odoo.addons.enord_sales_sync.tests.common import SalesSyncHttpCommon
from odoo.tests import tagged

TECH, MUM = "WH-TECH-01", "WH-MUM-01"


@tagged("post_install", "-at_install")
class TestKits(SalesSyncHttpCommon):
    """Two drones and four guards are a team kit; two team kits and a drone are a school kit.

    With 12 and 3 drones, 80 and 25 guards there are 6 and 1 team kits, 2 and 0 school kits.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._make_kit("TEAM", {cls.drone: 2, cls.guard: 4})
        cls.school = cls._make_kit("SCHOOL", {cls.team: 2, cls.drone: 1})
        cls.env["stock.quant"].flush_model()

    def setUp(self):
        super().setUp()
        while self.leaving():
            pass

    @classmethod
    def _make_kit(cls, sku, components, quantity=1.0, is_storable=False):
        product = cls._make_product(sku, 1000.0, is_storable=is_storable)
        product.bom_ids = [Command.create({
            "product_tmpl_id": product.product_tmpl_id.id, "type": "phantom",
            "product_qty": quantity,
            "bom_line_ids": [
                Command.create({"product_id": component.id, "product_qty": units})
                for component, units in components.items()
            ],
        })]
        return product

    def test_as_many_kits_can_be_sold_as_the_components_make_up_in_each_warehouse(self):
        self.assertEqual(self.sellable(self.team), [6, 1])
        self.assertEqual(self.sellable(self.school), [2, 0])
        self.assertEqual(self.sellable(self.drone), [12, 3])

    def test_a_bill_of_materials_for_several_kits_counts_in_the_kits_unit(self):
        pair = self._make_kit("PAIR", {self.drone: 3}, quantity=2)
        self.assertEqual(self.sellable(pair), [8, 2])
        dozen = self.env.ref("uom.product_uom_dozen")
        boxed = self._make_kit("BOXED", {self.guard: 1})
        boxed.bom_ids.product_uom_id = dozen
        boxed.bom_ids.bom_line_ids.product_uom_id = dozen
        self.assertEqual(self.sellable(boxed), [80, 25])

    def test_components_that_are_not_counted_do_not_matter(self):
        manual = self._make_product("MANUAL", 1.0, is_storable=False)
        kit = self._make_kit("WITH-MANUAL", {self.drone: 1, manual: 1})
        self.assertEqual(self.sellable(kit), [12, 3])
        self.assertEqual(self.sellable(self._make_kit("PAPER", {manual: 1})), [0, 0])

    def test_reserved_components_and_the_safety_stock_are_not_for_sale(self):
        self._move(
            self.drone, 3, self.warehouse.lot_stock_id,
            self.env.ref("stock.stock_location_customers"), done=False,
        )
        self.assertEqual(self.sellable(self.team), [4, 1])
        self.storefront.safety_stock = 2
        stock = self.storefront._sellable(self.team)
        self.assertEqual(
            [stock.get((self.team.id, warehouse.id)) for warehouse in self.warehouses], [3, 0],
        )

    def test_the_snapshot_and_the_catalogue_agree(self):
        snapshot = self.snapshot()
        self.assertEqual(snapshot, {
            "DRONE-X1-PRO-KIT": 15, "PROP-GUARD-X1": 105, "TEAM": 7, "SCHOOL": 2,
        })
        for kit in (self.team, self.school):
            [variant] = self.catalog_data(kit.product_tmpl_id)["variants"]
            self.assertEqual(variant["current_stock"], snapshot[kit.default_code])

    def test_a_components_change_is_told_of_every_kit_that_uses_it(self):
        self._move(
            self.drone, 3, self.warehouse.lot_stock_id,
            self.env.ref("stock.stock_location_customers"),
        )
        self.assertEqual(self.stock_leaving(), {
            ("DRONE-X1-PRO-KIT", TECH): ("SALE", 9),
            ("TEAM", TECH): ("SALE", 4),
            ("SCHOOL", TECH): ("SALE", 1),
        })

    def test_a_sold_kit_is_told_with_its_components(self):
        order = self.env["sale.order"].create({
            "partner_id": self.env.user.partner_id.id, "warehouse_id": self.warehouse.id,
            "order_line": [Command.create({"product_id": self.team.id, "product_uom_qty": 1})],
        })
        order.action_confirm()
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self.assertEqual(self.stock_leaving(), {
            ("DRONE-X1-PRO-KIT", TECH): ("SALE", 10),
            ("PROP-GUARD-X1", TECH): ("SALE", 76),
            ("TEAM", TECH): ("SALE", 5),
            ("SCHOOL", TECH): ("SALE", 2),
        })

    def test_a_changed_bill_of_materials_is_told(self):
        self.team.bom_ids.bom_line_ids[0].product_qty = 3
        self.assertEqual(self.stock_leaving(), {
            ("TEAM", TECH): ("ADJUSTMENT", 4), ("TEAM", MUM): ("ADJUSTMENT", 1),
            ("SCHOOL", TECH): ("ADJUSTMENT", 1), ("SCHOOL", MUM): ("ADJUSTMENT", 0),
        })

    def test_a_kit_that_is_none_any_more_is_withdrawn(self):
        self.team.bom_ids.type = "normal"
        [withdrawn] = [data for data in self.leaving() if "group_id" in data]
        self.assertEqual(
            (withdrawn["group_id"], withdrawn["is_active"]),
            (self.team.product_tmpl_id.enord_group_id, False),
        )

    def test_a_kit_whose_bill_of_materials_is_archived_is_none(self):
        self.team.bom_ids.active = False
        self.assertNotIn("TEAM", self.snapshot())
        self.assertEqual(
            self.team._enord_why_unpublished(self.storefront), {self.team: ["not_tracked"]},
        )

    def order(self, quantities, number="KIT-1", **members):
        return self.call("POST", "/api/sales/orders", {
            **members,
            "transaction_id": number, "transaction_date": "2024-01-20T10:15:00Z",
            "customer_details": {"name": "Jane Doe"},
            "line_items": [
                {"sku": sku, "quantity": quantity, "unit_price": 1000.0}
                for sku, quantity in quantities.items()
            ],
        })

    def test_an_online_order_of_a_kit_reserves_its_components(self):
        response = self.order({"TEAM": 6})
        self.assertEqual(response.status_code, 201, response.text)
        [line] = response.json()["line_items"]
        self.assertEqual((line["quantity"], line["reserved_quantity"]), (6, 6))
        self.assertEqual(self.sellable(self.drone), [0, 3])
        self.assertEqual(self.sellable(self.team), [0, 1])

    def test_an_order_for_more_kits_than_the_components_make_up_is_refused(self):
        problem = self.assertProblem(self.order({"SCHOOL": 3}), 409, "out_of_stock")
        self.assertEqual(problem["errors"][0]["available"], 2)

    def test_a_kit_and_its_component_in_one_order_do_not_take_the_same_unit(self):
        self.assertProblem(self.order({"TEAM": 7, "DRONE-X1-PRO-KIT": 15}), 409, "out_of_stock")
        self.assertEqual(self.sellable(self.drone), [12, 3])

    def test_an_adjustment_of_a_kit_takes_its_components(self):
        response = self.call("POST", "/api/inventory/adjust", {
            "reference_id": "KIT-A", "adjustments": [
                {"sku": "TEAM", "quantity_change": -2, "location_code": TECH},
            ],
        })
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(self.sellable(self.drone), [8, 3])

    def hold(self, quantity):
        response = self.call("POST", "/api/inventory/reservations", {
            "reservation_id": f"CART-{quantity}",
            "items": [{"sku": "SCHOOL", "quantity": quantity}],
        })
        self.assertEqual(response.status_code, 201, response.text)
        return response.json()

    def test_a_held_kit_is_answered_as_the_kit_and_becomes_an_order(self):
        held = self.hold(2)
        self.assertEqual(
            held["items"], [{"sku": "SCHOOL", "quantity": 2, "location_code": TECH}]
        )
        self.assertEqual(self.sellable(self.drone), [2, 3])
        response = self.order({"SCHOOL": 2}, reservation_id="CART-2")
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(response.json()["line_items"][0]["reserved_quantity"], 2)
        self.assertEqual(self.sellable(self.drone), [2, 3])

    def test_holds_of_kits_and_of_what_they_consist_of_have_one_share(self):
        """A quarter of 15 drones are 3, a half are 7; 2 kits need 4."""
        def hold(number, **quantities):
            return self.call("POST", "/api/inventory/reservations", {
                "reservation_id": number,
                "items": [{"sku": sku, "quantity": units} for sku, units in quantities.items()],
            })

        self.drone.default_code = "DRONE"
        problem = self.assertProblem(hold("1", TEAM=3), 409, "reservation_too_large")
        self.assertEqual(problem["errors"][0]["limit"], 2)
        self.assertProblem(hold("1", TEAM=2, DRONE=2), 409, "reservation_too_large")
        self.assertEqual(hold("1", TEAM=2).status_code, 201)
        self.assertProblem(hold("2", TEAM=2), 409, "reservation_limit")
        self.assertEqual(hold("2", DRONE=3).status_code, 201)
        for number, quantities in enumerate(({"TEAM": 1}, {"SCHOOL": 1}, {"DRONE": 1})):
            self.assertProblem(hold(f"3{number}", **quantities), 409, "reservation_limit")
        self.assertEqual(sum(self.sellable(self.drone)), 8)

    def test_a_held_kit_is_changed_and_kept(self):
        self.hold(2)
        for units in (1, 2):
            response = self.call("PUT", "/api/inventory/reservations/CART-2", {
                "items": [{"sku": "SCHOOL", "quantity": units}],
            })
            self.assertEqual((response.status_code, response.json()["items"]), (
                200, [{"sku": "SCHOOL", "quantity": units, "location_code": TECH}],
            ), response.text)

    def test_a_kit_that_was_withdrawn_is_sold_to_who_holds_it(self):
        self.hold(2)
        self.school.product_tmpl_id.enord_published = False
        response = self.order({"SCHOOL": 2}, reservation_id="CART-2")
        self.assertEqual(response.status_code, 201, response.text)

    def test_nothing_is_ordered_for_a_held_kit(self):
        made = self.env.ref("mrp.route_warehouse0_manufacture")
        part = self._make_product("PART", 1.0, (100, 0))
        self.env["stock.warehouse.orderpoint"].create({
            "product_id": self.drone.id, "location_id": self.warehouse.lot_stock_id.id,
            "product_min_qty": 12, "product_max_qty": 20, "trigger": "auto",
        })
        self.drone.write({"route_ids": [Command.set(made.ids)], "bom_ids": [
            Command.create({"product_tmpl_id": self.drone.product_tmpl_id.id, "bom_line_ids": [
                Command.create({"product_id": part.id, "product_qty": 1}),
            ]}),
        ]})
        before = self.env["mrp.production"].search([])
        self.hold(1)
        self.assertEqual(self.env["mrp.production"].search([]), before)

    def test_a_kit_whose_hold_has_expired_can_be_sold_to_another(self):
        self.hold(2)
        reservation = self.env["enord.reservation"].search([("reference", "=", "CART-2")])
        reservation.expires_at = "2024-01-01"
        self.assertEqual(self.order({"SCHOOL": 2}).status_code, 201)
        self.assertEqual(reservation.ended, "expired")

    def test_whoever_sells_a_kit_waits_for_whoever_sells_its_component(self):
        original = SessionLocks.try_all
        held = set()

        def noting(locks, wanted):
            held.update(number for space, number in wanted if space == PRODUCT_LOCK)
            return original(locks, wanted)

        self.patch(SessionLocks, "try_all", noting)
        self.order({"SCHOOL": 1})
        self.assertEqual(held, {self.school.id, self.drone.id, self.guard.id})
