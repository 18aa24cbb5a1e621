import re
import threading

from odoo.tests import tagged

from ...contract.openapi import document
from ...contract.operations import OPERATIONS
from ...contract.webhook_headers import WEBHOOK_HEADERS
from ..common import SalesSyncHttpCommon

CONVERTER = re.compile(r"<(?:[^:>]*:)?([^>]+)>")


@tagged("post_install", "-at_install")
class TestOpenapi(SalesSyncHttpCommon):

    def test_the_document_has_every_route_and_no_other(self):
        threading.current_thread().dbname = self.env.cr.dbname
        self.addCleanup(delattr, threading.current_thread(), "dbname")
        routes = {
            (method, CONVERTER.sub(r"{\1}", rule.rule))
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if rule.endpoint.routing["type"] == "enord_api"
            for method in rule.methods - {"HEAD", "OPTIONS"}
        }
        declared = {(operation.method, operation.path) for operation in OPERATIONS}
        self.assertEqual(declared, routes)

    def test_it_is_served_without_a_key(self):
        response = self.call("GET", "/api/openapi.json", key="")
        self.assertEqual(response.json(), document(self.env["enord.storefront"].get_base_url()))

    def test_a_key_is_asked_for_where_the_document_says_so(self):
        for operation in OPERATIONS:
            path = re.sub(r"{\w+}", "X", operation.path)
            response = self.call(operation.method, path, key="")
            with self.subTest(operation.name):
                self.assertEqual(response.status_code, 200 if operation.public else 401)

    def test_events_carry_the_headers_of_the_document(self):
        self._put(self.drone, self.warehouse, 1)
        self.recorded()
        [delivery] = self.claim()
        self.assertEqual(set(delivery.headers), set(WEBHOOK_HEADERS))

    def test_the_page_needs_no_key_and_nothing_from_elsewhere(self):
        response = self.call("GET", "/api/docs", key="")
        self.assertIn("text/html", response.headers["Content-Type"])
        for operation in OPERATIONS:
            self.assertIn(operation.path, response.text)
        loaded = re.findall(r"""(?:src|href)=["']([^"'#][^"']*)""", response.text)
        self.assertEqual(set(loaded), {"/api/openapi.json"})
        self.assertNotIn("<script", response.text)

    def test_the_form_shows_the_actual_addresses(self):
        urls = [endpoint["url"] for endpoint in self.storefront.api_endpoints]
        self.assertIn(self.storefront.get_base_url() + "/api/sales/orders", urls)
