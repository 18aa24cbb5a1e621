from odoo.tests import tagged

from ...contract.quantities import MAX_QUANTITY
from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestMadeToOrder(OrdersCommon):
    """What Odoo never takes from stock: not sold, or sold without a stock limit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._make_product("MADE", 10.0, (5, 0))
        route = cls.env.ref("stock.route_warehouse0_mto")
        route.active = True
        # what the second rule brings comes from nowhere in particular
        cls.env["stock.rule"].create({
            "name": "Supplied", "route_id": route.id, "action": "pull",
            "location_src_id": cls.env.ref("stock.stock_location_suppliers").id,
            "location_dest_id": cls.warehouse.lot_stock_id.id,
            "picking_type_id": cls.warehouse.in_type_id.id, "warehouse_id": cls.warehouse.id,
        })
        cls.product.route_ids = route
        cls.env.flush_all()

    def settle(self):
        while self.leaving():
            pass

    def test_it_is_not_sold(self):
        self.assertEqual(self.sellable(self.product), [0, 0])
        self.refused(
            409, "out_of_stock", "/line_items/0/quantity",
            line_items=self.lines(("MADE", 1, 10.0)),
        )

    def test_it_is_sold_without_a_limit_and_said_so(self):
        self.settle()
        self.storefront.to_order_policy = "unlimited"
        told = [
            data for data in self.leaving()
            if data.get("sku") == "MADE" and data["location_code"] == "WH-TECH-01"
        ]
        self.assertEqual(
            [(data["new_quantity"], data.get("unlimited")) for data in told],
            [(MAX_QUANTITY, True)],
        )
        [item] = self.call("GET", "/api/inventory/availability?sku=MADE").json()
        self.assertEqual((item["available"], item["unlimited"]), (MAX_QUANTITY, True))
        self.assertEqual(self.snapshot()["MADE"], MAX_QUANTITY)
        self.assertEqual(self.snapshot(self.second_warehouse)["MADE"], 0)
        answer = self.post(line_items=self.lines(("MADE", 7, 10.0), ("PROP-GUARD-X1", 1, 500.0)))
        self.assertEqual(
            [(line["quantity"], line["reserved_quantity"]) for line in answer["line_items"]],
            [(7, 0), (1, 1)],
        )
        self.assertEqual(self.sellable(self.product), [MAX_QUANTITY, 0])
        self.assertTrue(self.sale().picking_ids.move_ids.move_orig_ids, "it is brought")
