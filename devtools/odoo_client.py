"""Odoo as its staff use it: a login, and the calls that its own screens make."""

import itertools

import requests

TIMEOUT = 60


class OdooError(Exception):
    """What Odoo answered instead of a result."""


class Staff:
    """A logged-in member of staff.

    >>> staff = Staff(connection)
    >>> staff.call("product.product", "search_count", [])
    """

    def __init__(self, connection, login=None, password=None):
        self.url = connection["odoo_url"]
        self._http = requests.Session()
        self._numbers = itertools.count(1)
        self._post("/web/session/authenticate", {
            "db": connection["database"],
            "login": login or connection["admin_login"],
            "password": password or connection["admin_password"],
        })

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model, as the web client does."""
        return self._post(f"/web/dataset/call_kw/{model}/{method}", {
            "model": model, "method": method, "args": list(args), "kwargs": kwargs,
        })

    def search_read(self, model, domain, fields, **kwargs):
        return self.call(model, "search_read", domain, fields, **kwargs)

    def one(self, model, domain, fields=("id",)):
        """The one record that meets ``domain``, as a dict; an error where there is none."""
        found = self.search_read(model, domain, list(fields), limit=1)
        if not found:
            raise OdooError(f"no {model} with {domain}")
        return found[0]

    def _post(self, path, params):
        answer = self._http.post(
            self.url + path,
            json={"jsonrpc": "2.0", "id": next(self._numbers), "method": "call", "params": params},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            raise OdooError(body["error"]["data"].get("message") or body["error"]["message"])
        return body.get("result")  # left out where a method returns nothing


class Warehouse:
    """What storekeepers and salespeople do with stock, through Odoo's own documents."""

    def __init__(self, staff, location_code):
        self.staff = staff
        self.record = staff.one(
            "stock.warehouse", [("enord_location_code", "=", location_code)],
            ("id", "view_location_id", "lot_stock_id", "in_type_id", "out_type_id"),
        )
        self.stock = self.record["lot_stock_id"][0]

    def receive(self, sku, units):
        """A receipt from a vendor, validated."""
        return self._validated(self.plan_receipt({sku: units}))

    def deliver(self, sku, units):
        """A delivery to a customer, validated: a sale over the counter."""
        return self._validated(self.plan_delivery({sku: units}))

    def plan_receipt(self, goods):
        """A draft of a receipt of ``{sku: units}``."""
        return self._transfer(goods, "in_type_id", self._location("supplier"), self.stock)

    def plan_delivery(self, goods, source=None):
        """A draft of a delivery of ``{sku: units}``.

        :param int source: location that the goods are taken from; the warehouse's stock if left out
        """
        return self._transfer(
            goods, "out_type_id", source or self.stock, self._location("customer")
        )

    def plan_scrap(self, goods):
        """A draft of a transfer of ``{sku: units}`` to where what is lost or broken goes."""
        return self._transfer(goods, "out_type_id", self.stock, self._location("inventory"))

    def quotation(self, goods):
        """A quotation of ``{sku: units}`` that a salesperson has made in Odoo."""
        customer = self.staff.call("res.partner", "create", {"name": "Customer of a salesperson"})
        return self.staff.call("sale.order", "create", {
            "partner_id": customer, "warehouse_id": self.record["id"],
            "order_line": [
                (0, 0, {"product_id": self._product(sku)["id"], "product_uom_qty": units})
                for sku, units in goods.items()
            ],
        })

    def sell(self, quotation):
        """Confirm a quotation, and deliver it where the goods are there."""
        self.staff.call("sale.order", "action_confirm", [quotation])
        for picking in self.staff.one(
            "sale.order", [("id", "=", quotation)], ("picking_ids",)
        )["picking_ids"]:
            self.carry_out(picking)

    def carry_out(self, picking):
        """Validate a transfer if all its goods are there; returns its state."""
        state = self.reserve(picking)
        return self.validate(picking) if state == "assigned" else state

    def reserve(self, picking):
        """Confirm a transfer and reserve what is there; returns its state."""
        self.staff.call("stock.picking", "action_confirm", [picking])
        self.staff.call("stock.picking", "action_assign", [picking])
        return self._state(picking)

    def validate(self, picking):
        self.staff.call("stock.picking", "button_validate", [picking])
        return self._state(picking)

    def count(self, sku, quantity, location=None):
        """A physical count: from now on this many units lie here, or at this location."""
        quant = self.staff.call("stock.quant", "create", {
            "product_id": self._product(sku)["id"], "location_id": location or self.stock,
            "inventory_quantity": quantity,
        }, context={"inventory_mode": True})
        self.staff.call("stock.quant", "action_apply_inventory", [quant])

    def find(self, sku, units):
        """A count that finds so many units more than Odoo knew of."""
        for _try in range(10):
            quant = self.staff.one("stock.quant", [
                ("product_id.default_code", "=", sku), ("location_id", "=", self.stock),
            ], ("id", "quantity"))
            self.staff.call("stock.quant", "write", [quant["id"]], {
                "inventory_quantity": quant["quantity"] + units,
            }, context={"inventory_mode": True})
            counted = self.staff.one(
                "stock.quant", [("id", "=", quant["id"])], ("inventory_diff_quantity",)
            )
            if counted["inventory_diff_quantity"] == units:
                self.staff.call("stock.quant", "action_apply_inventory", [quant["id"]])
                return
            # somebody has moved some meanwhile
            self.staff.call("stock.quant", "action_clear_inventory_quantity", [quant["id"]])
        raise OdooError(f"{sku} cannot be counted")

    def _location(self, usage):
        return self.staff.one("stock.location", [("usage", "=", usage)])["id"]

    def _product(self, sku):
        return self.staff.one("product.product", [("default_code", "=", sku)], ("uom_id",))

    def _state(self, picking):
        return self.staff.one("stock.picking", [("id", "=", picking)], ("state",))["state"]

    def _validated(self, picking):
        state = self.carry_out(picking)
        if state != "done":
            raise OdooError(f"transfer {picking} is {state}, not done")
        return picking

    def _transfer(self, goods, picking_type, source, destination):
        return self.staff.call("stock.picking", "create", {
            "picking_type_id": self.record[picking_type][0],
            "location_id": source,
            "location_dest_id": destination,
            "move_ids": [
                (0, 0, {
                    "product_id": product["id"],
                    "product_uom": product["uom_id"][0],
                    "product_uom_qty": units,
                    "location_id": source,
                    "location_dest_id": destination,
                })
                for sku, units in goods.items() for product in [self._product(sku)]
            ],
        })
