from unittest.mock import Mock, patch

from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.pool import PoolError

from ..common import SalesSyncHttpCommon, example


@tagged("post_install", "-at_install")
class TestProblemDetails(SalesSyncHttpCommon):
    """Every error under /api/ is a problem document (RFC 9457)."""

    def test_without_a_key(self):
        for method, path in (("GET", "/api/inventory/snapshot"), ("POST", "/api/sales/orders"),
                             ("POST", "/api/inventory/adjust")):
            response = self.call(method, path, key="")
            self.assertProblem(response, 401, "unauthorized")
            self.assertIn("Bearer", response.headers["WWW-Authenticate"])

    def test_a_refusal_says_how_to_send_a_key(self):
        problem = self.call("GET", "/api/inventory/snapshot", key="").json()
        self.assertIn("X-API-Key", problem["detail"])

    def test_an_error_while_the_key_is_looked_up_refuses_nobody(self):
        self.patch(
            self.env.registry["enord.storefront.key"], "_of", Mock(side_effect=PoolError),
        )
        with mute_logger("odoo.http"):
            response = self.call("GET", "/api/inventory/snapshot")
        self.assertProblem(response, 503, "unavailable")

    def test_with_a_wrong_key(self):
        response = self.call("GET", "/api/inventory/snapshot", key="0" * 40)
        self.assertProblem(response, 401, "unauthorized")

    def test_both_headers_authenticate(self):
        response = self.call(
            "GET", "/api/inventory/snapshot", key="", headers={"X-API-Key": self.api_key}
        )
        self.assertEqual(response.status_code, 200)

    def test_an_archived_storefronts_key_is_refused(self):
        self.storefront.active = False
        self.assertProblem(self.call("GET", "/api/inventory/snapshot"), 401, "unauthorized")

    def test_revoked_keys_are_refused_at_once(self):
        self.storefront.action_revoke_api_keys()
        self.assertProblem(self.call("GET", "/api/inventory/snapshot"), 401, "unauthorized")

    def test_a_key_of_another_user_opens_nothing(self):
        key = self.env["res.users.apikeys"].with_user(self.env.ref("base.user_admin")).sudo()\
            ._generate(None, "rpc", False)
        self.assertProblem(self.call("GET", "/api/inventory/snapshot", key=key), 401,
                           "unauthorized")

    def test_an_unknown_path_and_a_wrong_method(self):
        self.assertProblem(self.call("GET", "/api/nope"), 404, "not_found")
        self.assertProblem(self.call("GET", "/api"), 404, "not_found")
        response = self.call("DELETE", "/api/sales/orders")
        self.assertProblem(response, 405, "method_not_allowed")
        self.assertIn("POST", response.headers["Allow"])

    def test_the_media_type_must_be_json(self):
        response = self.call("POST", "/api/sales/orders", example("sales-order"),
                             headers={"Content-Type": "text/plain"})
        self.assertProblem(response, 415, "unsupported_media_type")

    def test_a_body_that_is_too_large(self):
        response = self.call("POST", "/api/sales/orders", b'"' + b"x" * 1_100_000 + b'"')
        self.assertProblem(response, 413, "body_too_large")

    def test_malformed_json_and_a_bad_field(self):
        self.assertProblem(self.call("POST", "/api/sales/orders", b"{"), 400, "malformed_json")
        self.assertProblem(self.call("POST", "/api/sales/orders", b"[]"), 422, "invalid_request")
        self.assertProblem(self.call("POST", "/api/inventory/adjust", {"reference_id": "A"}), 422,
                           "invalid_request", "/adjustments")

    @mute_logger("odoo.http")
    def test_an_unexpected_error_shows_no_traceback(self):
        with patch.object(
            self.env.registry["enord.storefront"], "_sellable", side_effect=KeyError("inside")
        ):
            response = self.call("GET", "/api/inventory/availability?sku=X")
        self.assertProblem(response, 500, "internal_error")
        self.assertNotIn("inside", response.text)

    def test_health_needs_no_key(self):
        response = self.call("GET", "/api/health", key="")
        self.assertEqual((response.status_code, response.json()), (200, {"status": "ok"}))

    def test_no_session_is_left_behind(self):
        self.opener.cookies.clear()
        response = self.call("GET", "/api/inventory/snapshot")
        self.assertNotIn("Set-Cookie", response.headers)
