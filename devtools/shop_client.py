"""The storefront and the ERP's API as a program sees them."""

import re
import subprocess
import time

import requests

from . import environment, paths

TIMEOUT = 30


class Shop:
    """The reference storefront's JSON, and the ERP's API with the storefront's key."""

    def __init__(self, connection, var=paths.VAR):
        self.url = connection["storefront_url"]
        self.erp_url = connection["odoo_url"]
        self._connection = connection
        self._var = var
        self._http = requests.Session()
        self._staff = requests.Session()
        self._staff.auth = ("staff", connection["storefront_password"])
        self._erp = requests.Session()
        self._erp.headers["Authorization"] = f"Bearer {connection['api_key']}"
        self._erp.headers["X-Odoo-Database"] = connection["database"]

    def products(self):
        """``{sku: product}`` of what is on sale."""
        answer = self._http.get(f"{self.url}/api/products", timeout=TIMEOUT)
        answer.raise_for_status()
        return {product["sku"]: product for product in answer.json()}

    def stock(self, sku, location_code=None):
        """Units on sale, in all or at one location; None for a SKU that is not on sale."""
        answer = self._http.get(f"{self.url}/api/products/{sku}", timeout=TIMEOUT)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        product = answer.json()
        if location_code is None:
            return product["stock"]
        return product["stock_by_location"].get(location_code)

    def events(self, limit=1000):
        """Received events, newest first."""
        answer = self._staff.get(f"{self.url}/api/events", params={"limit": limit}, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def place_order(self, items, name, tax_id=None):
        customer = {"name": name, **({"tax_id": tax_id} if tax_id else {})}
        return self._staff.post(
            f"{self.url}/api/orders", json={"items": items, "customer": customer}, timeout=TIMEOUT
        )

    def order(self, transaction_id):
        """What the shop knows of an order."""
        answer = self._staff.get(f"{self.url}/api/orders/{transaction_id}", timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def resend(self, transaction_id):
        """Post an order's very same bytes to the ERP again."""
        answer = self._staff.post(
            f"{self.url}/api/orders/{transaction_id}/resend", timeout=TIMEOUT
        )
        answer.raise_for_status()
        return answer.json()

    def erp(self, method, path, **options):
        """Call the ERP's API as the storefront's server does."""
        return self._erp.request(method, self.erp_url + path, timeout=TIMEOUT, **options)

    def snapshot(self):
        """``{sku: quantity}`` by the ERP's snapshot."""
        answer = self.erp("GET", "/api/inventory/snapshot")
        answer.raise_for_status()
        return {item["sku"]: item["qty"] for item in answer.json()}

    def reconcile(self, *options):
        """Run the storefront's own reconciliation; returns the finished process."""
        connection = self._connection
        return subprocess.run(
            [environment.python(environment.STOREFRONT), "-m", "reference_storefront", "reconcile",
             *options],
            cwd=paths.REPOSITORY, capture_output=True, text=True, timeout=120,
            env={
                "ERP_URL": connection["odoo_url"],
                "ERP_DATABASE": connection["database"],
                "ERP_API_KEY": connection["api_key"],
                "WEBHOOK_SECRET": connection["webhook_secret"],
                "STOREFRONT_DB": str(self._var / "storefront.sqlite"),
            },
        )


class Customer:
    """Somebody in the shop, with a browser."""

    def __init__(self, shop):
        self._url = shop.url
        self._http = requests.Session()

    def check_out(self, sku, units, name):
        """Go as far as the payment, where the goods are held; returns the payment's form."""
        page = self._http.get(f"{self._url}/products/{sku}", timeout=TIMEOUT).text
        self._post("/cart/add", {**_form(page), "sku": sku, "quantity": units})
        page = self._http.get(f"{self._url}/checkout", timeout=TIMEOUT).text
        return _form(self._post("/checkout/payment", {**_form(page), "name": name}).text)

    def pay(self, form):
        """Returns the order's number."""
        return self._post("/checkout", form).url.rpartition("/")[2]

    def _post(self, path, form):
        answer = self._http.post(f"{self._url}{path}", data=form, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer


def _form(page):
    """``{name: value}`` of the hidden fields of a page."""
    hidden = r'<input type="hidden" name="(\w+)" value="([^"]*)">'
    return dict(re.findall(hidden, page))


def wait_for(read, wanted, seconds=10.0, pause=0.005):
    """Read again and again until ``wanted(value)``; returns the milliseconds it took, or None."""
    started = time.monotonic()
    while True:
        if wanted(read()):
            return (time.monotonic() - started) * 1000
        if time.monotonic() - started > seconds:
            return None
        time.sleep(pause)
