import contextlib
import re
import socket
from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tests.common import HOST
from odoo.tools import mute_logger

from ...contract.operations import OPERATIONS
from ...models.stock import snapshot
from ..common import SalesSyncHttpCommon, example

SNAPSHOT = "/api/inventory/snapshot"
#: Numbers that the examples of the bodies have, by what the path asks for.
NUMBERS = {"transaction_id": "ORD-WEB-2024-999", "reservation_id": "CART-2024-7781"}


@tagged("post_install", "-at_install")
class TestEveryCallIsLogged(SalesSyncHttpCommon):
    """Whatever a storefront asks for leaves a row in the API log and dates its key."""

    def assertLogged(self, method, path, status, operation="getSnapshot"):
        key = self.storefront.key_ids
        self.env.invalidate_all()
        call = self.env["enord.api.call"].search([])
        self.assertEqual(
            [(one.key_id, one.operation, one.method, one.path, one.status) for one in call],
            [(key, operation, method, path, status)],
        )
        self.assertGreater(call.duration_ms, 0)
        self.assertTrue(key.last_used_at, "the key was used")
        call.unlink()
        key.last_used_at = False
        self.env.flush_all()

    def test_every_operation_leaves_a_row_and_dates_the_key(self):
        for operation in OPERATIONS:
            path = re.sub(r"{(\w+)}", lambda match: NUMBERS[match[1]], operation.path)
            body = example(operation.request_example) if operation.request_example else None
            if operation.query and operation.name == "getAvailability":
                path += "?sku=PROP-GUARD-X1"
            response = self.call(operation.method, path, body)
            with self.subTest(operation.name, answer=response.text[:200]):
                if operation.public:
                    self.assertFalse(self.env["enord.api.call"].search([]), "nobody's call")
                    continue
                self.assertLogged(
                    operation.method, path.partition("?")[0], response.status_code, operation.name,
                )

    def test_a_snapshot_is_logged_however_it_is_sent(self):
        etag = self.call("GET", SNAPSHOT).headers["ETag"]
        self.assertLogged("GET", SNAPSHOT, 200)
        self.call("GET", SNAPSHOT, headers={"If-None-Match": etag})
        self.assertLogged("GET", SNAPSHOT, 304)
        self.call("GET", SNAPSHOT, headers={"Accept-Encoding": "gzip"})
        self.assertLogged("GET", SNAPSHOT, 200)
        self.call("HEAD", SNAPSHOT)
        self.assertLogged("HEAD", SNAPSHOT, 200)

    @mute_logger("werkzeug", "odoo.service.server")
    def test_a_client_that_hangs_up_is_logged(self):
        more_than_fits_in_the_line = b" " * 32 * 1024 * 1024
        self.patch(snapshot, "_pieces", lambda *_asked: iter([b"[", more_than_fits_in_the_line]))
        with self.allow_requests():
            cookies = "; ".join(f"{name}={value}" for name, value in self.opener.cookies.items())
            with contextlib.closing(
                socket.create_connection((HOST, urlsplit(self.base_url()).port), timeout=30)
            ) as line:
                line.sendall((
                    f"GET {SNAPSHOT} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookies}\r\n"
                    f"Authorization: Bearer {self.api_key}\r\n\r\n"
                ).encode())
                self.assertIn(b"200", line.recv(20))
        self.wait_for_the_log()
        self.assertLogged("GET", SNAPSHOT, 200)
