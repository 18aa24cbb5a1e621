"""Every cause of a catalogue change: one event, with what changed."""

import base64

from odoo import Command
from odoo.tests import tagged

from ..common import SalesSyncCommon

PIXEL = base64.b64encode(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
))
OTHER_PIXEL = base64.b64encode(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
))


@tagged("post_install", "-at_install")
class TestCatalogueCauses(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls.env["product.category"].create({"name": "Drones"})
        cls.category = cls.env["product.category"].create({
            "name": "Professional", "parent_id": cls.parent.id,
        })
        cls.edition = cls.env["product.attribute"].create({
            "name": "Edition",
            "value_ids": [Command.create({"name": "Standard"}), Command.create({"name": "More"})],
        })
        cls.condor = cls.env["product.template"].create({
            "name": "Condor", "is_storable": True, "list_price": 300.0, "taxes_id": [(5,)],
            "categ_id": cls.category.id,
            "attribute_line_ids": [Command.create({
                "attribute_id": cls.edition.id, "value_ids": [(6, 0, cls.edition.value_ids.ids)],
            })],
        })
        cls.standard, cls.more = cls.condor.product_variant_ids
        cls.standard.default_code, cls.more.default_code = "CONDOR-STD", "CONDOR-MORE"

    def setUp(self):
        super().setUp()
        while self.leaving():
            pass

    def told(self, template=None):
        """``data`` of the one event that leaves: the product's."""
        [data] = [data for data in self.leaving() if "group_id" in data]
        self.assertEqual(data["group_id"], (template or self.condor).enord_group_id)
        return data

    def variants(self, *names):
        """What is told of the variants, by SKU."""
        return {
            variant["sku"]: tuple(variant[name] for name in names)
            for variant in self.told()["variants"]
        }

    def test_name_and_description(self):
        self.condor.write({"name": "Condor 2", "description_sale": "Flies"})
        data = self.told()
        self.assertEqual((data["group_name"], data["description"]), ("Condor 2", "Flies"))

    def test_a_translation(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        while self.leaving():
            pass
        self.condor.update_field_translations("name", {"fr_FR": "Le Condor"})
        self.assertEqual(self.told()["group_name"], "Le Condor")

    def test_sales_price(self):
        self.condor.list_price = 310.0
        self.assertEqual(
            self.variants("selling_price"), {"CONDOR-STD": (310.0,), "CONDOR-MORE": (310.0,)}
        )

    def test_extra_price_of_a_value(self):
        self.more.product_template_attribute_value_ids.price_extra = 90.0
        self.assertEqual(
            self.variants("selling_price"), {"CONDOR-STD": (300.0,), "CONDOR-MORE": (390.0,)}
        )

    def test_maximum_retail_price(self):
        self.more.enord_mrp = 500.0
        self.assertEqual(
            self.variants("mrp"), {"CONDOR-STD": (300.0,), "CONDOR-MORE": (500.0,)}
        )

    def test_tax_code(self):
        self.condor.enord_tax_code = "HSN-8806"
        self.assertEqual(self.told()["tax_code"], "HSN-8806")

    def test_another_category(self):
        self.condor.categ_id = self.parent
        self.assertEqual(self.told()["category_path"], ["Drones"])

    def test_a_category_is_renamed(self):
        self.parent.name = "Aircraft"
        self.assertEqual(self.told()["category_path"], ["Aircraft", "Professional"])

    def test_a_category_is_moved(self):
        self.category.parent_id = False
        self.assertEqual(self.told()["category_path"], ["Professional"])

    def test_an_attribute_is_renamed(self):
        self.edition.name = "Package"
        self.assertEqual(self.variants("specifications"), {
            "CONDOR-STD": ({"Package": "Standard"},), "CONDOR-MORE": ({"Package": "More"},),
        })

    def test_an_attribute_is_kept_from_the_specifications(self):
        self.edition.enord_in_specifications = False
        self.assertEqual(
            self.variants("specifications"), {"CONDOR-STD": ({},), "CONDOR-MORE": ({},)}
        )

    def test_a_value_is_renamed(self):
        self.edition.value_ids[1].name = "Fly More"
        self.assertEqual(self.variants("variant_title"), {
            "CONDOR-STD": ("Standard",), "CONDOR-MORE": ("Fly More",),
        })

    def test_a_value_is_added(self):
        self.edition.value_ids = [Command.create({"name": "Pro"})]
        self.condor.attribute_line_ids.value_ids = self.edition.value_ids
        self.condor.product_variant_ids[-1].default_code = "CONDOR-PRO"
        self.assertEqual(
            set(self.variants("sku")), {"CONDOR-STD", "CONDOR-MORE", "CONDOR-PRO"}
        )

    def test_a_value_is_taken_away(self):
        self.condor.attribute_line_ids.value_ids = self.edition.value_ids[:1]
        self.condor.product_variant_ids.default_code = "CONDOR-STD"
        self.assertEqual(set(self.variants("sku")), {"CONDOR-STD"})

    def test_pictures_of_product_variant_and_documents(self):
        def pictures():
            return {sku: paths for sku, (paths,) in self.variants("media_assets").items()}

        self.condor.image_1920 = PIXEL
        self.assertEqual([len(paths) for paths in pictures().values()], [1, 1])
        self.more.image_1920 = OTHER_PIXEL
        told = pictures()
        self.assertNotEqual(told["CONDOR-STD"], told["CONDOR-MORE"])
        document = self.env["product.document"].create({
            "name": "side.png", "datas": PIXEL, "res_model": "product.template",
            "res_id": self.condor.id,
        })
        document.enord_to_storefronts = True
        self.assertEqual([len(paths) for paths in pictures().values()], [2, 2])
        document.enord_to_storefronts = False
        self.assertEqual([len(paths) for paths in pictures().values()], [1, 1])
        document.enord_to_storefronts = True
        self.leaving()
        document.write({"res_model": "res.partner", "res_id": self.env.user.partner_id.id})
        self.assertEqual([len(paths) for paths in pictures().values()], [1, 1])
        document.write({"res_model": "product.template", "res_id": self.condor.id})
        self.assertEqual([len(paths) for paths in pictures().values()], [2, 2])
        document.active = False
        self.assertEqual([len(paths) for paths in pictures().values()], [1, 1])
        document.active = True
        self.leaving()
        document.unlink()
        self.assertEqual([len(paths) for paths in pictures().values()], [1, 1])

    def test_a_product_is_archived_and_comes_back(self):
        self.condor.action_archive()
        self.assertFalse(self.told()["is_active"])
        self.condor.action_unarchive()
        self.assertTrue(self.told()["is_active"])

    def test_a_variant_is_archived(self):
        self.more.action_archive()
        self.assertEqual(set(self.variants("sku")), {"CONDOR-STD"})

    def test_a_product_is_withdrawn_from_sale_online_and_from_sale(self):
        for field in ("enord_published", "sale_ok"):
            self.condor[field] = False
            self.assertFalse(self.told()["is_active"])
            self.condor[field] = True
            self.assertTrue(self.told()["is_active"])

    def test_a_product_that_moves_to_another_company_is_withdrawn(self):
        self.condor.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self.told()["is_active"])

    def test_a_deleted_product_is_withdrawn_as_it_was_known(self):
        group = self.condor.enord_group_id
        self.condor.unlink()
        [data] = self.leaving()
        self.assertEqual(
            (data["group_id"], data["group_name"], data["is_active"], data["variants"]),
            (group, "Condor", False, []),
        )
        self.assertFalse(self.leaving())

    def test_a_deleted_product_that_was_never_online_is_not_told(self):
        secret = self._make_product("SECRET", 1.0, enord_published=False)
        self.assertFalse(self.leaving())
        secret.product_tmpl_id.unlink()
        self.assertFalse(self.leaving())

    def test_a_deleted_variant_is_left_out(self):
        self.more.unlink()
        self.assertEqual(set(self.variants("sku")), {"CONDOR-STD"})

    def test_a_changed_sku_replaces_the_old_one_and_brings_its_stock(self):
        self._put(self.more, self.warehouse, 4)
        while self.leaving():
            pass
        self.more.default_code = "CONDOR-PLUS"
        self.assertEqual(set(self.variants("sku")), {"CONDOR-STD", "CONDOR-PLUS"})
        self.assertEqual(self.stock_leaving(), {
            ("CONDOR-PLUS", "WH-TECH-01"): ("RESYNC", 4),
            ("CONDOR-PLUS", "WH-MUM-01"): ("RESYNC", 0),
        })

    def test_stock_that_waits_while_a_sku_changes_is_told_under_the_new_one(self):
        self._put(self.more, self.warehouse, 4)
        self.more.default_code = "CONDOR-PLUS"
        events = self.leaving() + self.leaving()
        self.assertNotIn("CONDOR-MORE", str(events))

    def test_a_new_product(self):
        kite = self._make_product("KITE", 20.0)
        data = self.told(kite.product_tmpl_id)
        self.assertEqual([variant["sku"] for variant in data["variants"]], ["KITE"])

    def test_a_product_made_with_a_retail_price_and_a_group_of_its_own(self):
        made = self.env["product.template"].create({
            "name": "Glue", "default_code": "GLUE", "is_storable": True, "enord_mrp": 20.0,
        })
        data = self.told(made)
        self.assertEqual(data["group_id"], f"GRP-{made.id}")
        self.assertEqual([variant["mrp"] for variant in data["variants"]], [20.0])

    def test_a_changed_location_code_tells_its_stock_anew_and_none_under_the_former(self):
        self.warehouse.enord_location_code = "WH-NEW"
        told = [
            (data["sku"], data["location_code"], data["new_quantity"])
            for data in self.leaving() if "location_code" in data
        ]
        self.assertIn(("DRONE-X1-PRO-KIT", "WH-NEW", 12), told)
        self.assertIn(("DRONE-X1-PRO-KIT", "WH-TECH-01", 0), told)

    def test_what_no_storefront_sees_sends_nothing(self):
        self.condor.write({"description_purchase": "cheap", "purchase_ok": False})
        self.standard.standard_price = 120.0
        self.category.property_cost_method = "average"
        self.condor.message_post(body=self.env._("A note"))
        self.assertFalse(self.leaving())

    def test_costs_and_vendors_are_not_even_looked_at(self):
        self.standard.standard_price = 120.0
        self.condor.seller_ids = [Command.create({
            "partner_id": self.env.user.partner_id.id, "price": 100.0,
        })]
        self.assertFalse(self.recorded())

    def test_many_products_at_once_let_single_changes_go_first(self):
        for number in range(101):
            self._make_product(f"SKU-{number}", 1.0, categ_id=self.category.id)
        while self.leaving():
            pass
        self.parent.name = "Aircraft"
        self.assertEqual(set(self.recorded().mapped("priority")), {1})
        self.condor.name = "Condor 2"
        self.assertEqual(self.recorded().mapped("priority"), [0])
