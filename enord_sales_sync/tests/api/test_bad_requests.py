import json
import socket
import threading
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2
from odoo import http
from odoo.sql_db import db_connect
from odoo.tests import HOST, tagged
from odoo.tools import mute_logger
from psycopg2.pool import PoolError
from werkzeug.exceptions import NotFound

from ...controllers import no_database
from ...models.api.in_flight_limit import MAX_IN_FLIGHT
from ...models.api.locked_transaction import IN_FLIGHT_LOCK
from ..common import SalesSyncHttpCommon, example

ORDERS = "/api/sales/orders"
SNAPSHOT = "/api/inventory/snapshot"


@tagged("post_install", "-at_install")
class TestBadRequests(SalesSyncHttpCommon):
    """Whatever comes under /api/ is answered as a problem, and nothing is written."""

    def test_a_path_that_is_no_text_or_goes_astray_is_not_found(self):
        for path in ("/api/nope%00", "/api/%ff", "/api//inventory/snapshot", "/api/../api/nope",
                     "/api/sales/orders%2Fx", "/api/inventory/snapshot/x", "/api/" + "x" * 20_000,
                     "/api/inventory/snapshot%0a"):
            with self.subTest(path[:40]):
                self.assertProblem(self.call("GET", path), 404, "not_found")

    def test_nor_is_one_without_the_number_of_an_order(self):
        """Which other methods know, were the slashes one."""
        for method, path in (
            ("POST", "/api/sales/orders//cancel"), ("GET", "/api/sales/orders//cancel"),
            ("PATCH", "/api/inventory//reservations/x"), ("POST", "/api/inventory/reservations//x"),
        ):
            with self.subTest(f"{method} {path}"):
                self.assertProblem(self.call(method, path, {}), 404, "not_found")

    def test_a_browser_in_another_language_is_not_redirected(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.opener.cookies.set("frontend_lang", "fr_FR")
        headers = {"Accept-Language": "fr"}
        for path in ("/api/nope", "/api/inventory//snapshot"):
            self.assertProblem(self.call("GET", path, headers=headers), 404, "not_found")

    def test_a_trailing_slash_makes_no_difference(self):
        self.assertEqual(self.call("GET", SNAPSHOT + "/").json(), self.call("GET", SNAPSHOT).json())

    def test_options_names_the_methods_without_a_key(self):
        response = self.call("OPTIONS", ORDERS, key="")
        self.assertEqual((response.status_code, response.content), (204, b""))
        self.assertEqual(response.headers["Allow"], "OPTIONS, POST")
        self.assertNotIn("Set-Cookie", response.headers)

    def test_head_is_get_without_the_body(self):
        response = self.call("HEAD", SNAPSHOT)
        self.assertEqual((response.status_code, response.content), (200, b""))
        self.assertEqual(self.call("HEAD", SNAPSHOT, key="").status_code, 401)
        self.assertEqual(self.call("HEAD", ORDERS).status_code, 405)

    def test_a_query_is_as_strict_as_a_body(self):
        for query, code, pointer in (
            ("location=WH-TECH-01", "unknown_parameter", "location"),
            ("location_code=WH-TECH-01&location_code=WH-MUM-01", "repeated", "location_code"),
            ("location_code=WH-TECH-01&x&y=1", "unknown_parameter", "y"),
        ):
            with self.subTest(query):
                problem = self.assertProblem(
                    self.call("GET", f"{SNAPSHOT}?{query}"), 422, "invalid_parameter", pointer
                )
                self.assertIn(code, [error["code"] for error in problem["errors"]])
        for query in ("location_code=%00", "location_code=%ff", "%0d%0a=1", "&".join("a" * 1100)):
            with self.subTest(query[:40]):
                self.assertProblem(self.call("GET", f"{SNAPSHOT}?{query}"), 400, "invalid_query")

    def test_a_body_must_be_plain_json_in_utf_8_of_known_length(self):
        body = example("sales-order")
        for headers, status, code in (
            ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "unsupported_media_type"),
            ({"Content-Type": "multipart/form-data; boundary=x"}, 415, "unsupported_media_type"),
            ({"Content-Type": ""}, 415, "unsupported_media_type"),
            ({"Content-Type": "application/json; charset=utf-16"}, 415, "unsupported_media_type"),
            ({"Content-Type": "text/json"}, 415, "unsupported_media_type"),
            ({"Content-Encoding": "gzip"}, 415, "unsupported_encoding"),
            ({"Content-Encoding": "identity, gzip"}, 415, "unsupported_encoding"),
        ):
            with self.subTest(str(headers)):
                response = self.call("POST", ORDERS, body, headers=headers)
                self.assertProblem(response, status, code)

    def test_what_is_plain_json_may_be_called_so_in_many_ways(self):
        for number, headers in enumerate((
            *({"Content-Type": text} for text in (
                "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"',
                "application/json;", "application/json; charset", "application/json; charset=",
                "application/json; odata=verbose",
            )),
            *({"Content-Encoding": text} for text in ("identity", "Identity", "")),
            {"Accept": "text/html"}, {"Expect": "100-continue"}, {"Transfer-Encoding": "identity"},
        )):
            with self.subTest(str(headers)):
                order = {**json.loads(example("sales-order")), "transaction_id": f"PLAIN-{number}"}
                response = self.call("POST", ORDERS, order, headers=headers)
                self.assertEqual(response.status_code, 201, response.text)
                self.assertEqual(response.headers["Content-Type"],
                                 "application/json; charset=utf-8")

    def test_a_byte_order_mark_is_no_part_of_the_body(self):
        response = self.call("POST", ORDERS, b"\xef\xbb\xbf" + example("sales-order"))
        self.assertEqual(response.status_code, 201, response.text)
        again = self.call("POST", ORDERS, example("sales-order"))
        self.assertEqual((again.status_code, again.json()), (200, response.json()))

    def test_a_chunked_body_is_refused(self):
        response = self.opener.post(
            self.base_url() + ORDERS, data=iter([example("sales-order")]),
            headers={"Authorization": f"Bearer {self.api_key}",
                     "Content-Type": "application/json"},
        )
        self.assertProblem(response, 411, "length_required")
        for encoding in ("Chunked", "gzip, chunked", "gzip"):
            with self.subTest(encoding):
                # beside a Content-Length, which a server then ignores
                response = self.call("POST", ORDERS, example("sales-order"),
                                     headers={"Transfer-Encoding": encoding})
                self.assertProblem(response, 411, "length_required")

    def test_bytes_that_are_no_json_are_refused(self):
        for body in (b"", b"\xff", b"\xef\xbb\xbf", b'{"a": NaN}', b'{"a": 1, "a": 2}',
                     b"[" * 100, b'{"\\ud800": "a"}',
                     b'{"\\u0000": "a"}', b"1" * 5000, b"\x00" * 8,
                     '{"a": "ü"}'.encode("latin-1"), "{}".encode("utf-16")):
            with self.subTest(body[:20]):
                self.assertProblem(self.call("POST", ORDERS, body), 400, "malformed_json")

    def test_a_key_that_is_no_key_is_refused(self):
        for headers in ({"Authorization": "Bearer"}, {"Authorization": "Basic eDp5"},
                        {"Authorization": "Bearer a b"}, {"X-API-Key": "x" * 5000},
                        {"Authorization": "Bearer \xfc"}, {"X-API-Key": "'; --"}):
            with self.subTest(str(headers)[:40]):
                response = self.call("GET", SNAPSHOT, key="", headers=headers)
                self.assertProblem(response, 401, "unauthorized")


