from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestStorefront(SalesSyncCommon):

    def test_events_go_over_https_only(self):
        for url in ("http://shop.example.com", "ftp://shop.example.com", "shop.example.com",
                    "https://", "https://user:pass@shop.example.com"):
            with self.assertRaises(ValidationError, msg=url):
                self.storefront.webhook_url = url

    def test_a_test_storefront_may_use_http_and_its_own_network(self):
        self.storefront.test_mode = True
        self.storefront.webhook_url = "http://127.0.0.1:8070/webhooks/erp"
        self.assertTrue(self.storefront.allow_private_addresses)

    def test_a_filter_that_is_none_is_refused(self):
        for domain in ("[('no_such_field', '=', 1)]", "nonsense"):
            with self.assertRaises(ValidationError, msg=domain):
                self.storefront.product_domain = domain

    def test_without_a_warehouse_it_is_refused(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        self.env["stock.warehouse"].search([("company_id", "=", company.id)]).active = False
        values = {"name": "Empty", "company_id": company.id, "webhook_url": "https://a.example.com"}
        with self.assertRaisesRegex(ValidationError, "choose a warehouse"):
            self.env["enord.storefront"].with_company(company).create(values)
        with self.assertRaisesRegex(ValidationError, "choose a warehouse"):
            self.storefront.warehouse_ids = False

    def test_its_last_warehouse_is_not_archived(self):
        new = self.env["stock.warehouse"].create({"name": "Third", "code": "THIRD"})
        self.storefront.warehouse_ids = new
        with self.assertRaisesRegex(ValidationError, "choose a warehouse"):
            new.active = False
        self.storefront.active = False
        new.active = False
        with self.assertRaisesRegex(ValidationError, "choose a warehouse"):
            self.storefront.active = True

    def test_it_is_set_up_before_there_are_products(self):
        (self.drone | self.guard).enord_published = False
        self.env["enord.webhook.event"].search([]).unlink()
        self.warehouse.enord_location_code = "WH-FIRST"
        self.assertFalse(self.env["enord.webhook.event"].search(
            [("event_type", "=", "inventory.change")]
        ))
        self.assertEqual(self.snapshot(), {})

    def test_no_warehouse_has_no_stock(self):
        none = self.warehouses.browse()
        self.assertEqual(self.storefront._sellable(self.drone, none), {})
        self.assertEqual(set(self.snapshot(none).values()), {0})
        self.storefront.browse().action_resume()

    def test_a_new_storefront_is_told_everything(self):
        storefront = self.another("Second")
        events = self.recorded() | self.env["enord.webhook.event"].search(
            [("storefront_id", "=", storefront.id)]
        )
        self.assertEqual(
            sorted(events.filtered(lambda event: event.storefront_id == storefront)
                   .mapped("event_type")),
            ["catalog.update"] * 2 + ["inventory.change"] * 4,
        )

    def test_an_address_entered_later_starts_the_first_load(self):
        self.storefront.webhook_url = False
        self.env["enord.webhook.event"].search([]).unlink()
        self.storefront.webhook_url = "https://new.example.com/hook"
        self.assertEqual(self.env["enord.webhook.event"].search_count([]), 6)

    def test_each_storefront_has_secrets_of_its_own(self):
        other = self.storefront.copy()
        self.assertNotEqual(other.webhook_secret, self.storefront.webhook_secret)
        self.assertNotEqual(other.service_user_id, self.storefront.service_user_id)

    def test_the_forms_can_be_filled(self):
        with Form(self.env["enord.storefront"]) as form:
            form.name = "By Hand"
            form.webhook_url = "https://shop.example.com/hook"
        with Form(self.drone.product_tmpl_id) as form:
            form.enord_group_id = "GRP-X"
            form.enord_tax_code = "HSN-8806"
            form.enord_mrp = 60000.0
        self.assertEqual(self.drone.enord_mrp, 60000.0)
        with Form(self.warehouse) as form:
            form.enord_location_code = "WH-NEW"

    def test_a_key_is_made_by_the_wizard_and_shown_once(self):
        wizard = self.env["enord.api.key.wizard"].create({"storefront_id": self.storefront.id})
        action = wizard.action_create()
        key = action["context"]["default_key"]
        known = self.env["enord.storefront.key"]._of(key)
        self.assertEqual(known, self.storefront.key_ids)
        self.assertEqual(self.storefront.api_key_count, 1)

    def test_defaults_of_the_fields_that_a_user_can_fill(self):
        product = self._make_product("NEW-1", 5.0)
        self.assertTrue(product.enord_published)
        self.assertTrue(product.product_tmpl_id.enord_group_id.startswith("GRP-"))
        warehouse = self.env["stock.warehouse"].create({"name": "Third", "code": "THIRD"})
        self.assertEqual(warehouse.enord_location_code, "THIRD")

    def test_the_settings_lead_to_the_storefront(self):
        action = self.env["res.config.settings"].create({}).action_enord_storefronts()
        self.assertEqual(action["res_id"], self.storefront.id)
