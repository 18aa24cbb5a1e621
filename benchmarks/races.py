"""200 buyers after 50 units through five processes of Odoo, while staff move the same stock.

How many get something is exact in every run; how long they wait is what is measured.
"""

import random
import uuid
from collections import Counter

from devtools.progress import say
from devtools.sold_out import CONNECTIONS, overlapping_carts, sell_out

from .bench import percentile

RUNS = 20
UNITS, BUYERS = 50, 200
SKUS = 4


def run(bench, runs=RUNS):
    # the stack's own, whose key the buyers have; other benchmarks archive it
    own = bench.staff.call("enord.storefront", "search", [], order="id", limit=1,
                           context={"active_test": False})
    bench.staff.call("enord.storefront", "write", own, {"active": True})
    bench.only(*own)
    log = bench.var / "log" / "odoo.log"
    _race(bench, f"{BUYERS} buyers, {UNITS} units", runs, lambda dice: _one_sku(bench))
    begin = log.stat().st_size
    _race(bench, f"{BUYERS} carts of {SKUS} SKUs in any order", runs,
          lambda dice: _several_skus(bench, dice))
    with log.open() as lines:
        lines.seek(begin)
        deadlocks = sum("deadlock detected" in line for line in lines)
    say(f"  deadlocks that PostgreSQL ended and the server tried again: {deadlocks}")


def _race(bench, title, runs, prepare):
    dice = random.Random(title)
    seconds, waited, statuses, staff, wrong = [], [], Counter(), Counter(), []
    for number in range(runs):
        outcome = sell_out(bench.connection, *prepare(dice), seed=number)
        seconds += outcome.seconds
        waited += outcome.waited
        statuses += outcome.statuses
        staff += outcome.staff
        wrong += outcome.wrong
        say(f"  {title}, run {number + 1}: accepted {sum(outcome.accepted.values())}, "
            f"staff took {sum(outcome.taken.values())} and "
            f"brought {sum(outcome.received.values())}, "
            f"p99 {percentile(outcome.seconds, 0.99):.2f} s"
            + "".join(f"\n    {what}" for what in outcome.wrong))
    say(f"  answers: {dict(statuses)}; staff: {dict(staff)}")
    bench.figure(
        f"{title}, {runs} runs", f"{len(wrong)} wrong in {statuses.total():,} orders",
        "sold to the last unit, never more; no 5xx", not wrong,
    )
    bench.figure(
        f"latency of an order, {CONNECTIONS} at once",
        f"p50 {percentile(seconds, 0.5):.2f} s, p99 {percentile(seconds, 0.99):.2f} s",
        "p99 < 5 s", percentile(seconds, 0.99) < 5,
    )
    say(f"  all {BUYERS} at once, the wait for one of the storefront's {CONNECTIONS} connections "
        f"included: p50 {percentile(waited, 0.5):.2f} s, p99 {percentile(waited, 0.99):.2f} s")


def _one_sku(bench):
    sku = _product(bench)
    return {sku: UNITS}, [[(sku, 1)]] * BUYERS


def _several_skus(bench, dice):
    skus = [_product(bench) for _number in range(SKUS)]
    return dict.fromkeys(skus, UNITS), overlapping_carts(skus, BUYERS, dice)


def _product(bench):
    sku = f"RACE-{uuid.uuid4().hex[:8].upper()}"
    bench.staff.call("product.template", "create", {
        "name": sku, "default_code": sku, "is_storable": True, "list_price": 1000.0,
    })
    return sku
