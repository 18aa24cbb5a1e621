from odoo.tests import tagged

from ..blocked_location import block
from ..orders_common import OrdersCommon

DRONE = "DRONE-X1-PRO-KIT"


@tagged("post_install", "-at_install")
class TestCountedStock(OrdersCommon):
    """Told is what an order can be given: what lies where the delivery rule takes from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._make_product("SOLD", 10.0)

    def settle(self):
        """The storefront knows all."""
        while self.leaving():
            pass

    def put(self, location, units, **whose):
        self.env["stock.quant"]._update_available_quantity(
            self.product, location, units, **whose
        )

    def beside(self, name="Quarantine", warehouse=None):
        warehouse = warehouse or self.warehouse
        return self.env["stock.location"].create({
            "name": name, "usage": "internal", "location_id": warehouse.view_location_id.id,
        })

    def told(self):
        """The sum, which availability, snapshot and events agree on."""
        [item] = self.call("GET", "/api/inventory/availability?sku=SOLD").json()
        total = item["available"]
        self.assertEqual(total, sum(self.sellable(self.product)))
        self.assertEqual(total, self.snapshot()["SOLD"])
        self.assertEqual(total, sum(
            self.inventory_data(self.product, warehouse, "RESYNC")["new_quantity"]
            for warehouse in self.warehouses
        ))
        return total

    def assertOrdered(self, units):
        """So many are told, one more is refused, and all of them are sold."""
        self.assertEqual(self.told(), units)
        self.refused(
            409, "out_of_stock", "/line_items/0/quantity", "ORD-TOO-MANY",
            line_items=self.lines(("SOLD", units + 1, 10.0)),
        )
        if units:
            self.post("ORD-ALL", line_items=self.lines(("SOLD", units, 10.0)))
            self.assertEqual(self.told(), 0)

    def test_beside_the_stock(self):
        self.put(self.beside(), 5)
        self.assertOrdered(0)

    def test_beside_the_stock_and_in_the_second_warehouse(self):
        self.put(self.beside(), 5)
        self.put(self.second_warehouse.lot_stock_id, 4)
        self.assertOrdered(4)
        [line] = self.sale("ORD-ALL").order_line
        self.assertEqual(line.enord_warehouse_id, self.second_warehouse)

    def test_before_put_away(self):
        self.warehouse.reception_steps = "two_steps"
        self.put(self.warehouse.wh_input_stock_loc_id, 5)
        self.assertOrdered(0)

    def test_on_shelves_below_the_stock(self):
        shelf = self.env["stock.location"].create({
            "name": "Shelf", "usage": "internal", "location_id": self.warehouse.lot_stock_id.id,
        })
        self.put(shelf, 3)
        self.put(self.warehouse.lot_stock_id, 2)
        self.assertOrdered(5)

    def test_left_at_the_exit_after_a_picked_order_was_cancelled(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.put(self.warehouse.lot_stock_id, 2)
        self.post(line_items=self.lines(("SOLD", 2, 10.0)))
        picked = self.sale().picking_ids
        picked.move_ids.picked = True
        picked._action_done()
        response = self.call("POST", "/api/sales/orders/ORD-WEB-2024-999/cancel", {})
        self.assertEqual(response.status_code, 200, response.text)
        self.assertOrdered(0)

    def test_of_an_owner_and_in_a_package(self):
        owner = self.env["res.partner"].create({"name": "Consignor"})
        package = self.env["stock.package"].create({})
        self.put(self.warehouse.lot_stock_id, 2, owner_id=owner)
        self.put(self.warehouse.lot_stock_id, 3, package_id=package)
        self.assertOrdered(5)

    def test_where_the_products_route_takes_from(self):
        workshop = self.beside("Workshop")
        customers = self.env.ref("stock.stock_location_customers")
        route = self.env["stock.route"].create({
            "name": "From the workshop", "product_selectable": True,
            "rule_ids": [(0, 0, {
                "name": "Workshop", "action": "pull", "procure_method": "make_to_stock",
                "location_src_id": workshop.id, "location_dest_id": customers.id,
                "picking_type_id": self.warehouse.out_type_id.id,
                "warehouse_id": self.warehouse.id,
            })],
        })
        self.put(workshop, 3)
        self.put(self.warehouse.lot_stock_id, 4)
        self.product.route_ids = route
        self.assertOrdered(3)

    def test_a_route_of_the_category(self):
        self.put(self.warehouse.lot_stock_id, 4)
        parent = self.env["product.category"].create({"name": "Made"})
        self.product.categ_id = self.env["product.category"].create({
            "name": "To Order", "parent_id": parent.id,
        })
        self.assertEqual(self.told(), 4)
        parent.route_ids = self.made_to_order()
        self.assertOrdered(0)

    def test_routes_of_the_product_its_category_and_its_packaging_decide_together(self):
        kind = self.env["stock.package.type"].create({"name": "Pallet"})
        unit = self.env["uom.uom"].create({
            "name": "Pallet", "relative_factor": 1, "package_type_id": kind.id,
        })
        category = self.env["product.category"].create({
            "name": "Made", "route_ids": self.made_to_order().ids,
        })
        route = self.env["stock.route"].create({"name": "Workshop"})
        self.product.write({"route_ids": route, "categ_id": category.id, "uom_id": unit.id})
        only_categorised = self.env["product.product"].create({
            "name": "Propeller", "is_storable": True, "categ_id": category.id,
        })
        expected = {
            (f"{{{route.id}}}", category.id, unit.id, tuple(self.product.ids)),
            (None, category.id, None, tuple(only_categorised.ids)),
        }
        products = self.product | only_categorised
        self.assertEqual(
            {(*key, tuple(ids)) for *key, ids in products._enord_routed(products.ids)}, expected,
        )
        self.assertLessEqual(
            expected, {(*key, tuple(ids)) for *key, ids in products._enord_routed(None)},
        )

    def made_to_order(self):
        route = self.env.ref("stock.route_warehouse0_mto")
        route.active = True
        return route

    def test_what_is_made_to_order_is_not_sold_from_stock(self):
        self.put(self.warehouse.lot_stock_id, 5)
        self.product.route_ids = self.made_to_order()
        self.assertOrdered(0)

    def test_from_stock_or_else_to_order(self):
        self.put(self.warehouse.lot_stock_id, 5)
        self.product.route_ids = self.made_to_order()
        self.warehouse.mto_pull_id.procure_method = "mts_else_mto"
        self.assertOrdered(5)

    def test_a_warehouse_without_a_delivery_rule_sells_nothing(self):
        self.put(self.warehouse.lot_stock_id, 5)
        self.put(self.second_warehouse.lot_stock_id, 1)
        self.warehouse.delivery_route_id.rule_ids.active = False
        self.assertOrdered(1)

    def test_what_is_below_0_of_one_lot_takes_nothing_of_another(self):
        self.product.tracking = "lot"
        for name, units in (("L1", -2), ("L2", 3)):
            lot = self.env["stock.lot"].create({"name": name, "product_id": self.product.id})
            self.put(self.warehouse.lot_stock_id, units, lot_id=lot)
        self.assertOrdered(3)

    def test_more_reserved_than_there_is_of_one_lot(self):
        self.product.tracking = "lot"
        one, other = self.env["stock.lot"].create([
            {"name": name, "product_id": self.product.id} for name in ("L1", "L2")
        ])
        shelves = self.env["stock.location"].create([
            {"name": name, "usage": "internal", "location_id": self.warehouse.lot_stock_id.id}
            for name in ("A", "B")
        ])
        self.put(self.warehouse.lot_stock_id, 5, lot_id=one)
        for shelf in shelves:
            self.put(shelf, 2, lot_id=other)
        quant = self.env["stock.quant"].search([("lot_id", "=", one.id)])
        quant.reserved_quantity = 7
        self.assertOrdered(4)

    def test_a_warehouse_that_does_not_reserve_is_passed_over(self):
        self.put(self.warehouse.lot_stock_id, 3)
        self.put(self.second_warehouse.lot_stock_id, 2)
        block(self, self.warehouse.lot_stock_id)
        self.post(line_items=self.lines(("SOLD", 2, 10.0)))
        [line] = self.sale().order_line
        self.assertEqual(line.enord_warehouse_id, self.second_warehouse)
        problem = self.refused(
            409, "out_of_stock", "/line_items/0/quantity", "ORD-2",
            line_items=self.lines(("SOLD", 1, 10.0)),
        )
        self.assertEqual(problem["errors"][0]["available"], 0)

    # what is told, and when

    def test_put_away_is_a_receipt(self):
        self.warehouse.reception_steps = "two_steps"
        self.put(self.warehouse.wh_input_stock_loc_id, 5)
        self.settle()
        self._move(
            self.product, 5, self.warehouse.wh_input_stock_loc_id, self.warehouse.lot_stock_id
        )
        self.assertEqual(self.stock_leaving(), {("SOLD", "WH-TECH-01"): ("TRANSFER", 5)})

    def test_what_goes_to_quarantine_is_told(self):
        self.put(self.warehouse.lot_stock_id, 5)
        self.settle()
        self._move(self.product, 2, self.warehouse.lot_stock_id, self.beside())
        self.assertEqual(self.stock_leaving(), {("SOLD", "WH-TECH-01"): ("TRANSFER", 3)})

    def test_a_shelf_that_becomes_a_quarantine_is_told(self):
        shelf = self.env["stock.location"].create({
            "name": "Shelf", "usage": "internal", "location_id": self.warehouse.lot_stock_id.id,
        })
        self.put(shelf, 5)
        self.settle()
        shelf.location_id = self.warehouse.view_location_id
        self.assertEqual(self.stock_leaving(), {("SOLD", "WH-TECH-01"): ("TRANSFER", 0)})

    def test_a_route_that_is_set_on_the_product_is_told(self):
        self.put(self.warehouse.lot_stock_id, 5)
        self.settle()
        self.product.route_ids = self.made_to_order()
        self.assertEqual(self.stock_leaving()["SOLD", "WH-TECH-01"][1], 0)

    def test_a_rule_that_is_changed_is_told(self):
        self.put(self.warehouse.lot_stock_id, 5)
        self.settle()
        self.assertEqual(self.told(), 5)
        self.warehouse.delivery_route_id.rule_ids.procure_method = "make_to_order"
        self.assertEqual(self.stock_leaving()["SOLD", "WH-TECH-01"][1], 0)
        self.warehouse.delivery_route_id.rule_ids.procure_method = "make_to_stock"
        self.assertEqual(self.stock_leaving()["SOLD", "WH-TECH-01"][1], 5)
