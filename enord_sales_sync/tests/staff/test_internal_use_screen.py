from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestInternalUseScreen(OrdersCommon):

    def use(self, product=None, env=None, **values):
        Use = (env or self.env)["enord.internal.use"].with_context(
            active_model="product.product", active_id=product and product.id,
        )
        return Use.create({"warehouse_id": self.warehouse.id, **values}).action_use()

    def test_a_stock_user_uses_a_product_for_a_purpose_and_storefronts_are_told(self):
        user = new_test_user(self.env, "stocker", "stock.group_stock_user")
        self.use(self.drone, self.env(user=user), quantity=2, purpose="project", note="Skyline")
        self.assertEqual(
            self.stock_leaving()["DRONE-X1-PRO-KIT", "WH-TECH-01"], ("INTERNAL_USE", 10),
        )
        picking = self.env["stock.picking"].search([("enord_purpose", "=", "project")])
        self.assertEqual((picking.state, picking.origin), ("done", "Skyline"))

    def test_it_is_reported_by_purpose_and_product(self):
        self.use(self.drone, quantity=2, purpose="project")
        self.use(self.drone, quantity=1, purpose="test")
        self.use(self.guard, quantity=5, purpose="test")
        self.env.flush_all()
        rows = self.env["enord.internal.use.report"]._read_group(
            [("product_id", "in", (self.drone | self.guard).ids)], ["product_id", "purpose"],
            ["quantity:sum"],
        )
        self.assertEqual(set(rows), {
            (self.drone, "project", 2), (self.drone, "test", 1), (self.guard, "test", 5),
        })
        self.assertEqual(
            self.env["enord.internal.use.report"].search([]).warehouse_id, self.warehouse,
        )

    def test_it_is_scanned(self):
        self.guard.barcode = "4006381333931"
        with Form(self.env["enord.internal.use"]) as form:
            form.barcode = "4006381333931"
            self.assertEqual(form.product_id, self.guard)
            form.barcode = "DRONE-X1-PRO-KIT"
            self.assertEqual(form.product_id, self.drone)

    def test_what_is_held_for_others_is_not_used_up(self):
        self.post(line_items=self.lines(("DRONE-X1-PRO-KIT", 11, 45000.0)))
        with self.assertRaisesRegex(UserError, "only 1 of it"):
            self.use(self.drone, quantity=2)

    def test_a_storefront_with_orders_is_not_deleted_but_archived(self):
        self.post()
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.storefront.unlink()
        self.storefront.copy().unlink()
