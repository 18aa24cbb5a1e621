from odoo import Command
from odoo.addons.enord_sales_sync.tests.orders_common import OrdersCommon
from odoo.tests import tagged

HOLDS = "/api/inventory/reservations"


@tagged("post_install", "-at_install")
class TestKitSources(OrdersCommon):
    """Odoo takes a kit apart before it asks for rules: each part comes from where its own say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storefront.write({"reservation_share": 100, "reservation_total_share": 100})
        cls.part = cls._make_product("PART", 10.0, (5, 0))
        cls.other = cls._make_product("OTHER", 10.0, (9, 0))
        cls.kit = cls._make_product("KIT", 100.0, is_storable=False)
        cls.kit.bom_ids = [Command.create({
            "product_tmpl_id": cls.kit.product_tmpl_id.id, "type": "phantom",
            "bom_line_ids": [
                Command.create({"product_id": part.id, "product_qty": 1})
                for part in (cls.part, cls.other)
            ],
        })]
        cls.workshop = cls.env["stock.location"].create({
            "name": "Workshop", "usage": "internal",
            "location_id": cls.warehouse.view_location_id.id,
        })
        cls.from_the_workshop = cls.env["stock.route"].create({
            "name": "From the workshop", "product_selectable": True,
            "rule_ids": [Command.create({
                "name": "Workshop", "action": "pull", "procure_method": "make_to_stock",
                "location_src_id": cls.workshop.id,
                "location_dest_id": cls.env.ref("stock.stock_location_customers").id,
                "picking_type_id": cls.warehouse.out_type_id.id,
                "warehouse_id": cls.warehouse.id,
            })],
        })
        cls.to_order = cls.env.ref("stock.route_warehouse0_mto")
        cls.to_order.write({"active": True, "product_selectable": True})
        cls.env["stock.quant"]._update_available_quantity(cls.part, cls.workshop, 3)

    def setUp(self):
        super().setUp()
        while self.leaving():
            pass

    def kits(self, units):
        return self.lines(("KIT", units, 100.0))

    def hold(self, units, number="CART-1"):
        return self.call("POST", HOLDS, {
            "reservation_id": number, "items": [{"sku": "KIT", "quantity": units}],
        })

    def assertOrdered(self, units):
        """So many are told, one more is refused, and all of them are held and sold."""
        self.assertEqual(self.sellable(self.kit), [units, 0])
        self.assertEqual(self.snapshot()["KIT"], units)
        self.refused(
            409, "out_of_stock", "/line_items/0/quantity", "ORD-TOO-MANY",
            line_items=self.kits(units + 1),
        )
        self.assertProblem(self.hold(units + 1), 409, "out_of_stock")
        if units:
            self.assertEqual(self.hold(units).status_code, 201)
            self.assertEqual(self.sellable(self.kit), [0, 0])
            [line] = self.post(line_items=self.kits(units), reservation_id="CART-1")["line_items"]
            self.assertEqual(line["reserved_quantity"], units)
            self.assertEqual(self.sellable(self.kit), [0, 0])

    def test_a_part_that_is_taken_from_elsewhere(self):
        self.part.route_ids = self.from_the_workshop
        self.assertOrdered(3)
        moves = self.sale().picking_ids.move_ids
        self.assertEqual(
            {move.product_id: move.location_id for move in moves},
            {self.part: self.workshop, self.other: self.warehouse.lot_stock_id},
        )

    def test_a_part_that_is_made_to_order(self):
        self.part.route_ids = self.to_order
        self.assertOrdered(0)

    def test_the_kits_own_routes_do_not_matter(self):
        self.kit.route_ids = self.to_order | self.from_the_workshop
        self.assertOrdered(5)

    def test_a_hold_is_of_the_very_units_that_the_order_takes(self):
        self.part.route_ids = self.from_the_workshop
        self.hold(2)
        held = self.env["enord.reservation"].search([("reference", "=", "CART-1")])
        self.assertEqual(
            {line.product_id: line.location_id for line in held.picking_ids.move_line_ids},
            {self.part: self.workshop, self.other: self.warehouse.lot_stock_id},
        )
        self.assertEqual(self.sellable(self.part), [1, 0])

    def test_an_adjustment_takes_parts_from_where_orders_do(self):
        self.part.route_ids = self.from_the_workshop
        response = self.call("POST", "/api/inventory/adjust", {
            "reference_id": "KIT-A", "adjustments": [
                {"sku": "KIT", "quantity_change": -2, "location_code": "WH-TECH-01"},
            ],
        })
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(response.json()["adjustments"][0]["new_quantity"], 1)
        self.assertEqual(self.sellable(self.part), [1, 0])

    def test_what_happens_where_a_part_is_taken_from_is_told_of_the_kit(self):
        self.part.route_ids = self.from_the_workshop
        self.stock_leaving()
        self._move(
            self.part, 1, self.workshop, self.env.ref("stock.stock_location_customers"),
        )
        self.assertEqual(self.stock_leaving(), {
            (sku, "WH-TECH-01"): ("SALE", 2) for sku in ("PART", "KIT")
        })
