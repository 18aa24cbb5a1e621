"""A storefront's filter that cannot be applied any more: what it names has gone with its module."""

from unittest.mock import patch

import psycopg2
from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from psycopg2.errors import InFailedSqlTransaction, QueryCanceled, SerializationFailure

from ...models.sellable.product_filter import filter_error
from ..orders_common import OrdersCommon

GONE = "[('no_such_field', '=', 1)]"


@tagged("post_install", "-at_install")
class TestBrokenFilter(OrdersCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storefront.product_domain = "[('default_code', '!=', 'WHOLESALE')]"
        cls.kite = cls._make_product("KITE", 10.0, (4, 0))
        cls.hidden = cls._make_product("WHOLESALE", 10.0, (4, 0))

    def setUp(self):
        super().setUp()
        self.tell_all()
        self.break_filter()

    def tell_all(self):
        while self.leaving():
            pass
        self.storefront.action_resync()
        while self.leaving():
            pass

    def break_filter(self, text=GONE, storefront=None):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE enord_storefront SET product_domain = %s WHERE id = %s",
            [text, (storefront or self.storefront).id],
        )
        self.env.invalidate_all()

    def skus_of_pages(self):
        page = self.call("GET", "/api/catalog/products")
        self.assertEqual(page.status_code, 200, page.text)
        return {variant["sku"] for product in page.json()["products"]
                for variant in product["variants"]}

    def test_it_cannot_be_saved(self):
        for text, named in (
            (GONE, "no_such_field"), ("[('categ_id.no_such_field', '=', 1)]", "no_such_field"),
            ("[('product_tag_ids', 'any', [('colour_of', '=', 1)])]", "colour_of"),
            ("[('name', 'resembles', 'a')]", "resembles"),
        ):
            with self.assertRaisesRegex(ValidationError, f"(?s)Products: .*{named}"):
                self.storefront.product_domain = text

    def test_a_field_that_staff_delete(self):
        self.break_filter("[]")
        field = self.env["ir.model.fields"].create({
            "name": "x_online", "model_id": self.env["ir.model"]._get_id("product.template"),
            "ttype": "boolean", "field_description": "Online",
        })
        self.kite.x_online = True
        self.storefront.product_domain = "[('x_online', '=', True)]"
        self.tell_all()
        self.assertEqual(self.published(), self.kite)
        field.unlink()
        self.assertEqual(self.published(), self.kite)
        self.storefront.product_domain = "[]"
        self.assertEqual(len(self.published()), 4)

    def test_staff_go_on(self):
        rule = self.env["stock.rule"].search([("active", "=", True)], limit=1)
        rule.sequence += 1
        self.kite.product_tmpl_id.name = "Kestrel"
        self.kite.categ_id.name = "Toys"
        self.kite.default_code = "KESTREL"
        self.warehouse.enord_location_code = "WH-OTHER"
        self.env["ir.config_parameter"].set_param("web.base.url", "https://erp.example.com")
        self.recorded()
        self.storefront.warehouse_ids = self.warehouse
        self.storefront.warehouse_ids = self.warehouses
        self.storefront.safety_stock = 1
        self.tell_all()
        every = self.drone | self.kite | self.hidden
        self.assertEqual(
            every.mapped("enord_online"), ["online", "online", "filtered"],
        )
        self.assertIn(self.hidden, every.search([("enord_online", "=", "filtered")]))
        self.assertIn(self.kite, every.search([("enord_online", "=", "online")]))
        every.action_enord_online()
        self.env["enord.online.place"].action_drift(self.storefront.ids)
        wizard = self.env["enord.resync.wizard"].create({"storefront_id": self.storefront.id})
        self.assertEqual(wizard.products, 3)
        self.storefront.write({"name": "Other Name", "active": False})

    def test_what_it_was_told_goes_on_and_nothing_else_is_told(self):
        self.kite.list_price = 11.0
        self.hidden.list_price = 12.0
        self._make_product("NEW", 1.0, (5, 0))
        self._put(self.kite, self.warehouse, 1)
        told = self.leaving()
        self.assertEqual({data["group_name"] for data in told if "group_name" in data}, {"KITE"})
        self.assertEqual(
            {data["sku"]: data["new_quantity"] for data in told if "sku" in data}, {"KITE": 5},
        )
        self.tell_all()
        self.storefront.action_resync()
        self.assertTrue(all(
            data.get("is_active", True) and data.get("sku") not in ("NEW", "WHOLESALE")
            for data in self.leaving()
        ))
        self.assertFalse(self.env["enord.webhook.event"].search([("last_error", "!=", False)]))

    def test_what_staff_withdraw_is_withdrawn(self):
        self.kite.enord_published = False
        [data] = [data for data in self.leaving() if "group_name" in data]
        self.assertEqual((data["group_name"], data["is_active"]), ("KITE", False))
        self.kite.enord_published = True
        self.assertFalse(self.leaving(), "nothing new until the filter is mended")

    def test_once_it_is_mended_everything_is_as_it_says(self):
        new = self._make_product("NEW", 1.0, (5, 0))
        self.leaving()
        self.storefront.product_domain = "[('default_code', '!=', 'KITE')]"
        told = []
        while leaving := self.leaving():
            told += leaving
        active = {data["group_name"]: data["is_active"] for data in told if "group_name" in data}
        self.assertEqual(active, {
            "DRONE-X1-PRO-KIT": True, "PROP-GUARD-X1": True, "KITE": False, "WHOLESALE": True,
            "NEW": True,
        })
        self.assertIn(new, self.published())

    def test_what_it_was_told_is_compared(self):
        self.storefront.comparison_minutes = 1
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET name = jsonb_build_object('en_US', 'Kestrel')"
            " WHERE id = %s", [self.kite.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("enord_sales_sync.cron_compare").method_direct_trigger()
        [data] = self.leaving()
        self.assertEqual((data["group_name"], data["is_active"]), ("Kestrel", True))

    def test_the_api_answers_by_what_was_told(self):
        known = {"DRONE-X1-PRO-KIT", "PROP-GUARD-X1", "KITE"}
        self.assertEqual(self.skus_of_pages(), known)
        snapshot = self.call("GET", "/api/inventory/snapshot")
        self.assertEqual({item["sku"] for item in snapshot.json()}, known)
        answer = self.call("GET", "/api/inventory/availability?sku=KITE&sku=WHOLESALE").json()
        self.assertEqual([one["available"] for one in answer], [4, 0])
        check = self.call("POST", "/api/inventory/reconciliation", {
            "items": [{"sku": sku, "qty": 4} for sku in ("KITE", "DRONE-X1-PRO-KIT")],
            "complete": True,
        })
        self.assertEqual(
            {one["sku"] for one in check.json()["differences"]}, known - {"KITE"},
        )

    def test_orders_and_holds_are_taken(self):
        hold = self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "KITE", "quantity": 1}],
        })
        self.assertEqual(hold.status_code, 201, hold.text)
        self.post("ORD-1", line_items=self.lines(("KITE", 2, 10.0)), reservation_id="CART-1",
                  total_amount=20.0, shipping_charge=0)
        # it may know it from before it was told anything
        self.post("ORD-2", line_items=self.lines(("WHOLESALE", 1, 10.0)),
                  total_amount=10.0, shipping_charge=0)
        self.hidden.sale_ok = False
        self.refused(422, "unknown_sku", "/line_items/0/sku", "ORD-3",
                     line_items=self.lines(("WHOLESALE", 1, 10.0)), total_amount=10.0)
        returned = self.call("POST", "/api/inventory/adjust", {
            "reference_id": "RET-1", "adjustments": [
                {"sku": "KITE", "location_code": "WH-TECH-01", "quantity_change": 1},
            ],
        })
        self.assertEqual(returned.status_code, 201, returned.text)

    def test_one_that_was_told_nothing_gets_no_list(self):
        self.env["enord.webhook.event"].sudo().search([]).unlink()
        self.storefront.webhook_url = False
        for path in ("/api/catalog/products", "/api/inventory/snapshot"):
            answer = self.call("GET", path)
            self.assertProblem(answer, 503, "filter_broken")
        self.assertProblem(self.call("POST", "/api/inventory/reconciliation", {
            "items": [], "complete": True,
        }), 503, "filter_broken")
        self.post("ORD-1", line_items=self.lines(("KITE", 2, 10.0)), total_amount=20.0,
                  shipping_charge=0)

    def test_staff_are_told_once_until_it_is_mended(self):
        def incident():
            self.env.flush_all()
            self.env["enord.incident"]._cron_watch()
            self.env.invalidate_all()
            return self.env["enord.incident"].search([("kind", "=", "filter")])

        found = incident()
        self.assertEqual(found.storefront_id, self.storefront)
        self.assertTrue(found.told_at)
        self.assertIn("no_such_field", found.cause)
        self.assertEqual(self.storefront.status, "attention")
        self.assertIn("filter", self.storefront.status_text)
        self.assertEqual(incident(), found)
        self.storefront.product_domain = "[]"
        self.assertTrue(incident().ended_at)

    def test_other_texts_that_are_no_filter(self):
        for text in ("nonsense", "[('list_price', '=', 'x')]", "[('name', 'resembles', 'a')]",
                     "[('seller_ids.colour_of', '=', 1)]"):
            self.break_filter(text)
            self.assertEqual(self.skus_of_pages(), {"DRONE-X1-PRO-KIT", "PROP-GUARD-X1", "KITE"})

    def test_trouble_of_the_moment_is_not_the_filters(self):
        """It would be kept for as long as the process lives."""
        Product = self.env.registry["product.product"]
        for error in (psycopg2.InterfaceError("gone"), InFailedSqlTransaction("aborted"),
                      QueryCanceled("too long"), SerializationFailure("again")):
            self.break_filter(f"[('name', '!=', '{error}')]")
            with (
                patch.object(Product, "search_count", side_effect=error),
                self.assertRaises(type(error)),
            ):
                filter_error(self.storefront)
            self.assertEqual(filter_error(self.storefront), "")

    def test_another_storefront_is_not_touched(self):
        other = self.another(product_domain="[]", warehouse_ids=[Command.set(self.warehouse.ids)])
        self.recorded()
        self.assertEqual(len(self.env["product.product"]._enord_published_for(other)), 4)
