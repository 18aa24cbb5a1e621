import time
from unittest.mock import patch

from odoo.tests import tagged

from ..common import SalesSyncCommon

KEY = ("SOLD", "WH-TECH-01")


@tagged("post_install", "-at_install")
class TestSourceTriggers(SalesSyncCommon):
    """Whatever changes from where orders are taken tells the stock anew."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._make_product("SOLD", 10.0, (5, 0))
        cls.to_order = cls.env.ref("stock.route_warehouse0_mto")
        cls.to_order.active = True

    def setUp(self):
        super().setUp()
        self.env.flush_all()
        while self.leaving():
            pass

    def assertTold(self, quantity):
        self.assertEqual(self.stock_leaving()[KEY][1], quantity)

    def test_a_route_is_told(self):
        self.to_order.product_selectable = True
        self.to_order.product_ids = self.product.product_tmpl_id
        self.assertTold(0)
        self.to_order.active = False
        self.assertTold(5)

    def test_a_route_that_is_deleted_is_told(self):
        route = self.to_order.copy({"name": "Also to order"})
        route.rule_ids.write({"warehouse_id": self.warehouse.id, "active": True})
        self.product.route_ids = route
        self.stock_leaving()
        self.product.route_ids = False
        route.rule_ids.unlink()
        route.unlink()
        self.assertTold(5)

    def test_a_package_type_is_told(self):
        kind = self.env["stock.package.type"].create({"name": "Pallet"})
        unit = self.env["uom.uom"].create({
            "name": "Pallet", "relative_factor": 1, "package_type_id": kind.id,
            "relative_uom_id": self.env.ref("uom.product_uom_unit").id,
        })
        self.product.uom_id = unit
        self.assertTold(5)
        kind.route_ids = self.to_order
        self.assertTold(0)

    def test_a_unit_is_told(self):
        unit = self.product.uom_id
        self._put(self.product, self.warehouse, 0.5)
        self.assertTold(5)
        unit.enord_fractions = True
        self.assertTold(5.5)

    def test_a_category_is_told(self):
        self.product.categ_id = self.env["product.category"].create({"name": "To Order"})
        self.stock_leaving()
        self.product.categ_id.route_ids = self.to_order
        self.assertTold(0)
        self.product.categ_id.route_ids = self.env["stock.route"].create({
            "name": "Without a rule", "product_categ_selectable": True,
        })
        self.assertTold(5)

    def test_a_category_that_gets_another_parent_is_told(self):
        route = self.env["stock.route"].create({
            "name": "Without a rule", "product_categ_selectable": True,
        })
        made, parent = self.env["product.category"].create([
            {"name": "Made", "route_ids": route.ids},
            {"name": "To Order", "route_ids": self.to_order.ids},
        ])
        self.product.categ_id = made
        self.stock_leaving()
        made.parent_id = parent
        self.assertTold(0)

    def test_what_another_thread_has_asked_meanwhile_is_forgotten(self):
        self.product.categ_id = self.env["product.category"].create({"name": "To Order"})
        self.product.categ_id.route_ids = self.env["stock.route"].create({
            "name": "Without a rule", "product_categ_selectable": True,
        })
        Product = self.env["product.product"]
        before = self.warehouse.delivery_route_id.rule_ids.filtered(
            lambda rule: rule.location_dest_id.usage == "customer"
        )
        self.product.categ_id.route_ids = self.to_order
        # in a transaction that began before, and so finds the rule of before
        with patch.object(type(self.env["stock.rule"]), "_get_rule", return_value=before):
            Product._enord_sources(self.warehouse, self.product.ids)
        self.env.cr.postcommit.run()
        source = Product._enord_sources(self.warehouse, self.product.ids).of(
            self.product.id, self.warehouse.id
        )
        self.assertTrue(source.brought)

    def test_a_route_that_products_and_categories_may_have_or_not_is_told(self):
        self.to_order.write({"product_selectable": True, "product_categ_selectable": True})
        category = self.env["product.category"].create({"name": "To Order"})
        for field, owner in (
            ("product_selectable", self.product), ("product_categ_selectable", category),
        ):
            self.product.categ_id = category
            owner.route_ids = self.to_order
            self.assertTold(0)
            self.to_order[field] = False
            self.assertTold(5)
            self.to_order[field] = True
            self.assertTold(0)
            owner.route_ids = False

    def test_many_categories_cost_no_time(self):
        self.product.categ_id = self.env["product.category"].create({"name": "To Order"})
        self.product.categ_id.route_ids = self.to_order
        self.env.flush_all()
        self.env.cr.execute("""
            WITH made AS (INSERT INTO product_category (name, complete_name)
                          SELECT 'Many', 'Many' FROM generate_series(1, 5000) RETURNING id)
            INSERT INTO stock_route_categ (categ_id, route_id) SELECT id, %s FROM made LIMIT 20
        """, [self.to_order.id])
        self.env.cr.execute(
            "UPDATE product_category SET parent_path = id || '/' WHERE name = 'Many'"
        )
        begin = time.monotonic()
        sources = self.env["product.product"]._enord_sources(self.warehouses, self.product.ids)
        self.assertLess(time.monotonic() - begin, 0.5, "each order asks for it several times")
        self.assertTrue(sources.of(self.product.id, self.warehouse.id).brought)

    def test_a_deleted_move_is_told(self):
        self.storefront.other_sales_policy = "confirmed"
        self.warehouse.out_type_id.reservation_method = "manual"
        order = self.env["sale.order"].create({
            "partner_id": self.env["res.partner"].create({"name": "Walk-in"}).id,
            "warehouse_id": self.warehouse.id,
            "order_line": [(0, 0, {"product_id": self.product.id, "product_uom_qty": 2})],
        })
        order.action_confirm()
        self.assertTold(3)
        move = order.picking_ids.move_ids
        move.write({"state": "draft"})
        move.unlink()
        self.assertTold(5)
