"""What a storefront is set to is changed elsewhere in Odoo, by staff who do not think of it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ...models.storefront.res_config_settings import setting
from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestUsedByStorefronts(OrdersCommon):
    def sell(self, reference="ORD-1", **values):
        return self.post(reference, line_items=self.lines(("PROP-GUARD-X1", 1, 500.0)),
                         total_amount=500.0, shipping_charge=0, **values)

    def test_nothing_that_it_uses_moves_to_another_company(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        used = {
            "pricelist_id": self.env["product.pricelist"].create({"name": "Online"}),
            "team_id": self.env["crm.team"].create({"name": "Online"}),
            "shipping_product_id": self.env["product.product"].create(
                {"name": "Shipping", "type": "service", "taxes_id": False}
            ),
            "new_customers_like_id": self.env["res.partner"].create({"name": "Usual"}),
        }
        if "website_id" in used["pricelist_id"]._fields:
            used["pricelist_id"].website_id = False
        for name, record in used.items():
            self.storefront[name] = record
            record.company_id = self.company
            refused = self.assertRaisesRegex(UserError, self.storefront.name, msg=name)
            with refused, self.env.cr.savepoint():
                record.company_id = elsewhere
        self.sell()
        self.storefront.active = False
        for record in used.values():
            record.company_id = elsewhere

    def test_a_pricelist_that_it_uses_is_not_deleted(self):
        """The prices of the storefront would be in another currency."""
        pricelist = self.env["product.pricelist"].create({"name": "Online"})
        self.storefront.pricelist_id = pricelist
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            pricelist.unlink()
            self.env.flush_all()

    def test_its_user_is_not_archived_alone(self):
        user, key = self.storefront.service_user_id, self.api_key
        refused = self.assertRaisesRegex(ValidationError, self.storefront.name)
        with refused, self.env.cr.savepoint():
            user.active = False
        self.storefront.active = False
        user.with_context(active_test=False).active = False
        self.storefront.active = True
        self.assertEqual(
            self.call("GET", "/api/catalog/products", key=key).status_code, 200,
        )

    def test_a_time_zone_that_is_no_more(self):
        self.env.cr.execute(
            "UPDATE enord_storefront SET tz = 'US/Pacific-New' WHERE id = %s", [self.storefront.id],
        )
        self.env.invalidate_all()
        self.sell(payment={"method": "card", "amount": 500.0, "reference": "PAY-1"})
        self.assertEqual(self.sale("ORD-1").enord_payment_date.isoformat()[:4], "2024")

    def test_settings_that_are_no_numbers_are_as_if_there_were_none(self):
        name = "enord_sales_sync.api_log_days"
        for text, expected in (("7", 7), ("30 days", 30), ("-5", 30), ("0", 30), ("", 30),
                               ("999999999999", 30)):
            self.env["ir.config_parameter"].set_param(name, text)
            self.assertEqual(setting(self.env, name, 30), expected, text)
        old, new = self.env["enord.api.call"].create([
            {"storefront_id": self.storefront.id, "method": "GET", "path": "/api/x", "status": 200,
             "called_at": fields.Datetime.now() - timedelta(days=days)} for days in (40, 1)
        ])
        for text in ("30 days", "-5", "999999999999"):
            self.env["ir.config_parameter"].set_param(name, text)
            self.env["enord.api.call"]._gc_calls()
            self.assertTrue(new.exists(), text)
        self.assertFalse(old.exists())

    def test_a_new_key_is_offered_whatever_the_parameters(self):
        manager = new_test_user(self.env, "online.keys", "enord_sales_sync.group_manager")
        for name in ("api_key_days", "api_key_calls_a_minute"):
            for text in ("one year", "-5", "999999999999"):
                self.env["ir.config_parameter"].set_param(f"enord_sales_sync.{name}", text)
                wizard = self.env["enord.api.key.wizard"].with_user(manager).create(
                    {"storefront_id": self.storefront.id}
                )
                self.assertEqual(wizard.calls_a_minute, 6000)
                self.assertAlmostEqual(
                    wizard.expiration_date, fields.Datetime.now() + timedelta(days=365),
                    delta=timedelta(minutes=1),
                )
