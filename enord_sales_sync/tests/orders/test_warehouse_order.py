from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestWarehouseOrder(OrdersCommon):
    """Units are taken from the first warehouse that has them all; the storefront's form shows the
    order, and dragging there changes it."""

    def drag(self, groups):
        """The second warehouse to the top, as the web client writes it."""
        user = new_test_user(self.env, "dragger", groups)
        self.storefront.with_user(user).write({"warehouse_ids": [
            (1, self.second_warehouse.id, {"sequence": 1}), (1, self.warehouse.id, {"sequence": 2}),
        ]})
        self.env.flush_all()
        self.env.invalidate_all()

    def taken_from(self, reference):
        self.post(reference)
        return self.sale(reference).picking_ids.picking_type_id.warehouse_id

    def test_the_first_one_is_taken_from(self):
        self._put(self.drone, self.second_warehouse, 50)
        self._put(self.guard, self.second_warehouse, 50)
        self.assertEqual(self.storefront.warehouse_ids[0], self.warehouse)
        self.assertEqual(self.taken_from("FIRST"), self.warehouse)
        self.drag("enord_sales_sync.group_manager,stock.group_stock_manager")
        self.assertEqual(self.storefront.warehouse_ids[0], self.second_warehouse)
        self.assertEqual(self.taken_from("SECOND"), self.second_warehouse)

    def test_who_may_not_change_warehouses_does_not_drag_them(self):
        with self.assertRaises(AccessError):
            self.drag("enord_sales_sync.group_manager")