@tagged("post_install", "-at_install")
class TestLimits(SalesSyncHttpCommon):

    def hold(self, slots):
        """Take the storefront's first slots in a database session of another process."""
        cursor = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cursor.close)
        # before the session goes back to the pool
        self.addCleanup(cursor.execute, "SELECT pg_advisory_unlock_all()")
        for slot in range(slots):
            cursor.execute(
                "SELECT pg_advisory_lock(%s, %s)",
                [IN_FLIGHT_LOCK, self.storefront.id * MAX_IN_FLIGHT + slot],
            )
        return cursor

    def test_one_request_too_many_at_once_is_told_to_come_again(self):
        self.storefront.max_in_flight = 2
        other = self.hold(1)
        self.assertEqual(self.call("GET", SNAPSHOT).status_code, 200)
        self.hold(0).execute("SELECT pg_advisory_lock(%s, %s)", [
            IN_FLIGHT_LOCK, self.storefront.id * MAX_IN_FLIGHT + 1,
        ])
        response = self.call("GET", SNAPSHOT)
        self.assertProblem(response, 429, "too_many_requests")
        self.assertEqual(response.headers["Retry-After"], "1")
        other.execute("SELECT pg_advisory_unlock_all()")
        self.assertEqual(self.call("GET", SNAPSHOT).status_code, 200)

    def test_another_storefront_is_not_held_up(self):
        self.storefront.max_in_flight = 1
        self.hold(1)
        other = self.another()
        self.assertEqual(
            self.call("GET", SNAPSHOT, key=other._generate_api_key()).status_code, 200
        )

    @mute_logger("odoo.http")
    def test_no_slot_is_kept_whatever_becomes_of_the_call(self):
        self.call("GET", SNAPSHOT)
        self.call("POST", ORDERS, b"{")
        self.call("POST", ORDERS, example("sales-order"))
        order_class = self.env.registry["sale.order"]
        with patch.object(order_class, "_enord_accept", side_effect=KeyError("x")):
            self.call("POST", ORDERS, example("sales-order"))
        with patch.object(
            order_class, "_enord_accept", lambda sales, *_: sales.env.cr.execute("SELECT 1 / 0"),
        ), mute_logger("odoo.sql_db"):
            self.assertProblem(
                self.call("POST", ORDERS, example("sales-order")), 500, "internal_error"
            )
        self.env.cr.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s",
            [IN_FLIGHT_LOCK],
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))


