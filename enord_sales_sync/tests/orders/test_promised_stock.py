from odoo.tests import tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestPromisedStock(OrdersCommon):
    """What was sold and is not reserved by anybody is not for sale again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._make_product("SOLD", 10.0, (2, 0))

    def settle(self):
        while self.leaving():
            pass

    def post_units(self, reference, units):
        return self.post(reference, line_items=self.lines(("SOLD", units, 10.0)))

    def assertNoneLeft(self):
        self.assertEqual(self.sellable(self.product), [0, 0])
        self.refused(
            409, "out_of_stock", "/line_items/0/quantity", "ORD-LATE",
            line_items=self.lines(("SOLD", 1, 10.0)),
        )

    def odoos_own(self, units):
        """A sales order of Odoo, confirmed; its delivery is reserved by hand."""
        self.warehouse.out_type_id.reservation_method = "manual"
        order = self.env["sale.order"].create({
            "partner_id": self.env["res.partner"].create({"name": "Walk-in"}).id,
            "warehouse_id": self.warehouse.id,
            "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": units})],
        })
        order.action_confirm()
        self.assertEqual(order.picking_ids.move_ids.quantity, 0)
        return order

    def test_what_staff_unreserve_stays_the_customers(self):
        self.post_units("ORD-1", 2)
        self.sale("ORD-1").picking_ids.do_unreserve()
        self.assertNoneLeft()

    def test_reserved_by_hand_or_later(self):
        for method in ("manual", "by_date"):
            self.warehouse.out_type_id.reservation_method = method
        self.post_units("ORD-1", 2)
        self.sale("ORD-1").picking_ids.do_unreserve()
        self.assertNoneLeft()

    def test_a_back_order_has_what_arrives_first(self):
        self.storefront.oversell_policy = "backorder"
        self.post_units("ORD-1", 5)
        self._put(self.product, self.warehouse, 4)
        self.assertEqual(self.sellable(self.product), [1, 0])
        self.sale("ORD-1").picking_ids.action_assign()
        self.assertEqual(self.sellable(self.product), [1, 0])

    def test_the_rest_of_a_delivery(self):
        self._put(self.product, self.warehouse, 3)
        self.post_units("ORD-1", 4)
        picking = self.sale("ORD-1").picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True)._action_done()
        rest = self.sale("ORD-1").picking_ids - picking
        self.assertEqual(rest.move_ids.product_uom_qty, 3)
        rest.do_unreserve()
        self.assertEqual(self.sellable(self.product), [1, 0])
        rest.action_cancel()
        self.assertEqual(self.sellable(self.product), [4, 0])

    def test_what_was_picked_is_promised_once(self):
        self.warehouse.delivery_steps = "pick_ship"
        self._put(self.product, self.warehouse, 3)
        self.post_units("ORD-1", 2)
        self.assertEqual(self.sellable(self.product), [3, 0])
        picking = self.sale("ORD-1").picking_ids
        picking.move_ids.picked = True
        picking._action_done()
        self.assertEqual(len(self.sale("ORD-1").picking_ids), 2)
        self.assertEqual(self.sellable(self.product), [3, 0])
        (self.sale("ORD-1").picking_ids - picking).do_unreserve()
        self.assertEqual(self.sellable(self.product), [3, 0])

    def test_a_cancelled_order_gives_back_what_nobody_had_reserved(self):
        self.post_units("ORD-1", 2)
        self.sale("ORD-1").picking_ids.do_unreserve()
        self.settle()
        response = self.call("POST", "/api/sales/orders/ORD-1/cancel", {})
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.sellable(self.product), [2, 0])
        self.assertEqual(self.stock_leaving(), {("SOLD", "WH-TECH-01"): ("RELEASE", 2)})

    def test_what_goes_to_another_order_is_told(self):
        """Unreserved here and reserved there: as much is reserved as before, and more promised."""
        self._put(self.product, self.warehouse, 3)
        self.post_units("ORD-1", 2)
        other = self.odoos_own(2)
        self.settle()
        self.sale("ORD-1").picking_ids.do_unreserve()
        other.picking_ids.action_assign()
        self.assertEqual(self.sellable(self.product), [1, 0])
        self.assertEqual(self.stock_leaving()["SOLD", "WH-TECH-01"][1], 1)

    def test_what_staff_unreserve_changes_nothing_that_is_told(self):
        self.post_units("ORD-1", 2)
        self.settle()
        self.sale("ORD-1").picking_ids.do_unreserve()
        told = self.stock_leaving()
        self.assertEqual(set(told.values()) - {("RELEASE", 0)}, set())

    def test_odoos_other_orders_take_what_is_reserved(self):
        order = self.odoos_own(1)
        self.assertEqual(self.sellable(self.product), [2, 0])
        order.picking_ids.action_assign()
        self.assertEqual(self.sellable(self.product), [1, 0])

    def test_odoos_other_orders_take_all_they_want_where_that_is_the_policy(self):
        self.storefront.other_sales_policy = "confirmed"
        self.settle()
        order = self.odoos_own(1)
        self.assertEqual(self.stock_leaving(), {("SOLD", "WH-TECH-01"): ("RESERVATION", 1)})
        order.picking_ids.action_assign()
        self.assertEqual(self.sellable(self.product), [1, 0])
        order._action_cancel()
        self.assertEqual(self.stock_leaving()["SOLD", "WH-TECH-01"], ("RELEASE", 2))

    def test_what_waits_for_a_purchase_takes_nothing(self):
        """Its units come with their own receipt."""
        self.storefront.other_sales_policy = "confirmed"
        route = self.env.ref("stock.route_warehouse0_mto")
        route.active = True
        order = self.odoos_own(1)
        order._action_cancel()
        order = self.odoos_own(1)
        order.picking_ids.move_ids.write({"procure_method": "make_to_order", "state": "waiting"})
        self.assertEqual(self.sellable(self.product), [2, 0])
