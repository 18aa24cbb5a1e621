import re
import threading
from itertools import product
from unittest.mock import patch

from odoo.tests import tagged

from ...models.api.ir_http import MAX_HEAD
from ..common import SalesSyncHttpCommon
from ..growth import MOST_GROWTH, growth
from ..media.test_media import picture

CONVERTER = re.compile(r"<(?:\w+:)?\w+>")
#: What this add-on or Odoo reads of the head of a request for JSON, with a body, for a picture.
CONDITIONS = ("If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Range")
HEADERS = {
    "/api/inventory/snapshot": (
        "Accept", "Accept-Encoding", "Authorization", "Idempotency-Key", "User-Agent", "X-API-Key",
        "X-Forwarded-For", "X-Odoo-Database", *CONDITIONS,
    ),
    "/api/inventory/adjust": ("Content-Encoding", "Content-Type"),
    "/enord/media": ("Accept-Language", "Cookie", "User-Agent", *CONDITIONS),
}
VALUES = {
    "spaces": lambda size: "a" + " " * size + "b",
    "a list": lambda size: "a, " * (size // 3),
    "quotes": lambda size: '"' * size,
    "parameters": lambda size: "application/json" + ";a=b" * (size // 4),
    "ranges": lambda size: "bytes=" + "0-0," * (size // 4),
}
PATHS = ("x", "%cc%81%cc%96", "%2f")
QUERIES = ("a=1&", "%cc%81%cc%96")
MAX_LINE = 48 * 1024


@tagged("post_install", "-at_install")
class TestGrowth(SalesSyncHttpCommon):
    """The work on a request's head grows no faster than its length, on every route. Bodies are fed
    to their parsers in contract_tests/test_growth.py."""

    def assertGrowsWith(self, url, method, largest=MAX_LINE, text="x", header=None):
        """:param url: the text stands, over and over, in place of its ``{}``
        :param header: or in this header, made by ``VALUES[text]``
        """
        def make(size):
            headers = {"Authorization": f"Bearer {self.api_key}"}
            if header:
                headers[header] = VALUES[text](size)
            many = text * (size // len(text))
            return method, self.base_url() + url.replace("{}", many, 1), headers

        def work(made):
            method, url, headers = made
            self.opener.request(method, url, headers=headers, timeout=60, allow_redirects=False)
            self.wait_for_the_log()

        self.opener.cookies.clear()
        with self.subTest(url=url, method=method, text=text, header=header):
            self.assertLess(growth(work, make, largest), MOST_GROWTH)

    def test_every_path_and_query(self):
        # as in a request, or Odoo's website does not make the map
        with patch.object(threading.current_thread(), "dbname", self.env.cr.dbname, create=True):
            rules = [
                rule for rule in self.env["ir.http"].routing_map().iter_rules()
                if rule.endpoint.func.__module__.startswith("odoo.addons.enord_sales_sync")
            ]
        self.assertIn("/api/inventory/snapshot", [rule.rule for rule in rules])
        for rule in rules:
            [method, *_others] = sorted(rule.methods - {"HEAD", "OPTIONS"})
            for text in QUERIES:
                self.assertGrowsWith(f"{CONVERTER.sub('1', rule.rule)}?q={{}}", method, text=text)
            for text in PATHS if "<" in rule.rule else ():
                path = CONVERTER.sub("{}", rule.rule, count=1)
                self.assertGrowsWith(CONVERTER.sub("1", path), method, MAX_LINE // 2, text)

    def test_every_header(self):
        self.drone.product_tmpl_id.image_1920 = picture("red")
        self.env.flush_all()
        data = self.catalog_data(self.drone.product_tmpl_id)
        media = "/enord" + data["variants"][0]["media_assets"][0].partition("/enord")[2]
        for start, names in HEADERS.items():
            method = "POST" if start == "/api/inventory/adjust" else "GET"
            url = media if media.startswith(start) else start
            largest = MAX_HEAD if start.startswith("/api") else MAX_LINE
            for name, kind in product(names, VALUES):
                self.assertGrowsWith(url, method, largest, kind, name)

    def test_a_head_that_is_too_large_is_refused_before_the_key_is_looked_for(self):
        headers = {f"X-{number}": "x" * 16_000 for number in range(3)}
        for key in (None, ""):
            self.assertProblem(
                self.call("GET", "/api/inventory/snapshot", key=key, headers=headers),
                431, "headers_too_large",
            )
        response = self.call("GET", "/api/inventory/snapshot", headers={"X-1": "x" * 30_000})
        self.assertEqual(response.status_code, 200)

    def test_a_form_is_not_read_where_a_picture_is_asked_for(self):
        response = self.opener.request(
            "GET", self.base_url() + "/enord/media/product/1/x/y", data={"a": "b" * 100},
        )
        self.assertEqual(response.status_code, 413)

    def test_a_long_condition_is_as_none(self):
        etag = self.call("GET", "/api/inventory/snapshot").headers["ETag"]
        for condition, status in ((etag, 304), (f'"x", {etag}', 304), (f"{etag}, " * 99, 200)):
            response = self.call(
                "GET", "/api/inventory/snapshot", headers={"If-None-Match": condition},
            )
            self.assertEqual(response.status_code, status)
