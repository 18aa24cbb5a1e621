"""What a SKU means changes: two products exchange theirs, or the older of two with one SKU goes."""

from odoo import Command
from odoo.tests import tagged

from ...delivery.sender import Result
from ..common import SalesSyncCommon

SKU = "PROP-GUARD-X1"


@tagged("post_install", "-at_install")
class TestSharedSkus(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        edition = cls.env["product.attribute"].create({
            "name": "Edition",
            "value_ids": [Command.create({"name": "Standard"}), Command.create({"name": "More"})],
        })
        cls.condor = cls.env["product.template"].create({
            "name": "Condor", "is_storable": True, "list_price": 300.0, "taxes_id": [(5,)],
            "attribute_line_ids": [Command.create({
                "attribute_id": edition.id, "value_ids": [(6, 0, edition.value_ids.ids)],
            })],
        })
        cls.standard, cls.more = cls.condor.product_variant_ids
        cls.standard.default_code, cls.more.default_code = "CONDOR-STD", "CONDOR-MORE"
        cls._put(cls.standard, cls.warehouse, 5)
        cls.younger = cls._make_product(SKU, 450.0, (7, 0))

    def setUp(self):
        super().setUp()
        # what a shop that obeys the contract shows
        self.shop_stock, self.shop_groups = {}, {}
        self.storefront.action_resync()
        self.tell()

    def tell(self):
        """Everything that is due reaches the shop."""
        while told := self.leaving():
            for data in told:
                if "location_code" in data:
                    self.shop_stock[data["sku"], data["location_code"]] = data["new_quantity"]
                else:
                    self.shop_groups[data["group_id"]] = {
                        variant["sku"]: variant["selling_price"] for variant in data["variants"]
                    }

    def shown(self, *skus):
        """``{sku: units}``, as the sum of the locations."""
        return {
            sku: sum(units for (known, _code), units in self.shop_stock.items() if known == sku)
            for sku in skus
        }

    def assertShown(self):
        stock = self.snapshot()
        self.assertEqual(self.shown(*stock), stock)
        self.assertEqual(
            {group: skus for group, skus in self.shop_groups.items() if skus},
            {
                template.enord_group_id: {
                    variant["sku"]: variant["selling_price"]
                    for variant in self.catalog_data(template)["variants"]
                }
                for template in self.published().product_tmpl_id
            },
        )

    def swap(self, one, other):
        one.default_code, other.default_code = other.default_code, one.default_code

    def test_two_variants_exchange_their_skus_in_one_save(self):
        self.assertEqual(self.shown("CONDOR-STD", "CONDOR-MORE"),
                         {"CONDOR-STD": 5, "CONDOR-MORE": 0})
        self.swap(self.standard, self.more)
        self.tell()
        self.assertEqual(self.shown("CONDOR-STD", "CONDOR-MORE"),
                         {"CONDOR-STD": 0, "CONDOR-MORE": 5})
        self.assertShown()

    def test_and_exchange_them_back(self):
        self.swap(self.standard, self.more)
        self.tell()
        self.swap(self.standard, self.more)
        self.tell()
        self.assertShown()

    def test_they_exchange_them_just_when_the_product_is_sent_again(self):
        events = self.env["enord.webhook.event"]
        told = events.search([("product_tmpl_id", "=", self.condor.id)], limit=1)
        self.swap(self.standard, self.more)
        self.recorded()
        told.action_send_again()
        self.tell()
        self.assertShown()

    def test_two_products_exchange_their_skus(self):
        self.swap(self.drone, self.standard)
        self.tell()
        self.assertShown()

    def test_three_variants_hand_theirs_on(self):
        self.standard.default_code, self.more.default_code = "CONDOR-OLD", "CONDOR-STD"
        self.tell()
        self.assertShown()
        self.assertEqual(self.shown("CONDOR-STD"), {"CONDOR-STD": 0})

    def test_skus_are_exchanged_while_stock_waits_for_another_attempt(self):
        """Its bytes do not change any more, so another event has to follow."""
        self._put(self.standard, self.warehouse, 1)
        self.recorded()
        Event = self.env["enord.webhook.event"].sudo()
        [delivery] = self.claim()
        Event._record([Result(delivery, 500, "HTTP 500", 0.01)])
        self.swap(self.standard, self.more)
        self.tell()
        Event.search([("state", "=", "pending")]).next_attempt_at = "2020-01-01"
        self.tell()
        self.assertShown()

    def test_the_older_of_two_is_archived_deleted_withdrawn_or_changed(self):
        ways = {
            "archived": lambda: self.guard.action_archive(),
            "template archived": lambda: self.guard.product_tmpl_id.action_archive(),
            "withdrawn": lambda: self.guard.write({"enord_published": False}),
            "not for sale": lambda: self.guard.write({"sale_ok": False}),
            "another SKU": lambda: self.guard.write({"default_code": "PROP-GUARD-OLD"}),
            "deleted": lambda: self.forget_stock(self.guard).unlink(),
            "template deleted": lambda: self.forget_stock(self.guard).product_tmpl_id.unlink(),
            "another company": lambda: self.forget_stock(self.guard).write({
                "company_id": self.env["res.company"].create({"name": "Other"}).id,
            }),
        }
        for way, happens in ways.items():
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                known = dict(self.shop_stock), dict(self.shop_groups)
                self.assertEqual(self.shown(SKU), {SKU: 105})
                happens()
                self.tell()
                self.assertEqual(self.shown(SKU), {SKU: 7})
                self.assertShown()
                savepoint.rollback()
                self.env.invalidate_all()
                self.shop_stock, self.shop_groups = known

    def forget_stock(self, product):
        """It can be deleted."""
        self.env["stock.quant"].search([("product_id", "=", product.id)]).sudo().unlink()
        self.env["stock.move"].search([("product_id", "=", product.id)]).sudo().unlink()
        self.tell()
        self.shop_stock[SKU, "WH-TECH-01"] = 105
        return product

    def test_the_older_one_comes_back(self):
        self.guard.action_archive()
        self.tell()
        self.guard.action_unarchive()
        self.tell()
        self.assertEqual(self.shown(SKU), {SKU: 105})
        self.assertShown()

    def test_an_older_product_gets_the_sku_of_a_younger_one(self):
        self.guard.default_code = "CONDOR-STD"
        self.tell()
        self.assertShown()

    def test_two_variants_of_one_product_with_one_sku(self):
        self.more.default_code = "CONDOR-STD"
        self.tell()
        self.standard.action_archive()
        self.tell()
        self.assertEqual(self.shown("CONDOR-STD"), {"CONDOR-STD": 0})
        self.assertShown()

    def test_a_price_alone_tells_no_stock(self):
        self.condor.list_price = 310.0
        [data] = self.leaving()
        self.assertEqual(data["group_name"], "Condor")
        self.assertFalse(self.leaving())
