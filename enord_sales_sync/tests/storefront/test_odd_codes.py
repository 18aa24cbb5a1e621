from odoo.tests import Form, tagged

from ..common import SalesSyncCommon

BLANK = (False, "", "  \t")


@tagged("post_install", "-at_install")
class TestOddCodes(SalesSyncCommon):
    """Codes of products and warehouses that are empty or odd, by form, RPC and import: the contract
    holds."""

    def load(self, record, **values):
        """As an import of one line does."""
        [external_id] = record._export_rows([["id"]])[0]
        result = self.env[record._name].load(
            ["id", *values], [[external_id, *(value or "" for value in values.values())]],
        )
        self.assertFalse(result["messages"])

    def test_a_cleared_group_is_the_products_own_again(self):
        template = self.drone.product_tmpl_id
        own = f"GRP-{template.id}"
        for blank in BLANK:
            for record in (template, self.drone):
                template.enord_group_id = "GRP-UAV-X1"
                record.write({"enord_group_id": blank})
                self.assertEqual(self.catalog_data(template)["group_id"], own)
        template.enord_group_id = "GRP-UAV-X1"
        with Form(template) as form:
            form.enord_group_id = False
        self.assertEqual(template.enord_group_id, own)
        template.enord_group_id = "GRP-UAV-X1"
        self.load(template, enord_group_id="")
        self.assertEqual(template.enord_group_id, own)
        made = self.env["product.template"].create({"name": "Kite", "enord_group_id": " "})
        self.assertEqual(made.enord_group_id, f"GRP-{made.id}")

    def test_groups_of_several_products_are_cleared_at_once(self):
        templates = (self.drone | self.guard).product_tmpl_id
        templates.write({"enord_group_id": False})
        self.assertEqual(
            templates.mapped("enord_group_id"), [f"GRP-{template.id}" for template in templates],
        )

    def test_spaces_around_a_group_do_not_count(self):
        self.drone.enord_group_id = "  GRP-UAV-X1 "
        self.assertEqual(self.drone.product_tmpl_id.enord_group_id, "GRP-UAV-X1")

    def test_a_group_that_somebody_took_stops_no_new_product(self):
        following = self._make_product("KITE", 1.0).product_tmpl_id.id + 1
        self.drone.enord_group_id = f"GRP-{following}"
        made = self._make_product("KITE-2", 1.0).product_tmpl_id
        self.assertEqual(made.id, following)
        self.assertTrue(made.enord_group_id)
        self.assertNotEqual(made.enord_group_id, self.drone.enord_group_id)

    def test_a_cleared_location_code_is_the_short_name(self):
        for number, blank in enumerate(BLANK):
            self.warehouses[0].enord_location_code = "WH-TECH-01"
            self.warehouses.write({"enord_location_code": blank})
            self.assertEqual(
                self.warehouses.mapped("enord_location_code"), self.warehouses.mapped("code"),
            )
            made = self.env["stock.warehouse"].create({
                "name": f"Further {number}", "code": f"F{number}", "enord_location_code": blank,
            })
            self.assertEqual(made.enord_location_code, f"F{number}")
        self.warehouse.enord_location_code = "WH-TECH-01"
        with Form(self.warehouse) as form:
            form.enord_location_code = False
        self.assertEqual(self.warehouse.enord_location_code, self.warehouse.code)
        self.warehouse.enord_location_code = "WH-TECH-01"
        self.load(self.warehouse, enord_location_code="")
        self.assertEqual(self.warehouse.enord_location_code, self.warehouse.code)

    def test_a_cleared_location_code_is_withdrawn_from_the_storefront(self):
        while self.leaving():
            pass
        self.warehouse.enord_location_code = False
        told = [
            (data["sku"], data["location_code"], data["new_quantity"])
            for data in self.leaving() if "location_code" in data
        ]
        self.assertIn(("DRONE-X1-PRO-KIT", self.warehouse.code, 12), told)
        self.assertIn(("DRONE-X1-PRO-KIT", "WH-TECH-01", 0), told)

    def test_a_location_code_that_is_the_short_name_follows_it(self):
        self.second_warehouse.enord_location_code = "SECND"
        self.second_warehouse.write({"code": "OTHER"})
        self.assertEqual(self.second_warehouse.enord_location_code, "OTHER")
        self.second_warehouse.write({"code": "NEXT", "enord_location_code": "WH-MUM-01"})
        self.second_warehouse.write({"code": "LAST"})
        self.assertEqual(self.second_warehouse.enord_location_code, "WH-MUM-01")

    def test_a_slash_after_odoos_own_address_is_none_too_many(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "https://erp.example.com/"
        )
        self.drone.image_1920 = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5E"
            "rkJggg=="
        )
        [variant] = self.catalog_data(self.drone.product_tmpl_id)["variants"]
        [asset] = variant["media_assets"]
        self.assertTrue(asset.startswith("https://erp.example.com/enord/media/"))
