"""Who walks through Odoo's screens, each with rights of their own, and the shop they work for."""

import uuid

import requests

from devtools.odoo_client import Staff

from .outbox import Outbox
from .screens import log_in

PASSWORD = "a member of the staff"
#: Who there is, and the groups that each is in.
PEOPLE = {
    "warehouse worker": "stock.group_stock_user",
    "salesperson": "sales_team.group_sale_salesman_all_leads",
    "accountant": "account.group_account_manager",
    "operations manager": "enord_sales_sync.group_user product.group_product_manager"
                          " sales_team.group_sale_manager stock.group_stock_manager",
}


class Walkers:
    """``walkers(person)`` is the browser window of one of :data:`PEOPLE`, logged in."""

    def __init__(self, browser, connection, staff):
        self._browser = browser
        self._connection = connection
        self._staff = staff
        self.windows = {}
        self.users = {person: self._make(person, groups) for person, groups in PEOPLE.items()}

    def __call__(self, person):
        if person not in self.windows:
            context = self._browser.new_context(viewport={"width": 1366, "height": 900})
            page = self.windows[person] = context.new_page()
            # the first page makes Odoo's assets
            page.set_default_timeout(120_000)
            page.set_default_navigation_timeout(120_000)
            page.errors = []
            page.on("pageerror", lambda error: page.errors.append(str(error)))
            log_in(page, self._connection, self._login(person), PASSWORD)
            page.set_default_timeout(30_000)
        return self.windows[person]

    def client(self, person):
        """What they do where it is not looked at."""
        return Staff(self._connection, self._login(person), PASSWORD)

    def check(self):
        """Nothing has gone wrong in any window."""
        for person, page in self.windows.items():
            assert not page.errors, person
            assert not page.locator(".o_error_dialog").count(), person

    def close(self):
        for page in self.windows.values():
            page.context.close()
        self._staff.call("res.users", "write", list(self.users.values()), {"active": False})

    def _make(self, person, groups):
        return self._staff.call("res.users", "create", {
            "name": person.capitalize(), "login": f"{person} {uuid.uuid4().hex[:8]}",
            "password": PASSWORD, "tour_enabled": False,
            "group_ids": [(4, self._group(group)) for group in groups.split()],
        })

    def _group(self, group):
        module, name = group.split(".")
        return self._staff.one(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], ("res_id",),
        )["res_id"]

    def _login(self, person):
        return self._staff.one("res.users", [("id", "=", self.users[person])], ("login",))["login"]


class HarbourShop:
    """A storefront at a receiver, whose people are told at once, and its calls."""

    name = "Harbour Shop"

    def __init__(self, connection, staff, receiver, users):
        self.receiver = receiver
        self._staff = staff
        self._url = connection["odoo_url"]
        self._id = staff.call("enord.storefront", "create", {
            "name": self.name, "stage": "live", "test_mode": True, "alarm_minutes": 0,
            "webhook_url": f"{receiver.url}/hook",
            "responsible_user_id": users["operations manager"],
            "accounting_user_id": users["accountant"],
        })
        wizard = staff.call("enord.api.key.wizard", "create", {
            "storefront_id": self._id, "name": self.name,
        })
        made = staff.call("enord.api.key.wizard", "action_create", [wizard])
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {made['context']['default_key']}"
        self.settle = Outbox(connection, self._id).settle
        self.settle()

    def call(self, method, path, body):
        return self._http.request(method, self._url + path, json=body, timeout=30)

    def order(self, sku, quantity=1):
        """Its number and the answer."""
        number = f"WEB-{uuid.uuid4().hex[:8].upper()}"
        return number, self.call("POST", "/api/sales/orders", {
            "transaction_id": number, "transaction_date": "2026-01-20T10:15:00Z",
            "customer_details": {"name": f"Customer of {number}"},
            "line_items": [{"sku": sku, "quantity": quantity, "unit_price": 900.0}],
        })

    def told(self, sku):
        """Units of it at the first warehouse, as the shop was told last."""
        return self.receiver.told().get(f"{sku} WH-TECH-01")

    def close(self):
        self._staff.call("enord.storefront", "write", [self._id], {"active": False})
