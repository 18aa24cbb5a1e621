from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import SalesSyncCommon


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

    def test_a_new_storefront_is_told_everything(self):
        storefront = self.storefront.copy({"name": "Second"})
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
        known = self.env["enord.storefront"]._of_api_key(key)
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
