"""An ERP small enough to see through, over real HTTP: it answers what a test tells it to."""

import functools
import json
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from reference_storefront.erp import HOLDS


class FakeErp:
    """`received` are the order bodies, byte for byte; `failures` are statuses to give first.

    `stock` is {location: {sku: qty}}; the snapshot sums it. `before_snapshot` is called when a
    snapshot has been read from it and before the answer is sent. `holds` are the reservations,
    `hold_calls` what was asked about them, `hold_failures` answers to give to that first.
    `status` is what has become of every order. `products` is the catalogue by group, `page` how
    many of it are on one page; `before_catalogue` is called when a page has been read.
    """

    def __init__(self):
        self.received: list[bytes] = []
        self.headers: list[dict] = []
        self.orders: dict[str, bytes] = {}
        self.failures: list = []
        self.status = "confirmed"
        self.holds: dict[str, dict] = {}
        self.hold_failures: list = []
        self.hold_calls: list[tuple] = []
        self.stock: dict[str, dict] = {}
        self.before_snapshot = lambda location: None
        self.shown: list[dict] = []
        self.products: dict[str, dict] = {}
        self.page = 200
        self.before_catalogue = lambda: None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        serve = functools.partial(self._server.serve_forever, poll_interval=0.02)
        threading.Thread(target=serve, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def take_order(self, body: bytes) -> tuple[int, dict | None, dict]:
        """(status, content, headers); the content None hangs up without any answer."""
        self.received.append(body)
        order = json.loads(body)
        key = order["transaction_id"]
        if self.failures:
            status, content, headers = self.failures.pop(0)
            if status == "hang up after booking":
                self.orders[key] = body
                return 0, None, {}
            return status, content, headers
        if key in self.orders and self.orders[key] != body:
            return 409, {"errors": [{"pointer": "", "code": "conflict", "detail": "other"}]}, {}
        replayed = {"Idempotency-Replayed": "true"} if key in self.orders else {}
        self.orders[key] = body
        answer = _accepted(order, len(self.orders), self.status)
        return 200 if replayed else 201, answer, replayed

    def take_hold(self, method: str, key: str, body: dict) -> tuple[int, dict | None, dict]:
        """Like the ERP's reservations: held for 15 minutes, changed, extended, released."""
        self.hold_calls.append((method, key))
        if self.hold_failures:
            return self.hold_failures.pop(0)
        was_held = self.holds.get(key, {}).get("status") == "held"
        if method == "PUT":
            self.holds[key] = {"reservation_id": key, **body, "status": "held"}
        elif key not in self.holds:
            return 404, {"code": "not_found"}, {}
        elif method == "DELETE":
            self.holds[key]["status"] = "released"
        hold = self.holds[key]
        if method == "PATCH" and hold["status"] != "held":
            return 409, {"code": "reservation_ended"}, {}
        until = datetime.now(timezone.utc) + timedelta(minutes=15)
        answer = {**hold, "expires_at": until.strftime("%Y-%m-%dT%H:%M:%SZ")}
        return (201 if method == "PUT" and not was_held else 200), answer, {}

    def catalogue(self, cursor: str | None) -> dict:
        begin = int(cursor or 0)
        products = list(self.products.values())
        end = begin + self.page
        return {
            "products": products[begin:end],
            "next_cursor": str(end) if end < len(products) else None,
        }

    def snapshot(self, location: str | None) -> list:
        totals: dict = {}
        for place, quantities in self.stock.items():
            for sku, units in quantities.items():
                counted = units if location in (None, place) else 0
                totals[sku] = totals.get(sku, 0) + counted
        return [{"sku": sku, "qty": units} for sku, units in totals.items()]


def out_of_stock(sku: str, available: int) -> tuple[int, dict, dict]:
    error = {
        "pointer": "/line_items/0/quantity",
        "code": "out_of_stock",
        "detail": f"only {available} of {sku} available",
        "sku": sku,
        "available": available,
    }
    return 409, {"title": "Conflict", "status": 409, "errors": [error]}, {}


def _accepted(order: dict, number: int, status: str) -> dict:
    total = sum(line["quantity"] * line["unit_price"] for line in order["line_items"])
    return {
        "transaction_id": order["transaction_id"],
        "status": status,
        "order": {"name": f"S{number:05}", "state": "sale"},
        "invoice": {
            "name": f"INV/2026/{number:05}",
            "state": "posted",
            "amount_total": total,
        },
        "amount_total": total,
        "currency": "INR",
        "notices": [],
        "line_items": [
            {**line, "reserved_quantity": line["quantity"], "location_code": "WH-TECH-01"}
            for line in order["line_items"]
        ],
    }


def _handler(erp: FakeErp):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/api/inventory/reconciliation":
                erp.shown.append(json.loads(body))
                self._send(404, {"code": "not_found"}, {})  # it is optional
                return
            erp.headers.append(dict(self.headers))
            status, content, headers = erp.take_order(body)
            if content is None:
                self.close_connection = True
                return
            self._send(status, content, headers)

        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._about_hold("PUT", self.path.removeprefix(f"{HOLDS}/"), json.loads(body))

        def do_PATCH(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self._about_hold("PATCH", self.path.removeprefix(f"{HOLDS}/"), {})

        def do_DELETE(self):
            self._about_hold("DELETE", self.path.removeprefix(f"{HOLDS}/"), {})

        def _about_hold(self, method, key, body):
            status, content, headers = erp.take_hold(method, key, body)
            if content is None:
                self.close_connection = True
                return
            self._send(status, content, headers)

        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            if urlsplit(self.path).path == "/api/catalog/products":
                content = erp.catalogue(query.get("cursor", [None])[0])
                erp.before_catalogue()
                self._send(200, content, {})
                return
            location = query.get("location_code", [None])[0]
            if location is not None and location not in erp.stock:
                self._send(404, {"title": "Not Found"}, {})
                return
            content = erp.snapshot(location)
            erp.before_snapshot(location)
            self._send(200, content, {})

        def _send(self, status, content, headers):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
