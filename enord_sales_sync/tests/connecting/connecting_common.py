import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from odoo.tests import new_test_user

from ..common import SalesSyncCommon


class Receiver(HTTPServer):
    """A shop that answers as it is told, and remembers what it was sent."""

    def __init__(self, status=200, body=b"", headers=()):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.received = (status, body, headers), []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        status, answer, headers = self.server.answer
        self.send_response(status)
        for header in headers:
            self.send_header(*header)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


class ConnectingCommon(SalesSyncCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, "online.manager", "enord_sales_sync.group_manager",
        )
        cls.draft = cls.env["enord.storefront"].create({
            "name": "New Shop", "webhook_secret": cls.SECRET, "test_mode": True,
            "warehouse_ids": [(6, 0, cls.warehouses.ids)],
        }).with_user(cls.manager)

    def receiver(self, *answer):
        receiver = Receiver(*answer)
        thread = threading.Thread(target=receiver.serve_forever, args=(0.01,))
        thread.start()

        def end():
            receiver.shutdown()
            thread.join()
            receiver.server_close()

        self.addCleanup(end)
        return receiver

    def press(self, action, storefront=None, user=None):
        """Press a button of the storefront's form; the record of the window that opens."""
        storefront, user = storefront or self.draft, user or self.manager
        action = self.env.ref(f"enord_sales_sync.{action}").with_user(user).with_context(
            active_model="enord.storefront", active_id=storefront.id, active_ids=storefront.ids,
        ).run()
        return self.env[action["res_model"]].with_user(user).browse(action["res_id"])

    @classmethod
    def sell_nothing_else(cls):
        """Than the two products of the tests: no other of the database counts."""
        cls.env["product.product"].search(
            [("id", "not in", (cls.drone | cls.guard).ids)]
        ).sale_ok = False
