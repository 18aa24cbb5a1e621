"""A large database beside a small one: what a storefront feels of it."""

import random
import statistics
import time

from devtools import stack
from devtools.odoo_client import Warehouse

from .bench import Bench
from .orders import LINES, post, shop_of
from .past_orders import make_past_orders
from .stock import put_stock

SKUS, FEW_SKUS = 100_000, 1_000
PAST_ORDERS = 100_000
ASKED = 20
CALLS = 400
ORDERS = 60


def run(bench, skus=SKUS, past_orders=PAST_ORDERS, calls=CALLS, orders=ORDERS):
    var = bench.var / "small"
    small = Bench(stack.direct(stack.up(var), var), var)
    try:
        few, many = _Database(small, FEW_SKUS), _Database(bench, skus)
        _availability(bench, few, many, skus, calls)
        make_past_orders(bench, many.storefront, many.shop, past_orders)
        _orders(bench, few, many, skus, past_orders, orders)
    finally:
        small.close()
        stack.down(var)


class _Database:
    def __init__(self, bench, skus):
        self.storefront, keys = bench.silent_storefront("Scale")
        self.shop = shop_of(bench, keys)
        bench.products(skus)
        put_stock(bench)
        bench.database.execute(
            "SELECT default_code FROM product_product WHERE default_code LIKE 'BENCH-%'"
        )
        self.skus = [sku for (sku,) in bench.database.fetchall()]
        warehouse = Warehouse(bench.staff, "WH-TECH-01")
        for sku, _quantity, _price in LINES:
            warehouse.count(sku, 200_000)

    def ask(self):
        """The seconds that the availability of some SKUs takes."""
        query = [("sku", sku) for sku in random.sample(self.skus, ASKED)]
        started = time.perf_counter()
        self.shop.erp("GET", "/api/inventory/availability", params=query).raise_for_status()
        return time.perf_counter() - started

    def sell(self):
        """The seconds that an order takes."""
        return post(self.shop, f"SCALE-{time.time_ns()}",
                    {"name": "Scale", "email": "scale@example.com"})


def _availability(bench, few, many, skus, calls):
    _compare(bench, f"availability of {ASKED} SKUs, of {skus:,} against {FEW_SKUS:,}",
             few.ask, many.ask, calls, 1.1)


def _orders(bench, few, many, skus, past_orders, orders):
    _compare(bench, f"an order, {skus:,} SKUs and {past_orders:,} past orders, against few",
             few.sell, many.sell, orders, 1.15)


def _compare(bench, what, in_small, in_large, rounds, bar):
    small, large = [], []
    for number in range(-rounds // 10, rounds):  # the first ones fill the caches
        for seconds, work in ((small, in_small), (large, in_large)):
            took = work()
            if number >= 0:
                seconds.append(took)
    small, large = statistics.median(small) * 1000, statistics.median(large) * 1000
    bench.figure(what, f"p50 {large:.1f} ms, {small:.1f} ms: {large / small:.2f} ×",
                 f"≤ {bar} ×", large / small <= bar)
