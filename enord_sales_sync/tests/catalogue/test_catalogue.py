import json

from odoo.tests import tagged

from ..common import SalesSyncCommon, example


@tagged("post_install", "-at_install")
class TestCatalogue(SalesSyncCommon):
    """Bodies of events, against the specification's examples."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.example = json.loads(example("catalog-update"))["data"]
        cls.template = cls.drone.product_tmpl_id
        category = cls.env["product.category"]
        for name in cls.example["category_path"]:
            category = category.create({"name": name, "parent_id": category.id})
        cls.template.write({
            "name": "Falcon X1 Quadcopter",
            "description_sale": cls.example["description"],
            "categ_id": category.id,
            "enord_group_id": "GRP-UAV-X1",
            "enord_tax_code": "HSN-8802",
            "attribute_line_ids": [
                (0, 0, {
                    "attribute_id": (attribute := cls.env["product.attribute"].create({
                        "name": name, "create_variant": "always",
                    })).id,
                    "value_ids": [(0, 0, {"name": value, "attribute_id": attribute.id})],
                })
                for name, value in cls.example["variants"][0]["specifications"].items()
            ],
        })
        cls.drone.enord_variant_title = "Pro Kit (Extra Battery + Case)"

    def data(self, storefront=None):
        return self.catalog_data(self.template, storefront)

    def test_the_specifications_example_is_produced(self):
        expected = json.loads(json.dumps(self.example))
        expected["variants"][0]["media_assets"] = []
        self.assertEqual(json.loads(json.dumps(self.data())), expected)
        self.assertEqual(list(self.data()), list(expected))
        self.assertEqual(list(self.data()["variants"][0]), list(expected["variants"][0]))

    def test_the_specifications_stock_example_is_produced(self):
        expected = json.loads(example("inventory-change"))["data"]
        self._put(self.drone, self.warehouse, 2)
        data = self.inventory_data(self.drone, self.warehouse, "POS_SALE")
        self.assertEqual(data, expected)
        self.assertIs(type(data["new_quantity"]), int)

    def test_variants_are_told_together_with_their_own_prices(self):
        edition = self.env["product.attribute"].create({
            "name": "Edition", "enord_in_specifications": False,
            "value_ids": [(0, 0, {"name": "Standard"}),
                          (0, 0, {"name": "Fly More", "default_extra_price": 9000.0})],
        })
        template = self.env["product.template"].create({
            "name": "Condor", "is_storable": True, "list_price": 30000.0,
            "attribute_line_ids": [
                (0, 0, {"attribute_id": edition.id, "value_ids": [(6, 0, edition.value_ids.ids)]}),
            ],
        })
        standard, fly_more = template.product_variant_ids
        standard.default_code, fly_more.default_code = "CONDOR-STD", "CONDOR-MORE"
        variants = self.catalog_data(template)["variants"]
        self.assertEqual(
            [(variant["sku"], variant["variant_title"], variant["selling_price"],
              variant["specifications"]) for variant in variants],
            [("CONDOR-STD", "Standard", 30000.0, {}), ("CONDOR-MORE", "Fly More", 39000.0, {})],
        )

    def test_without_an_mrp_the_selling_price_is_told(self):
        self.drone.enord_mrp = 0
        self.assertEqual(self.data()["variants"][0]["mrp"], 45000.0)

    def test_prices_follow_the_storefronts_pricelist(self):
        self.storefront.pricelist_id = self.env["product.pricelist"].create({
            "name": "Web", "item_ids": [(0, 0, {
                "compute_price": "percentage", "percent_price": 10, "applied_on": "3_global",
            })],
        })
        self.assertEqual(self.data()["variants"][0]["selling_price"], 40500.0)

    def test_a_filter_restricts_what_a_storefront_sells(self):
        self.storefront.product_domain = "[('list_price', '<', 1000)]"
        self.assertFalse(self.data()["is_active"])
        self.assertEqual(self.published(), self.guard)

    def test_the_sku_of_two_products_is_told_of_the_older_one(self):
        younger = self._make_product("PROP-GUARD-X1", 1.0)
        published = self.published([("default_code", "=", "PROP-GUARD-X1")])
        self.assertEqual(published, self.guard)
        self.assertFalse(self.published([("id", "=", younger.id)]))

    def test_reserved_units_are_not_for_sale(self):
        self._move(
            self.drone, 5, self.warehouse.lot_stock_id,
            self.env.ref("stock.stock_location_customers"), done=False,
        )
        self.assertEqual(self.data()["variants"][0]["current_stock"], 10)

    def test_negative_stock_is_told_as_none(self):
        self._put(self.drone, self.warehouse, -20)
        data = self.inventory_data(self.drone, self.warehouse, "ADJUSTMENT")
        self.assertEqual(data["new_quantity"], 0)

    def test_another_add_on_adds_a_member(self):
        catalogue_class = self.env.registry["enord.catalog.update"]
        original = catalogue_class._variant_data

        def with_weight(catalogue, storefront, variant, batch):
            data = original(catalogue, storefront, variant, batch)
            return {**data, "weight_kg": variant.weight}

        self.patch(catalogue_class, "_variant_data", with_weight)
        self.drone.weight = 1.2
        self.assertEqual(self.data()["variants"][0]["weight_kg"], 1.2)