@tagged("post_install", "-at_install")
class TestNoDatabase(SalesSyncHttpCommon):
    """What is answered where no database serves the request."""

    def served_by(self, databases=(), error=None):
        """Calls come without a database cookie; the server has these databases."""
        self.patch(http, "db_list", lambda force=False, host=None: list(databases))
        self.patch(http, "db_filter", lambda dbs, host=None: [d for d in dbs if d in databases])
        self.patch(no_database, "db_list", http.db_list)
        if error:
            self.patch(self.env.registry, "cursor", self.raising(error))

    def raising(self, error):
        def cursor(readonly=False):
            raise error
        return cursor

    def test_no_database_at_all_is_a_matter_of_time(self):
        self.served_by()
        response = self.call("GET", SNAPSHOT)
        self.assertProblem(response, 503, "unavailable")
        self.assertIn("Retry-After", response.headers)

    def test_as_a_server_wide_module_it_answers_the_same(self):
        self.served_by(["one", "two"])
        threading.current_thread().dbname = self.env.cr.dbname
        self.addCleanup(delattr, threading.current_thread(), "dbname")
        self.patch(http.root, "nodb_routing_map", self.env["ir.http"].routing_map())
        self.assertProblem(self.call("GET", "/api/health"), 404, "database_not_named")

    def test_of_several_databases_one_must_be_named(self):
        self.served_by(["one", "two"])
        self.assertProblem(self.call("GET", SNAPSHOT), 404, "database_not_named")
        response = self.call("GET", SNAPSHOT, headers={"X-Odoo-Database": "three"})
        self.assertProblem(response, 404, "unknown_database")

    @mute_logger("odoo.http")
    def test_a_database_that_does_not_answer_is_a_matter_of_time(self):
        self.served_by([self.env.cr.dbname], psycopg2.OperationalError("could not connect"))
        self.assertProblem(self.call("GET", SNAPSHOT), 503, "unavailable")

    @mute_logger("odoo.http")
    def test_a_database_that_is_gone_is_known_without_reading_the_error(self):
        """PostgreSQL says it in the language of its server, and without a code."""
        for served, code in [("gone", "unknown_database"), (self.env.cr.dbname, "unavailable")]:
            error = http.RegistryError()
            error.__cause__ = psycopg2.OperationalError("la base de données n'existe pas")
            not_found = NotFound()
            not_found.__context__ = error
            request = SimpleNamespace(
                environ={"HTTP_HOST": HOST}, headers={"X-Odoo-Database": served},
            )
            self.assertEqual(no_database.problem_without_database(request, not_found).code, code)

    @mute_logger("odoo.http")
    def test_no_connection_left_is_a_matter_of_time(self):
        self.served_by([self.env.cr.dbname], PoolError("The Connection Pool Is Full"))
        response = self.call("POST", ORDERS, example("sales-order"))
        self.assertProblem(response, 503, "unavailable")
        self.assertIn("Retry-After", response.headers)

    @mute_logger("odoo.http")
    def test_a_request_without_a_host_is_broken(self):
        with socket.create_connection((HOST, self.http_port()), timeout=10) as line:
            line.sendall(b"GET /api/health HTTP/1.0\r\n\r\n")
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        self.assertIn(b" 400 ", answer.splitlines()[0])
        self.assertIn(b'"code": "bad_request"', answer)

    def test_pages_are_answered_as_before(self):
        self.served_by()
        response = self.opener.get(self.base_url() + "/nope", allow_redirects=False)
        self.assertIn("text/html", response.headers["Content-Type"])
