import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.api import api_call
from ...models.api.api_call import EnordApiCall
from ..common import SalesSyncHttpCommon, example

ORDERS = "/api/sales/orders"


@tagged("post_install", "-at_install")
class TestApiLog(SalesSyncHttpCommon):

    def calls(self):
        return self.env["enord.api.call"].search([])

    def test_an_accepted_call_is_written_down_without_its_body(self):
        self.call("POST", ORDERS, example("sales-order"))
        call = self.calls()
        self.assertEqual(
            (call.storefront_id, call.key_id, call.method, call.path, call.status, call.reference),
            (self.storefront, self.storefront.key_ids, "POST", ORDERS, 201, "ORD-WEB-2024-999"),
        )
        self.assertGreater(call.duration_ms, 0)
        self.assertFalse(call.body or call.answer or call.code)

    def test_a_refused_call_is_written_down_although_it_is_rolled_back(self):
        order = json.loads(example("sales-order"))
        order["line_items"][0]["quantity"] = 999
        self.call("POST", ORDERS, order)
        call = self.calls()
        self.assertEqual((call.status, call.code), (409, "out_of_stock"))
        self.assertEqual(json.loads(call.answer)["errors"][0]["available"], 15)
        self.assertFalse(self.env["sale.order"].search([("enord_storefront_id", "=",
                                                         self.storefront.id)]))

    def test_who_ordered_is_not_kept(self):
        order = json.loads(example("sales-order"))
        order["line_items"][0]["quantity"] = 999
        order["customer_details"] = {"name": "Secret Name", "tax_id": "SECRET-TAX"}
        self.call("POST", ORDERS, order)
        order["email"] = "secret@example.com"
        self.call("POST", ORDERS, order)
        for call in self.calls():
            self.assertNotIn("secret", (call.body + call.answer).lower())
            self.assertEqual(json.loads(call.body)["line_items"], order["line_items"])

    def test_secrets_in_the_query_are_not_kept(self):
        self.call("GET", "/api/inventory/snapshot?api_key=SECRET")
        self.assertNotIn("SECRET", self.calls().query + self.calls().answer)
        self.call("GET", "/api/inventory/snapshot?location_code=WH-TECH-01")
        self.assertEqual(json.loads(self.calls()[0].query), {"location_code": ["WH-TECH-01"]})

    def test_calls_without_a_valid_key_are_written_down_so_often_a_minute(self):
        self.call("GET", "/api/inventory/snapshot", key="0" * 40)
        self.assertEqual((self.calls().status, self.calls().code), (401, "unauthorized"))
        self.assertFalse(self.calls().storefront_id)
        self.patch(api_call, "ROWS_WITHOUT_KEY", 2)
        for minute in ("10", "10", "10", "12"):
            with freeze_time(f"2031-01-01 10:{minute}:00"):
                self.calls()._record({"method": "GET", "path": "/api/x", "status": 401})
        self.assertEqual(len(self.calls()), 4)

    def test_a_path_with_a_zero_byte_is_written_down(self):
        self.assertEqual(self.call("GET", "/api/sales/orders/a%00b").status_code, 404)
        call = self.env["enord.api.call"].search([], limit=1)
        self.assertEqual(call.path, "/api/sales/orders/a\ufffdb")

    def test_health_and_document_are_nobodys_calls(self):
        self.call("GET", "/api/health", key="")
        self.call("GET", "/api/openapi.json", key="")
        self.assertFalse(self.calls())

    def test_a_log_that_cannot_be_written_costs_no_order(self):
        with patch.object(EnordApiCall, "_record", side_effect=KeyError("log")), \
                mute_logger("odoo.addons.enord_sales_sync.models.api.api_call"):
            response = self.call("POST", ORDERS, example("sales-order"))
        self.assertEqual(response.status_code, 201)
        self.assertFalse(self.calls())

    def test_old_calls_are_deleted(self):
        self.env["ir.config_parameter"].set_param("enord_sales_sync.api_log_days", "10")
        old, recent = self.env["enord.api.call"].create([
            {"method": "GET", "path": "/api/a",
             "called_at": fields.Datetime.now() - timedelta(days=days)} for days in (11, 9)
        ])
        self.env["enord.api.call"]._gc_calls()
        self.assertFalse(old.exists())
        self.assertTrue(recent.exists())

    def test_staff_read_the_log_and_nobody_changes_it(self):
        self.call("GET", "/api/inventory/snapshot")
        user = new_test_user(self.env, "log.user", "enord_sales_sync.group_manager")
        call = self.calls().with_user(user)
        self.assertEqual(call.status, 200)
        for change in (lambda: call.write({"status": 500}), call.unlink, lambda: call.create({})):
            with self.assertRaises(AccessError):
                change()
        nobody = new_test_user(self.env, "log.nobody", "base.group_user")
        with self.assertRaises(AccessError):
            call.with_user(nobody).read(["path"])

    def test_a_storefront_fills_the_log_no_faster_than_so_many_calls_a_minute(self):
        self.patch(api_call, "ROWS_A_MINUTE", 3)
        known = {"storefront_id": self.storefront.id, "method": "GET", "path": "/api/x"}
        with freeze_time("2031-01-01 10:00:10"):
            for _call in range(5):
                self.calls()._record(known)
        self.assertEqual(self.calls().mapped("is_last"), [True, False, False])
        with freeze_time("2031-01-01 10:01:20"):
            self.calls()._record(known)
        self.assertEqual(len(self.calls()), 4)

    def test_what_callers_send_fills_the_log_no_faster_than_so_many_bytes_a_minute(self):
        self.patch(api_call, "BYTES_A_MINUTE", 100)
        known = {"storefront_id": self.storefront.id, "method": "GET", "path": "/api/x"}
        with freeze_time("2031-01-01 10:00:10"):
            for _call in range(3):
                self.calls()._record({**known, "body": "b" * 60, "answer": "a" * 10})
            self.calls()._record({"method": "GET", "path": "/api/x", "answer": "a"})
        self.assertEqual(self.calls().mapped("body"), [False, False, "b" * 60, "b" * 60])
        self.assertEqual(self.calls()[0].answer, "a", "another caller")

    def test_what_is_kept_of_a_long_call_is_short(self):
        self.call("GET", "/api/inventory/snapshot?location_code=" + "x" * 60_000)
        self.call("POST", ORDERS, {"y" * 1000: [1] * 8000, "line_items": [{}] * 400},
                  headers={"User-Agent": "u" * 10_000})
        self.call("GET", "/api/" + "p" * 10_000)
        self.assertEqual(len(self.calls()), 3)
        for call in self.calls():
            self.assertLess(len(call.path + call.user_agent + (call.query or "")), 2000)
            self.assertLess(len((call.body or "") + call.answer), 40_000)
