from odoo import http
from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import SalesSyncHttpCommon

THING = "/api/other/thing"
#: It begins as paths of this add-on do.
REPORT = "/api/sales/report"


@tagged("post_install", "-at_install")
class TestNeighbourRoutes(SalesSyncHttpCommon):
    """Another add-on's routes under /api/ are Odoo's, their errors included."""

    def setUp(self):
        super().setUp()

        class Other(Controller):

            @route([THING, REPORT], type="http", auth="public", methods=["GET"])
            def thing(self, problem=None, **_params):
                if problem:
                    raise UserError(problem)
                return request.make_response("a thing")

            @route("/api/other/call", type="jsonrpc", auth="none")
            def called(self):
                return "called"

        others = http.Controller.children_classes["enord_sales_sync"]
        self.assertIs(others[-1], Other)
        self.addCleanup(self.env.registry.clear_cache, "routing")
        self.addCleanup(others.remove, Other)
        self.env.registry.clear_cache("routing")

    def ask(self, method, path, **options):
        return self.opener.request(
            method, self.base_url() + path, allow_redirects=False, timeout=30, **options,
        )

    def assertPage(self, response, status):
        self.assertEqual(response.status_code, status)
        self.assertIn("text/html", response.headers["Content-Type"])

    @mute_logger("odoo.http")
    def test_it_answers_as_without_this_add_on(self):
        for path in (THING, REPORT):
            self.assertEqual(self.ask("GET", path).text, "a thing")
            self.assertPage(self.ask("GET", path, params={"problem": "x"}), 422)
            self.assertPage(self.ask("PUT", path), 405)
            self.assertEqual(self.ask("OPTIONS", path).text, "a thing")
        answer = self.ask("POST", "/api/other/call", json={"params": {}})
        self.assertEqual(answer.json()["result"], "called")
        self.assertEqual(self.ask("POST", "/api/other/call", data="{").status_code, 415)

    def test_it_is_not_written_down(self):
        before = self.env["enord.api.call"].search_count([])
        self.ask("PUT", THING)
        self.wait_for_the_log()
        self.assertEqual(self.env["enord.api.call"].search_count([]), before)

    def test_without_a_database_its_errors_are_odoos(self):
        self.patch(http, "db_list", lambda force=False, host=None: [])
        self.patch(http, "db_filter", lambda dbs, host=None: [])
        self.assertPage(self.ask("GET", THING), 404)

    def test_what_is_no_route_is_a_problem(self):
        for path in ("/api/other", THING + "/x", "/api"):
            self.assertProblem(self.call("GET", path), 404, "not_found")
        self.assertProblem(self.call("PUT", "/api/sales/orders"), 405, "method_not_allowed")
