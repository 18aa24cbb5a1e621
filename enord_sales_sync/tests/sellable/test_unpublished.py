"""Why a storefront does not sell a product: by the same terms as what it sells."""

from odoo import models
from odoo.fields import Domain
from odoo.tests import tagged

from ...models.sellable.unpublished import reasons
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestUnpublished(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = cls._make_product
        other = cls.env["res.company"].create({"name": "Other"})
        cls.kinds = {
            "archived": make("ARCHIVED", 1.0, active=False),
            "other_company": make("OTHERS", 1.0, company_id=other.id),
            "filtered": make("FILTERED", 1.0, list_price=777.0),
            "not_for_sale": make("NOT-SOLD", 1.0, sale_ok=False),
            "withdrawn": make("WITHDRAWN", 1.0, enord_published=False),
            "not_tracked": make("NOT-TRACKED", 1.0, is_storable=False),
            "no_sku": make("NO-SKU", 1.0, default_code=False),
            "odd_sku": make("ODD-SKU", 1.0, default_code="\u200b"),
            "double_sku": make("PROP-GUARD-X1", 1.0),
        }
        cls.storefront.product_domain = "[('list_price', '!=', 777)]"

    def test_each_reason_is_told_of_a_product(self):
        products = self.env["product.product"].union(*self.kinds.values()) | self.drone
        why = products._enord_why_unpublished(self.storefront)
        self.assertEqual(
            {product: why[product] for product in products},
            {self.drone: [], **{product: [reason] for reason, product in self.kinds.items()}},
        )

    def test_all_reasons_of_a_product_are_told_at_once(self):
        self.drone.write({"default_code": False, "is_storable": False, "enord_published": False})
        self.assertEqual(
            self.drone._enord_why_unpublished(self.storefront),
            {self.drone: ["withdrawn", "not_tracked", "no_sku"]},
        )

    def test_every_product_is_either_sold_or_has_one_reason(self):
        found = self.env["product.product"]._enord_unpublished(self.storefront)
        self.assertEqual(found[None], self.published().sudo())
        for reason, product in self.kinds.items():
            self.assertIn(product, found[reason], reason)
        every = self.env["product.product"].sudo().with_context(active_test=False).search([])
        self.assertEqual(sum(map(len, found.values())), len(every))
        self.assertEqual(every.union(*found.values()), every)

    def test_every_reason_has_its_words(self):
        found = self.env["product.product"]._enord_unpublished(self.storefront)
        self.assertEqual(set(reasons(self.env)), found.keys() - {None})

    def test_the_number_of_queries_does_not_grow_with_the_products(self):
        Product = self.env["product.product"]
        Product._enord_unpublished(self.storefront)
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            Product._enord_unpublished(self.storefront)
        self.env["product.product"].create([
            {"name": f"More {number}", "default_code": f"MORE-{number}", "is_storable": True}
            for number in range(200)
        ])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(40):
            Product._enord_unpublished(self.storefront)


@tagged("post_install", "-at_install")
class TestRuleOfAnotherAddon(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        class ProductProduct(models.Model):
            _name = "product.product"
            _inherit = ["product.product"]
            _module = None

            def _enord_published_domain(self, storefront):
                return super()._enord_published_domain(storefront) & Domain("weight", ">", 0)

        cls.add_models(ProductProduct)

    def test_what_another_rule_leaves_out_is_said_to_be_so(self):
        self.guard.weight = 1
        products = self.drone | self.guard
        self.assertEqual(
            products._enord_why_unpublished(self.storefront),
            {self.drone: ["other_rule"], self.guard: []},
        )
        found = self.env["product.product"]._enord_unpublished(self.storefront)
        self.assertIn(self.drone, found["other_rule"])
        self.assertIn(self.guard, found[None])
