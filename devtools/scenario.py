"""What `make run` shows: the catalogue and stock go out, a sale comes in, and both sides agree.

Every step acts as a person or a program would, through Odoo's screens' calls and over HTTP.
"""

import time

from .odoo_client import Staff, Warehouse
from .progress import say
from .shop_client import Shop, wait_for

SKU = "DRONE-X1-PRO-KIT"
SECOND_SKU = "PROP-GUARD-X1"
LOCATION = "WH-TECH-01"
CUSTOMER = "Scenario Customer"
LATEST_MS = 5000


class StepFailed(Exception):
    """A step did not end as promised; the message says how."""


class Scenario:
    def __init__(self, connection):
        self.staff = Staff(connection)
        self.shop = Shop(connection)
        self.warehouse = Warehouse(self.staff, LOCATION)

    def catalogue_is_pushed(self):
        """Catalogue pushed"""
        snapshot = self.shop.snapshot()
        storefront = self.staff.one("enord.storefront", [("name", "=", "Enord Web Shop")])["id"]
        newest = self.shop.events(1)
        seen = newest[0]["sequence"] if newest else 0
        self.staff.call("enord.storefront", "action_resync", [storefront])

        def pushed():
            return [
                event for event in self.shop.events()
                if event["sequence"] > seen and event["outcome"] == "applied"
            ]

        groups = {product["group_id"] for product in self.shop.products().values()}
        took = self.wait(
            lambda: (len({e["key"] for e in pushed() if e["type"] == "catalog.update"}),
                     len(self.shop.products())),
            lambda found: found[0] >= max(1, len(groups)) and found[1] == len(snapshot),
            f"the shop shows all {len(snapshot)} SKUs", seconds=30, pause=0.05,
        )
        products = len({e["key"] for e in pushed() if e["type"] == "catalog.update"})
        return f"{products} products with {len(snapshot)} SKUs in {took:.0f} ms"

    def receipt_becomes_visible(self):
        """Stock received in Odoo"""
        return self.moved(lambda: self.warehouse.receive(SKU, 5), +5)

    def counter_sale_becomes_visible(self):
        """Counter sale delivered in Odoo"""
        return self.moved(lambda: self.warehouse.deliver(SKU, 2), -2)

    def order_is_accepted(self):
        """Order placed in the shop"""
        before = self.shop.stock(SKU)
        started = time.monotonic()
        answer = self.shop.place_order(
            [{"sku": SKU, "quantity": 1}, {"sku": SECOND_SKU, "quantity": 2}], CUSTOMER
        )
        took = (time.monotonic() - started) * 1000
        self.expect(answer.status_code == 201, f"the shop answered {answer.status_code}: "
                    f"{answer.text[:500]}")
        self.transaction_id = answer.json()["transaction_id"]
        order = self.order()
        self.expect(order["state"] == "sale", f"the order is {order['state']}")
        invoice = self.staff.one(
            "account.move", [("id", "in", order["invoice_ids"])],
            ("name", "state", "amount_total", "amount_tax"),
        )
        self.expect(invoice["state"] == "posted", f"the invoice is {invoice['state']}")
        self.expect(abs(invoice["amount_total"] - 46000.0) < 0.005,
                    f"the invoice is over {invoice['amount_total']}, not 46000.00")
        moves = self.staff.search_read(
            "stock.move", [("picking_id", "in", order["picking_ids"])], ["quantity", "state"]
        )
        reserved = sum(move["quantity"] for move in moves if move["state"] == "assigned")
        self.expect(reserved == 3, f"{reserved} units are reserved, not 3")
        self.wait(lambda: self.shop.stock(SKU), lambda stock: stock == before - 1,
                  f"the shop shows {before - 1} {SKU}")
        return (f"{self.transaction_id} is {order['name']}, invoice {invoice['name']} over "
                f"{invoice['amount_total']:,.2f}, {invoice['amount_tax']:,.2f} of it GST, "
                f"{reserved:.0f} units reserved, {took:.0f} ms")

    def repeat_changes_nothing(self):
        """The same order posted again"""
        answer = self.shop.resend(self.transaction_id)
        self.expect(answer["erp_status"] == 200 and answer["replayed"],
                    f"the ERP answered {answer['erp_status']}")
        orders = self.staff.call("sale.order", "search_count", [
            ("enord_transaction_reference", "=", self.transaction_id)
        ])
        self.expect(orders == 1, f"there are {orders} orders")
        self.expect(len(self.order()["invoice_ids"]) == 1, "there is a second invoice")
        return "the same order, no second one, no second invoice"

    def adjustment_is_carried_out(self):
        """Adjustment through the API"""
        def adjust():
            answer = self.shop.erp("POST", "/api/inventory/adjust", json={
                "reference_id": f"{self.transaction_id}-SAMPLE",
                "adjustments": [
                    {"sku": SKU, "quantity_change": -1, "location_code": LOCATION},
                ],
            })
            self.expect(answer.status_code == 201, f"{answer.status_code} {answer.text[:300]}")

        return self.moved(adjust, -1)

    def both_sides_agree(self):
        """Snapshot against the shop's stock"""
        snapshot = self.shop.snapshot()
        shown = {sku: product["stock"] for sku, product in self.shop.products().items()}
        drift = {
            sku: (snapshot.get(sku), shown.get(sku))
            for sku in {*snapshot, *shown} if snapshot.get(sku) != shown.get(sku)
        }
        self.expect(not drift, f"(ERP, shop) differ: {drift}")
        run = self.shop.reconcile("--dry-run")
        self.expect(run.returncode == 0, run.stdout + run.stderr)
        return f"{len(snapshot)} SKUs, no drift"

    def order(self):
        return self.staff.one(
            "sale.order", [("enord_transaction_reference", "=", self.transaction_id)],
            ("name", "state", "invoice_ids", "picking_ids"),
        )

    def moved(self, act, change):
        """Act in Odoo, and wait until the shop shows it."""
        before = self.shop.stock(SKU)
        act()
        took = self.wait(
            lambda: self.shop.stock(SKU), lambda stock: stock == before + change,
            f"the shop shows {before + change} {SKU}",
        )
        return f"{before} → {before + change} units, visible {took:.0f} ms after Odoo answered"

    def wait(self, read, wanted, what, seconds=LATEST_MS / 1000, pause=0.005):
        took = wait_for(read, wanted, seconds, pause)
        self.expect(took is not None, f"not within {seconds:.0f} s: {what} (last: {read()})")
        return took

    def expect(self, held, otherwise):
        if not held:
            raise StepFailed(otherwise)

    STEPS = (
        catalogue_is_pushed, receipt_becomes_visible, counter_sale_becomes_visible,
        order_is_accepted, repeat_changes_nothing, adjustment_is_carried_out, both_sides_agree,
    )


def main(connection):
    """Run every step and print the report; returns the exit status."""
    say("\n  The scenario")
    scenario = Scenario(connection)
    for number, step in enumerate(Scenario.STEPS, 1):
        title = step.__doc__
        try:
            result = step(scenario)
        except Exception as error:
            say(f"  {number}. {title:34} FAILED: {type(error).__name__}: {error}")
            say(f"\n  {number - 1} of {len(Scenario.STEPS)} steps good\n")
            return 1
        say(f"  {number}. {title:34} {result}")
    say(f"\n  All {len(Scenario.STEPS)} steps good\n")
    return 0
