"""A branch sells what its parent companies have, as Odoo does."""

from odoo.tests import tagged

from ..common import SalesSyncHttpCommon


@tagged("post_install", "-at_install")
class TestBranches(SalesSyncHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch, cls.other = cls.env["res.company"].create([
            {"name": "Branch", "parent_id": cls.company.id},
            {"name": "Other"},
        ])
        cls.env.user.company_ids |= cls.branch | cls.other
        Warehouse = cls.env["stock.warehouse"].with_company(cls.branch)
        cls.branch_warehouse = Warehouse.search([("company_id", "=", cls.branch.id)], limit=1) or (
            Warehouse.create({"name": "Branch", "code": "BR", "company_id": cls.branch.id})
        )
        cls.branch_warehouse.enord_location_code = "BRNCH"
        cls.taxes = cls.env["account.tax"].create([
            {"name": "Parent's", "amount": 18.0, "price_include_override": "tax_excluded"},
            {"name": "Other's", "amount": 50.0, "price_include_override": "tax_excluded",
             "company_id": cls.other.id, "country_id": cls.company.country_id.id,
             "tax_group_id": cls.env["account.tax.group"].create({
                 "name": "Other's", "company_id": cls.other.id,
                 "country_id": cls.company.country_id.id,
             }).id},
        ])
        cls.drone.company_id = cls.company
        cls.guard.company_id = False
        cls.guard.taxes_id = cls.taxes
        cls.own = cls._make_product("OWN", 10.0, company_id=cls.branch.id)
        cls.foreign = cls._make_product("FOREIGN", 10.0, company_id=cls.other.id)
        for product, units in ((cls.drone, 4), (cls.guard, 7), (cls.own, 2)):
            cls._put(product, cls.branch_warehouse, units)
        cls.parents = cls.storefront
        cls.storefront = cls.env["enord.storefront"].with_company(cls.branch).create({
            "name": "Branch Shop", "stage": "live", "https_only": False,
            "webhook_url": "https://branch.example.com/hook",
            "webhook_secret": cls.SECRET, "company_id": cls.branch.id,
            "warehouse_ids": [(6, 0, cls.branch_warehouse.ids)], "price_policy": "tax_included",
        })
        cls.api_key = cls.storefront._generate_api_key()

    def setUp(self):
        super().setUp()
        self.parents.active = False
        while self.leaving():
            pass

    def test_it_sells_products_of_the_parent_and_none_of_others(self):
        self.assertEqual(
            set(self.published().mapped("default_code")),
            {"DRONE-X1-PRO-KIT", "PROP-GUARD-X1", "OWN"},
        )
        self.assertEqual(self.snapshot(self.branch_warehouse),
                         {"DRONE-X1-PRO-KIT": 4, "PROP-GUARD-X1": 7, "OWN": 2})
        catalogue = self.call("GET", "/api/catalog/products").json()["products"]
        self.assertEqual({
            variant["sku"]: (variant["selling_price"], variant["current_stock"])
            for product in catalogue for variant in product["variants"]
        }, {"DRONE-X1-PRO-KIT": (45000.0, 4), "PROP-GUARD-X1": (590.0, 7), "OWN": (10.0, 2)})

    def test_the_parent_sells_nothing_of_its_branch(self):
        published = self.env["product.product"]._enord_published_for(self.parents)
        self.assertEqual(published, self.drone | self.guard)

    def test_a_change_of_the_parents_product_is_told(self):
        self.drone.list_price = 44000.0
        [data] = self.leaving()
        self.assertEqual(data["variants"][0]["selling_price"], 44000.0)
        self._put(self.drone, self.branch_warehouse, 1)
        self.assertEqual(
            self.stock_leaving(), {("DRONE-X1-PRO-KIT", "BRNCH"): ("ADJUSTMENT", 5)},
        )
        self.taxes[0].amount = 20.0
        [data] = self.leaving()
        self.assertEqual(data["variants"][0]["selling_price"], 600.0)

    def test_a_product_that_moves_between_the_companies(self):
        kite = self._make_product("KITE", 5.0, company_id=self.branch.id)
        while self.leaving():
            pass
        for company in (self.company, self.branch.browse(), self.branch):
            kite.company_id = company
            self.assertFalse(self.leaving())
        kite.company_id = self.other
        [data] = self.leaving()
        self.assertFalse(data["is_active"])

    def test_its_payments_go_to_a_journal_of_the_parent(self):
        self.assertEqual(self.storefront.payment_journal_id.company_id, self.company)
        self.assertEqual(self.storefront.payment_journal_id.type, "bank")

    def test_an_order_of_the_parents_product(self):
        answer = self.call("POST", "/api/sales/orders", {
            "transaction_id": "ORD-BRANCH", "transaction_date": "2026-11-25T10:00:00Z",
            "customer_details": {"name": "Jane Doe"},
            "line_items": [
                {"sku": "DRONE-X1-PRO-KIT", "quantity": 1, "unit_price": 45000.0},
                {"sku": "PROP-GUARD-X1", "quantity": 1, "unit_price": 590.0},
            ],
            "payment": {"reference": "pay_branch", "method": "card", "amount": 45590.0},
        })
        self.assertEqual(answer.status_code, 201, answer.text)
        sale = self.env["sale.order"].search(
            [("enord_transaction_reference", "=", "ORD-BRANCH")]
        )
        self.assertEqual(
            (sale.company_id, sale.amount_total, sale.order_line[1].tax_ids),
            (self.branch, 45590.0, self.taxes[0]),
        )
        self.assertEqual(sale.invoice_ids.company_id, self.branch)
        self.assertEqual(answer.json()["invoice"]["amount_total"], 45590.0)
        self.assertEqual(
            self.storefront._sellable(self.drone)[self.drone.id, self.branch_warehouse.id], 3,
        )
