import threading

from odoo.addons.enord_sales_sync.tests.common import SalesSyncHttpCommon, example
from odoo.tests import tagged

SNAPSHOT = "/api/inventory/snapshot"


@tagged("post_install", "-at_install")
class TestApiBesideWebsite(SalesSyncHttpCommon):
    """Odoo's website finds routes in its own way; the API answers as it does without it."""

    def test_the_api_answers(self):
        self.assertEqual(self.call("GET", "/api/health", key="").json(), {"status": "ok"})
        self.assertEqual(self.call("GET", "/api/docs", key="").status_code, 200)
        self.assertEqual(self.call("GET", SNAPSHOT).status_code, 200)
        response = self.call("POST", "/api/sales/orders", example("sales-order"))
        self.assertEqual(response.status_code, 201, response.text)

    def test_what_is_not_found_is_a_problem_and_no_page(self):
        self.assertProblem(self.call("GET", "/api/nope"), 404, "not_found")
        self.assertProblem(self.call("DELETE", "/api/sales/orders"), 405, "method_not_allowed")

    def test_a_route_that_the_website_moved_is_not_found(self):
        threading.current_thread().dbname = self.env.cr.dbname
        self.addCleanup(delattr, threading.current_thread(), "dbname")
        for kind in ("308", "404"):
            self.env["website.rewrite"].create({
                "name": "Moved", "redirect_type": kind, "url_from": "/api/health",
                "url_to": "/api/healthy",
            })
            response = self.opener.get(self.base_url() + "/api/health", allow_redirects=False)
            self.assertProblem(response, 404, "not_found")
            self.env["website.rewrite"].search([]).unlink()
        self.assertEqual(self.call("GET", "/api/health", key="").status_code, 200)
