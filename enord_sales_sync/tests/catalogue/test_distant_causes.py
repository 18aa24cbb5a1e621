"""What a body is built from beside the product: taxes, the publishing filter, Odoo's address."""

from odoo import Command
from odoo.tests import tagged

from ..common import SalesSyncCommon
from .test_catalogue_causes import PIXEL


@tagged("post_install", "-at_install")
class TestDistantCauses(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create({
            "name": "Levy", "amount": 18.0, "price_include_override": "tax_excluded",
        })
        cls.guard.taxes_id = cls.tax

    def setUp(self):
        super().setUp()
        self.settle()

    def settle(self):
        while self.leaving():
            pass

    def told(self):
        """``{sku: price}`` of the products that leave; None where one is withdrawn."""
        told = {}
        for data in self.leaving():
            if "group_id" in data:
                told.update({
                    variant["sku"]: variant["selling_price"] for variant in data["variants"]
                } or {data["group_name"]: None})
        return told

    def test_a_tax_whose_rate_changes(self):
        self.storefront.price_policy = "tax_included"
        self.settle()
        self.tax.amount = 12.0
        self.assertEqual(self.told(), {"PROP-GUARD-X1": 560.0})
        self.tax.price_include_override = "tax_included"
        self.assertEqual(self.told(), {"PROP-GUARD-X1": 500.0})

    def test_a_tax_in_a_group_of_taxes(self):
        self.storefront.price_policy = "tax_included"
        self.guard.taxes_id = self.env["account.tax"].create({
            "name": "Group", "amount_type": "group", "children_tax_ids": [(6, 0, self.tax.ids)],
        })
        self.settle()
        self.tax.amount = 12.0
        self.assertEqual(self.told(), {"PROP-GUARD-X1": 560.0})

    def test_what_a_tax_is_does_not_show_in_prices_as_they_are_stored(self):
        self.tax.amount = 12.0
        self.assertFalse(self.recorded())

    def test_what_the_company_says_of_all_its_prices(self):
        self.tax.price_include_override = False
        self.storefront.price_policy = "tax_excluded"
        self.settle()
        self.patch(  # Odoo refuses it once there are entries
            self.env.registry["res.company"], "_check_set_account_price_include", lambda _self: None
        )
        before = self.company.account_price_include
        self.company.account_price_include = (
            "tax_included" if before == "tax_excluded" else "tax_excluded"
        )
        self.assertEqual(set(self.told()), {"PROP-GUARD-X1"})

    def test_a_filter_on_quantity(self):
        self.storefront.product_domain = "[('qty_available', '>', 0)]"
        self.settle()
        self._put(self.drone, self.warehouse, -12)
        self.assertFalse(self.told())
        self._put(self.drone, self.second_warehouse, -3)
        self.assertEqual(self.told(), {"DRONE-X1-PRO-KIT": None})
        self._put(self.drone, self.warehouse, 4)
        self.assertEqual(self.told(), {"DRONE-X1-PRO-KIT": 45000.0})
        self.assertEqual(
            self.stock_leaving(),
            {("DRONE-X1-PRO-KIT", "WH-TECH-01"): ("RESYNC", 4),
             ("DRONE-X1-PRO-KIT", "WH-MUM-01"): ("RESYNC", 0)},
        )

    def test_a_filter_on_reserved_units(self):
        self.storefront.product_domain = "[('free_qty', '>', 0)]"
        self.settle()
        self._move(
            self.drone, 15, self.warehouse.lot_stock_id,
            self.env.ref("stock.stock_location_customers"), done=False,
        )
        self._put(self.drone, self.second_warehouse, -3)
        self.assertEqual(self.told(), {"DRONE-X1-PRO-KIT": None})

    def test_without_such_a_filter_stock_looks_at_no_catalogue(self):
        self._put(self.drone, self.warehouse, -12)
        self.assertEqual(set(self.recorded().mapped("event_type")), {"inventory.change"})

    def test_a_filter_on_tags(self):
        tag = self.env["product.tag"].create({"name": "Web"})
        self.storefront.product_domain = "[('all_product_tag_ids.name', '=', 'Web')]"
        self.settle()
        self.drone.product_tag_ids = tag
        self.assertEqual(self.told(), {"DRONE-X1-PRO-KIT": 45000.0})
        tag.product_template_ids = [Command.link(self.guard.product_tmpl_id.id)]
        self.assertEqual(self.told(), {"PROP-GUARD-X1": 500.0})
        tag.name = "Shop"
        self.assertEqual(
            self.told(), {"DRONE-X1-PRO-KIT": None, "PROP-GUARD-X1": None}
        )
        tag.name = "Web"
        self.told()
        tag.unlink()
        self.assertEqual(
            self.told(), {"DRONE-X1-PRO-KIT": None, "PROP-GUARD-X1": None}
        )

    def test_a_filter_on_suppliers(self):
        supplier = self.env["res.partner"].create({"name": "Maker"})
        self.storefront.product_domain = f"[('seller_ids.partner_id', '=', {supplier.id})]"
        self.settle()
        self.drone.seller_ids = [Command.create({"partner_id": supplier.id, "price": 1.0})]
        self.assertEqual(self.told(), {"DRONE-X1-PRO-KIT": 45000.0})
        self.env["product.supplierinfo"].create({
            "partner_id": supplier.id, "product_tmpl_id": self.guard.product_tmpl_id.id,
        })
        self.assertEqual(self.told(), {"PROP-GUARD-X1": 500.0})
        self.drone.seller_ids.unlink()
        self.assertEqual(self.told(), {"DRONE-X1-PRO-KIT": None})

    def test_a_filter_on_costs(self):
        self.storefront.product_domain = "[('standard_price', '<', 100)]"
        self.settle()
        self.drone.standard_price = 120.0
        self.assertEqual(self.told(), {"DRONE-X1-PRO-KIT": None})

    def test_another_address_of_odoo_changes_all_links_of_pictures(self):
        self.drone.image_1920 = PIXEL
        self.settle()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", "https://erp.example.com")
        waiting = self.env["enord.webhook.event"].search([("state", "=", "pending")])
        self.assertEqual(set(waiting.mapped("priority")), {1})
        [data] = self.leaving()
        [variant] = data["variants"]
        self.assertTrue(variant["media_assets"][0].startswith("https://erp.example.com/enord/"))
        parameters.set_param("web.base.url", "https://erp.example.com")
        parameters.search([("key", "=", "web.base.url")]).write(
            {"value": "https://erp.example.com"}
        )
        parameters.set_param("mail.bounce.alias", "other")
        self.assertFalse(self.storefront.pending_count)
        self.assertFalse(self.leaving())
