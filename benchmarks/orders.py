"""What an online order costs, beside the same sale by the means that Odoo has itself."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from devtools.odoo_client import Warehouse
from devtools.progress import say
from devtools.shop_client import Shop, wait_for

from .json2 import Json2

LINES = (("DRONE-X1-PRO-KIT", 1, 45000.0), ("PROP-GUARD-X1", 2, 500.0))
BUYERS = 8
PAIRS = 30
ORDERS_AT_ONCE = 60
ROUNDS = 5


def run(bench, pairs=PAIRS, orders_at_once=ORDERS_AT_ONCE, rounds=ROUNDS):
    storefront, keys = bench.silent_storefront("Orders")
    warehouse = Warehouse(bench.staff, "WH-TECH-01")
    for sku, _quantity, _price in LINES:
        warehouse.count(sku, 100_000)
    _one_at_a_time(bench, keys, pairs)
    _in_one_process(bench, storefront, pairs)
    _many_at_once(bench, storefront, keys, orders_at_once, rounds)


def order(reference, customer, lines=LINES):
    """A request of the add-on's API."""
    return {
        "transaction_id": reference, "transaction_date": "2024-01-20T10:15:00Z",
        "customer_details": customer,
        "line_items": [{"sku": sku, "quantity": quantity, "unit_price": price}
                       for sku, quantity, price in lines],
    }


def shop_of(bench, keys):
    return Shop(bench.connection | {"api_key": keys["api"]}, bench.var)


def post(shop, *args):
    """Place an order, which has to be accepted; the seconds it took."""
    started = time.perf_counter()
    answer = shop.erp("POST", "/api/sales/orders", json=order(*args))
    seconds = time.perf_counter() - started
    if answer.status_code != 201:
        raise RuntimeError(f"{answer.status_code} {answer.text}")
    return seconds


def _customer(name):
    return {"name": name, "email": f"{name.lower()}@example.com"}


def _one_at_a_time(bench, keys, pairs):
    shop, peer = shop_of(bench, keys), Json2(bench.connection, keys["json2"])
    run_number = time.time_ns()
    ours, theirs = [], []
    for number in range(-3, pairs):  # the first ones fill the caches of all processes
        seconds = post(shop, f"ONE-{run_number}-{number}", _customer("Api"))
        started = time.perf_counter()
        peer.order(f"JSON-{number}", _customer("Json"), LINES)
        if number >= 0:
            ours.append(seconds)
            theirs.append(time.perf_counter() - started)
    _compare(bench, "an order against 7 calls of JSON-2", ours, theirs, 0.55)


def _in_one_process(bench, storefront, pairs):
    seconds = bench.in_shell("orders_in_shell.py", orders={
        "storefront": storefront, "rounds": pairs, "order": order("", _customer("Api")),
    })
    _compare(bench, "an order against the ORM in one process", seconds["addon"], seconds["orm"],
             0.95)
    ratio = statistics.median(seconds["addon"]) / statistics.median(seconds["untracked"])
    say(f"  against the ORM that keeps no track of any change: {ratio:.2f} ×")


def _compare(bench, what, ours, theirs, bar):
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    bench.figure(
        what, f"{ours * 1000:.0f} ms, {theirs * 1000:.0f} ms: {ours / theirs:.2f} ×", f"≤ {bar} ×",
        ours / theirs <= bar,
    )


def _many_at_once(bench, storefront, keys, count, rounds):
    """Orders a second of the same products, until all their invoices are posted."""
    # a background invoice is in time, too: the clock stops when the last one is posted
    bench.staff.call("enord.storefront", "write", [storefront], {"invoice_policy": "background"})
    shops = [shop_of(bench, keys) for _buyer in range(BUYERS)]
    peers = [Json2(bench.connection, keys["json2"]) for _buyer in range(BUYERS)]

    def buy(buyer, reference):
        post(shops[buyer], reference, _customer(f"Api{buyer}"))

    def buy_from_peer(buyer, reference):
        peers[buyer].order(reference, _customer(f"Json{buyer}"), LINES)

    for sell in (buy, buy_from_peer):  # customers and caches
        _orders_per_second(bench, sell, BUYERS)
    ours, theirs = [], []
    for _round in range(rounds):
        ours.append(_orders_per_second(bench, buy, count))
        theirs.append(_orders_per_second(bench, buy_from_peer, count))
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    bench.figure(
        f"{BUYERS} buyers of the same SKUs, invoices posted",
        f"{ours:.1f}/s, JSON-2 {theirs:.1f}/s: {ours / theirs:.1f} ×", "≥ 3.5 ×, no error",
        ours / theirs >= 3.5,
    )
    say(f"  JSON-2 answered {sum(peer.conflicts for peer in peers)} calls with an error; they "
        "were made again")


def _orders_per_second(bench, sell, count):
    """
    :param sell: called with a buyer's number and a reference; raises what goes wrong
    """
    bench.database.execute("SELECT max(id) FROM account_move")
    [before] = bench.database.fetchone()
    run_number = time.time_ns()
    started = time.monotonic()
    with ThreadPoolExecutor(BUYERS) as buyers:
        list(buyers.map(
            lambda buyer: [
                sell(buyer, f"MANY-{run_number}-{number}")
                for number in range(buyer, count, BUYERS)
            ], range(BUYERS),
        ))
    posted = wait_for(lambda: _posted_since(bench, before), lambda done: done >= count, 120, 0.02)
    if posted is None:
        raise TimeoutError(f"{_posted_since(bench, before)} of {count} invoices are posted")
    return count / (time.monotonic() - started)


def _posted_since(bench, move):
    bench.database.execute(
        "SELECT count(*) FROM account_move WHERE id > %s AND state = 'posted'", [move]
    )
    return bench.database.fetchone()[0]
