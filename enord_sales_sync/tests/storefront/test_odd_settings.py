"""Settings that are empty or odd, by form, RPC and import: the contract holds."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ...delivery.sender import RefusedURL
from ...models.storefront import storefront as storefront_module
from ..common import SalesSyncCommon, SalesSyncHttpCommon


@tagged("post_install", "-at_install")
class TestOddStorefront(SalesSyncCommon):

    def queued(self, storefront=None):
        """Events of a storefront, recorded by now."""
        self.recorded()
        return self.env["enord.webhook.event"].search(
            [("storefront_id", "=", (storefront or self.storefront).id)]
        )

    def test_an_address_that_is_none_is_refused(self):
        for url in ("https://[::1", "https://shop.example.com:port/hook", "https://shop:99999/",
                    "  ", "https://shop.example.com/a b", "https://shop.example.com/\n",
                    "https://:pass@example.com/", "https://me@example.com/", "ftp://example.com/",
                    "http://example.com/", "https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
                    "https://shop.example.com/\r\nX-Other: 1", " https://shop.example.com/",
                    "https://", "https:///hook", "shop.example.com"):
            with self.assertRaises(ValidationError, msg=url):
                self.storefront.webhook_url = url

    def test_an_address_that_the_sender_refuses_is_refused_by_the_form(self):
        for url in ("https://shop.example.com/hook?a=1#top", "https://SHOP.example.com:8443/",
                    "https://m\xfcnchen.example/", "https://[2001:db8::1]/"):
            self.storefront.webhook_url = url
        refused = patch.object(storefront_module, "checked_url", side_effect=RefusedURL("no"))
        with refused, self.assertRaises(ValidationError):
            self.storefront.webhook_url = "https://shop.example.com/other"

    def test_a_secret_that_is_none_is_refused(self):
        for secret in ("", "   "):
            with self.assertRaises(ValidationError, msg=repr(secret)):
                self.storefront.webhook_secret = secret

    def test_a_filter_that_is_none_is_refused(self):
        for domain in (
            "5", "{}", "[1]", "None", "'name'", "[('name', '=', later)]",
            "[('id', 'in', list(range(9)))]", "[('id', 'in', [1] * 9)]", "(" * 5000,
        ):
            with self.assertRaises(ValidationError, msg=domain):
                self.storefront.product_domain = domain
        for domain in (False, ""):
            self.storefront.product_domain = domain
            self.assertEqual(self.published(), self.drone | self.guard)

    def test_a_storefront_without_an_address_queues_nothing(self):
        for blank in (False, ""):
            storefront = self.another("Silent", webhook_url=blank)
            self._make_product(f"KITE-{blank}", 1.0, (2, 0))
            self.drone.default_code = f"DRONE-{blank}"
            storefront.safety_stock = 5
            storefront.product_domain = "[('list_price', '<', 1000)]"
            storefront.warehouse_ids = self.warehouse
            storefront.warehouse_ids = self.warehouses
            self.warehouse.enord_location_code = f"WH-{blank}"
            self.assertFalse(self.queued(storefront))

    def test_nor_does_an_archived_one(self):
        storefront = self.another("Closed", active=False)
        storefront.safety_stock = 5
        storefront.warehouse_ids = self.warehouse
        self.warehouse.enord_location_code = "WH-NEW"
        self.assertFalse(self.queued(storefront))

    def test_once_it_has_an_address_everything_is_queued_once(self):
        storefront = self.another("Silent", webhook_url=False)
        storefront.write({"webhook_url": "https://a.example.com/hook", "safety_stock": 3})
        keys = self.queued(storefront).mapped("key")
        self.assertEqual((len(keys), len(set(keys))), (6, 6))
        storefront.webhook_url = "https://a.example.com/hook"
        self.assertEqual(len(self.queued(storefront)), 6)

    def test_what_waited_does_not_when_the_address_is_gone(self):
        for values in ({"webhook_url": False}, {"active": False}):
            storefront = self.another("Closing")
            self.assertEqual(storefront.pending_count, 6)
            storefront.write(values)
            storefront.invalidate_recordset()
            self.assertEqual(storefront.pending_count, 0)

    def test_it_learns_later_what_it_knew_and_is_no_more(self):
        """It was told, lost its address, and has one again."""
        while self.leaving():
            pass
        self.storefront.action_resync()
        while self.leaving():
            pass
        group = self.drone.enord_group_id
        self.storefront.webhook_url = False
        self.warehouse.enord_location_code = "WH-NEW"
        self.storefront.warehouse_ids = self.warehouse
        self.env["stock.quant"].search([("product_id", "=", self.drone.id)]).sudo().unlink()
        self.env["stock.move"].search([("product_id", "=", self.drone.id)]).sudo().unlink()
        self.drone.product_tmpl_id.unlink()
        self.recorded()
        self.storefront.webhook_url = "https://shop.example.com/webhooks/erp"
        told = [data for _turn in range(3) for data in self.leaving()]
        self.assertIn((group, False), [
            (data["group_id"], data["is_active"]) for data in told if "group_id" in data
        ])
        stock = [
            (data["sku"], data["location_code"], data["new_quantity"])
            for data in told if "location_code" in data
        ]
        self.assertIn(("PROP-GUARD-X1", "WH-TECH-01", 0), stock)
        self.assertIn(("PROP-GUARD-X1", "WH-MUM-01", 0), stock)
        self.assertIn(("PROP-GUARD-X1", "WH-NEW", 80), stock)

    def test_staff_are_told_that_nothing_can_be_sent_again(self):
        for values in ({"webhook_url": False}, {"active": False}):
            storefront = self.another("Silent", **values)
            wizard = self.env["enord.replay.wizard"].create({"storefront_id": storefront.id})
            event = self.env["enord.webhook.event"].create({
                "storefront_id": storefront.id, "event_type": "catalog.update",
                "key": "catalog:1", "state": "delivered",
            })
            for button in (storefront.action_resync, wizard.action_send, event.action_send_again):
                with self.assertRaisesRegex(UserError, "Silent"):
                    button()
            self.assertEqual(self.queued(storefront), event)

    def test_an_archived_warehouse_is_not_sold_from(self):
        self.env.cr.execute(
            "UPDATE stock_warehouse SET active = FALSE WHERE id = %s", [self.second_warehouse.id],
        )
        self.env.invalidate_all()
        self.storefront.action_resync()
        stock, variants = {}, {}
        while told := self.leaving():
            for data in told:
                if "location_code" in data:
                    stock[data["sku"], data["location_code"]] = data["new_quantity"]
                else:
                    variants |= {
                        variant["sku"]: variant["current_stock"] for variant in data["variants"]
                    }
        self.assertEqual(variants, {"DRONE-X1-PRO-KIT": 12, "PROP-GUARD-X1": 80})
        self.assertEqual(sum(stock.values()), 92)


@tagged("post_install", "-at_install")
class TestOddWarehouses(SalesSyncHttpCommon):

    def test_a_cleared_code_leaves_clear_answers(self):
        self.warehouse.enord_location_code = False
        self.assertProblem(
            self.call("GET", "/api/inventory/snapshot?location_code=xx"), 422, "unknown_location",
        )
        answer = self.call("GET", f"/api/inventory/availability?sku={self.drone.default_code}")
        self.assertEqual(
            [place["location_code"] for place in answer.json()[0]["locations"]],
            [self.warehouse.code, "WH-MUM-01"],
        )

    def test_all_warehouses_archived_before_it_was_refused(self):
        """As a former version allowed."""
        self.env.cr.execute(
            "UPDATE stock_warehouse SET active = FALSE WHERE id = ANY(%s)", [self.warehouses.ids],
        )
        self.env.invalidate_all()
        snapshot = self.call("GET", "/api/inventory/snapshot")
        self.assertEqual({item["qty"] for item in snapshot.json()}, {0})
        order = self.call("POST", "/api/sales/orders", {
            "transaction_id": "ORD-1", "transaction_date": "2026-11-25T10:00:00Z",
            "customer_details": {"name": "Jane Doe"},
            "line_items": [{"sku": "DRONE-X1-PRO-KIT", "quantity": 1, "unit_price": 45000.0}],
        })
        self.assertProblem(order, 409, "out_of_stock")
        catalogue = self.call("GET", "/api/catalog/products")
        self.assertEqual(catalogue.status_code, 200)
        self.assertEqual({
            variant["current_stock"]
            for product in catalogue.json()["products"] for variant in product["variants"]
        }, {0})
        self.storefront.action_resync()
        while self.leaving():
            pass
        self.assertFalse(self.env["enord.webhook.event"].search([("last_error", "!=", False)]))

    def test_a_filter_on_what_the_keys_user_may_not_read(self):
        supplier = self.env["res.partner"].create({"name": "Maker"})
        self.drone.seller_ids = [Command.create({"partner_id": supplier.id, "price": 1.0})]
        for domain in (
            "[('standard_price', '<', 100)]", "[('qty_available', '>', 0)]",
            "[('free_qty', '>', 0)]", "[('product_tag_ids', '=', False)]",
            f"['|', ('seller_ids.partner_id', '=', {supplier.id}), ('seller_ids', '=', False)]",
            "[('stock_quant_ids.location_id.usage', '=', 'internal')]",
        ):
            self.storefront.product_domain = domain
            snapshot = self.call("GET", "/api/inventory/snapshot")
            self.assertEqual(
                {item["sku"]: item["qty"] for item in snapshot.json()},
                {"DRONE-X1-PRO-KIT": 15, "PROP-GUARD-X1": 105}, domain,
            )
            catalogue = self.call("GET", "/api/catalog/products")
            self.assertEqual(len(catalogue.json()["products"]), 2, domain)

    def test_a_company_without_a_warehouse(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        self.env["stock.warehouse"].search([("company_id", "=", company.id)]).active = False
        with self.assertRaisesRegex(ValidationError, "choose a warehouse"):
            self.env["enord.storefront"].create({
                "name": "Empty", "company_id": company.id,
                "warehouse_ids": [Command.set(self.env["stock.warehouse"].search(
                    [("company_id", "=", company.id)]).ids)],
            })
