"""A day in the life of a shop: everything that a demonstration's screens show, really done.

Customers buy in the reference shop, staff work in Odoo, and once the shop is down. Each act takes
a second or two, and is written down with how long ago it is to lie (:mod:`.history`).
"""

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import requests

from . import marks
from .odoo_client import OdooError, Staff, Warehouse
from .progress import Failure
from .shop_client import Customer, Shop, wait_for

TECH, MUMBAI = "WH-TECH-01", "WH-MUM-01"
#: More than there is of any product.
TOO_MANY = 900
SETTLED_SECONDS = 120
OUTAGE_SECONDS = 8


class Act(NamedTuple):
    """Something that was done."""

    began: float
    """Unix time."""
    ended: float
    minutes_ago: int
    """Before the end of the day."""


class Day:
    """
    :param dict connection: of a stack that is up
    :param Path var: its folder
    """

    def __init__(self, connection: dict, var: Path):
        self.var = var
        self.staff = Staff(connection)
        self.shop = Shop(connection, var)
        self.tech = Warehouse(self.staff, TECH)
        self.mumbai = Warehouse(self.staff, MUMBAI)
        self.storefront = self.staff.one(
            "enord.storefront", [("name", "=", "Enord Web Shop")])["id"]
        self.orders: list[str] = []
        self.customers = 0

    def live(self) -> list[Act]:
        """Do everything, one after the other."""
        acts = []
        for minutes_ago, do in self.acts():
            # where a time is kept in whole seconds, it still belongs to its act
            time.sleep(1 - time.time() % 1)
            began = time.time()
            try:
                do()
                self.settle()
            except (OdooError, requests.RequestException) as error:
                raise Failure(f"The demonstration's day, {minutes_ago} min ago: {error}") from error
            acts.append(Act(began // 1, time.time(), minutes_ago))
        return acts

    def acts(self) -> list[tuple[int, Callable[[], object]]]:
        """``(minutes ago, what is done)``, the oldest first."""
        buy, receive, sell = self.buy, self.tech.receive, self.tech.deliver
        return [
            (1460, self.prepare),
            (1405, lambda: receive("BATT-X1-5000", 20)),
            (1370, lambda: buy({"DRONE-MINI-WHT": 1, "PAD-75": 1})),
            (1312, lambda: buy({"PROP-X1-STD": 2})),
            (1264, lambda: sell("CASE-X1", 1)),
            (1210, lambda: buy({"BATT-X1-5000": 2, "CHG-HUB-X1": 1})),
            (1150, lambda: self.change_price("PAD-110", 1690.0)),
            (1085, lambda: buy({"DRONE-X1-STD": 1, "PROP-GUARD-X1": 1})),
            (1032, lambda: self.mumbai.deliver("DRONE-MINI-SKY", 2)),
            (985, self.buy_too_many_and_again),
            (930, self.reconcile),
            (914, lambda: sell("DRONE-MINI-WHT", 1)),
            (868, lambda: receive("DRONE-R5-HD", 6)),
            (845, lambda: buy({"DRONE-R5-HD": 1, "PROP-X1-LN": 4})),
            (812, lambda: self.be_paid(4)),
            (790, lambda: self.carry_out(4)),
            (733, lambda: sell("ND-SET-X1", 2)),
            (705, self.cancel),
            (668, lambda: buy({"RC-X1": 1})),
            (612, lambda: self.take_away("PROP-X1-STD", 3)),
            (556, self.the_shop_is_down),
            (522, lambda: buy({"DRONE-MINI-GRA": 2, "CASE-X1": 1})),
            (488, lambda: buy({"BATT-X1-6200": 1})),
            (430, lambda: self.tech.count("PROP-GUARD-X1", 78)),
            (402, lambda: self.use("BATT-X1-5000", "demonstration")),
            (368, lambda: buy({"DRONE-M2-RGB": 1})),
            (312, lambda: self.mumbai.receive("CASE-X1", 10)),
            (255, lambda: buy({"PAD-75": 2, "PROP-X1-STD": 4})),
            (240, lambda: self.be_paid(5)),
            (232, lambda: self.carry_out(3)),
            (196, lambda: sell("DRONE-X1-STD", 1)),
            (170, self.buy_too_many),
            (144, lambda: buy({"DRONE-X1-FLYMORE": 1, "ND-SET-X1": 1})),
            (110, self.check_out_and_buy),
            (96, lambda: receive("CAM-G3-4K", 4)),
            (74, self.cancel),
            (52, lambda: buy({"CAM-G3-4K": 1})),
            (41, lambda: self.mumbai.deliver("PAD-75", 1)),
            (33, lambda: self.use("PROP-X1-STD", "test")),
            (21, lambda: buy({"DRONE-R5-ANALOG": 1, "BATT-X1-5000": 1})),
            (12, lambda: sell("DRONE-MINI-WHT", 1)),
            (4, lambda: self.check_out("DRONE-O8-CINE", 1)),
            (2, lambda: self.check_out("DRONE-MINI-SKY", 2)),
        ]

    def prepare(self):
        """The company is called something, whoever logs in begins with the dashboard, somebody is
        responsible, and the shop has everything."""
        [company] = self.staff.call("res.company", "search", [], limit=1)
        self.staff.call("res.company", "write", [company], {"name": "Enord Demo Company"})
        self.staff.call("stock.warehouse", "write", [self.tech.record["id"]], {
            "name": "Bengaluru Warehouse",
        })
        user = self.staff.one("res.users", [("login", "=", "admin")])["id"]
        [dashboard] = self.staff.search_read("ir.model.data", [
            ("module", "=", "enord_sales_sync"), ("name", "=", "action_dashboard"),
        ], ["res_id"])
        self.staff.call("res.users", "write", [user], {"action_id": dashboard["res_id"]})
        self.staff.call("enord.storefront", "write", [self.storefront], {
            "responsible_user_id": user,
        })
        # the one it had before nobody knew
        self.staff.call("enord.storefront", "action_end_overlap", [self.storefront])
        self.staff.call("enord.storefront", "action_resync", [self.storefront])

    def buy(self, goods):
        self.orders.append(self.place(goods, "confirmed"))

    def buy_too_many(self):
        self.place({"DRONE-H6-16L": TOO_MANY}, "out_of_stock")
        self.look_after()

    def place(self, goods, state):
        """Order in the shop, and wait for this to become of it; returns the order's number."""
        order = self.shop.place_order(_items(goods), self.name()).json()["transaction_id"]
        # it posts again what was not answered in time
        self.wait(lambda: self.shop.order(order)["state"], lambda found: found == state,
                  f"order {order} is {state}")
        return order

    def buy_too_many_and_again(self):
        """What is not there is refused, and a smaller order is not."""
        self.buy_too_many()
        self.buy({"DRONE-H6-10L": 1})

    def check_out(self, sku, units):
        """A customer comes as far as the payment, and is still there."""
        customer = Customer(self.shop)
        return customer, customer.check_out(sku, units, self.name())

    def check_out_and_buy(self):
        customer, form = self.check_out("DRONE-MINI-GRA", 1)
        self.orders.append(customer.pay(form))

    def cancel(self):
        reference = self.orders.pop(0)
        self.expect(self.shop.erp("POST", f"/api/sales/orders/{reference}/cancel", json={}), 200)

    def carry_out(self, count):
        """The oldest orders leave the warehouse."""
        for _order in range(count):
            order = self.staff.one("sale.order", [
                ("enord_transaction_reference", "=", self.orders.pop(0)),
            ], ("picking_ids",))
            for picking in order["picking_ids"]:
                self.tech.validate(picking)

    def be_paid(self, count):
        """Payments of the oldest orders that are still to be delivered arrive at the bank."""
        for reference in self.orders[:count]:
            order = self.staff.one("sale.order", [
                ("enord_transaction_reference", "=", reference),
            ], ("invoice_ids",))
            payment = self.staff.call("account.payment.register", "create", {}, context={
                "active_model": "account.move", "active_ids": order["invoice_ids"],
            })
            self.staff.call("account.payment.register", "action_create_payments", [payment])

    def change_price(self, sku, price):
        template = self.staff.one(
            "product.product", [("default_code", "=", sku)], ("product_tmpl_id",)
        )["product_tmpl_id"][0]
        self.staff.call("product.template", "write", [template], {"list_price": price})

    def take_away(self, sku, units):
        """The shop's own people take samples."""
        self.expect(self.shop.erp("POST", "/api/inventory/adjust", json={
            "reference_id": "SAMPLES-1", "adjustments": [
                {"sku": sku, "quantity_change": -units, "location_code": TECH},
            ],
        }), 201)

    def use(self, sku, purpose):
        use = self.staff.call("enord.internal.use", "create", {
            "barcode": sku, "purpose": purpose, "warehouse_id": self.tech.record["id"],
        })
        self.staff.call("enord.internal.use", "action_use", [use])

    def reconcile(self):
        """What the shop does each night. This time it has counted something twice, and finds it."""
        with sqlite3.connect(self.var / "storefront.sqlite") as shop:
            shop.execute("UPDATE stock SET quantity = quantity + 2 "
                         "WHERE sku = 'ND-SET-X1' AND location_code = ?", [MUMBAI])
        shop.close()
        done = self.shop.reconcile("--settle", "1")
        if done.returncode != 1:
            raise Failure(f"The shop's reconciliation:\n{done.stdout}{done.stderr}")

    def the_shop_is_down(self):
        """Goods are sold over the counter meanwhile, and staff, who for once do not want to wait
        for some minutes, are told."""
        supervisors = marks.find(self.var, "supervisor")
        back = time.monotonic() + OUTAGE_SECONDS
        for process in supervisors:  # else the shop would be started again
            os.kill(process, signal.SIGSTOP)
        try:
            for process in marks.find(self.var, "storefront"):
                marks.terminate(process, signal.SIGKILL)
            self.tech.deliver("DRONE-MINI-SKY", 1)
            self.mumbai.deliver("BATT-X1-5000", 2)
            self.tell_after(0)
            self.look_after()
            self.wait(self.outages, lambda found: any(o["told_at"] for o in found), "an outage")
            self.tell_after(5)
            time.sleep(max(0, back - time.monotonic()))
        finally:
            for process in supervisors:
                os.kill(process, signal.SIGCONT)
        self.settle()
        self.look_after()
        self.wait(self.outages, lambda found: all(o["ended_at"] for o in found), "its end")

    def tell_after(self, minutes):
        self.staff.call(
            "enord.storefront", "write", [self.storefront], {"alarm_minutes": minutes}
        )

    def look_after(self):
        """What is done once a minute: the day's minutes are shorter."""
        [job] = self.staff.search_read("ir.model.data", [
            ("module", "=", "enord_sales_sync"), ("name", "=", "cron_watch"),
        ], ["res_id"])
        with contextlib.suppress(OdooError):  # it is being done
            self.staff.call("ir.cron", "method_direct_trigger", [job["res_id"]])

    def outages(self):
        return self.staff.search_read(
            "enord.incident", [("kind", "=", "unreachable")], ["told_at", "ended_at"]
        )

    def settle(self):
        """Until nothing waits for the shop."""
        self.wait(lambda: self.staff.call("enord.webhook.event", "search_count", [
            ("storefront_id", "=", self.storefront), ("state", "in", ("pending", "sending")),
        ]), lambda left: not left, "the shop has been told everything")

    def name(self):
        self.customers += 1
        return f"Customer {self.customers}"

    def expect(self, answer, status):
        if answer.status_code != status:
            raise Failure(f"Expected {status}: {answer.status_code} {answer.text[:500]}")

    def wait(self, read, wanted, what):
        if wait_for(read, wanted, SETTLED_SECONDS, 0.05) is None:
            raise Failure(f"Not within {SETTLED_SECONDS} s: {what}")


def _items(goods):
    return [{"sku": sku, "quantity": units} for sku, units in goods.items()]
