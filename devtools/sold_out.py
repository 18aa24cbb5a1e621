"""A product is sold out by many buyers at once while Odoo's staff move the same stock.

What `sell_out` returns says what every unit became, by the buyers' answers on the one hand and by
the database's move lines and quants on the other.
"""

import contextlib
import dataclasses
import random
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import requests
from requests.adapters import HTTPAdapter

from .odoo_client import OdooError, Staff, Warehouse

LOCATION = "WH-TECH-01"
#: From the storefront's server to Odoo; more would wait in Odoo's listen queue, which is short.
CONNECTIONS = 16
TIMEOUT = 60
UNITS_RECEIVED = 4


@dataclasses.dataclass
class Outcome:
    """``Counter``s are by SKU, in units."""

    start: Counter
    accepted: Counter = dataclasses.field(default_factory=Counter)
    received: Counter = dataclasses.field(default_factory=Counter)
    taken: Counter = dataclasses.field(default_factory=Counter)
    online: Counter = dataclasses.field(default_factory=Counter)
    seconds: list = dataclasses.field(default_factory=list)
    """Of each request, from when it was sent."""
    waited: list = dataclasses.field(default_factory=list)
    """Of each buyer, who may have waited for one of the storefront's connections before."""
    statuses: Counter = dataclasses.field(default_factory=Counter)
    wrong: list = dataclasses.field(default_factory=list)
    staff: Counter = dataclasses.field(default_factory=Counter)


class Buyers:
    """Customers of one storefront, whose server keeps a few connections to Odoo."""

    def __init__(self, connection, outcome):
        self._url = f"{connection['odoo_url']}/api/sales/orders"
        self._outcome = outcome
        self._lock = threading.Lock()
        self._connections = threading.BoundedSemaphore(CONNECTIONS)
        self._http = requests.Session()
        self._http.mount("http://", HTTPAdapter(pool_maxsize=CONNECTIONS))
        self._http.headers.update({
            "Authorization": f"Bearer {connection['api_key']}",
            "X-Odoo-Database": connection["database"],
        })

    def buy(self, cart):
        """Order ``(sku, units)`` pairs; returns the answer's status."""
        reference = uuid.uuid4().hex
        order = {
            "transaction_id": reference, "transaction_date": "2024-01-20T10:15:00Z",
            "customer_details": {"name": f"Buyer {reference}"},
            "line_items": [
                {"sku": sku, "quantity": units, "unit_price": 1000.0} for sku, units in cart
            ],
        }
        came = time.monotonic()
        with self._connections:
            sent = time.monotonic()
            answer = self._http.post(self._url, json=order, timeout=TIMEOUT)
            answered = time.monotonic()
        with self._lock:
            self._outcome.seconds.append(answered - sent)
            self._outcome.waited.append(answered - came)
            self._note(cart, answer)
        return answer.status_code

    def _note(self, cart, answer):
        outcome = self._outcome
        outcome.statuses[answer.status_code] += 1
        if answer.status_code == 201:
            outcome.accepted.update(_units(cart))
        elif answer.status_code != 409 or not _says_what_is_left(answer.json(), cart):
            outcome.wrong.append(f"{answer.status_code} {answer.text}")


def sell_out(connection, start, carts, staff_at_once=4, seed=0):
    """All carts are ordered at once while staff deliver, sell, receive and count; then single
    units until each SKU is refused.

    :param dict start: units to begin with, by SKU, of products that are there and have no stock
    :param list carts: each a list of ``(sku, units)``
    :rtype: Outcome
    """
    dice = random.Random(seed)
    outcome = Outcome(Counter(start))
    staff = [Staff(connection) for _number in range(staff_at_once)]
    work = _prepare(staff[0], start, dice)
    buyers = Buyers(connection, outcome)
    with (
        ThreadPoolExecutor(len(carts)) as customers,
        ThreadPoolExecutor(staff_at_once) as offices,
    ):
        waiting = [customers.submit(buyers.buy, cart) for cart in carts]
        # each member of staff does one piece of work after the other
        offices = [
            offices.submit(_do, member, work[number::staff_at_once], outcome.staff)
            for number, member in enumerate(staff)
        ]
        for future in [*waiting, *offices]:
            future.result()
    for sku in start:
        while buyers.buy([(sku, 1)]) == 201:
            pass
    _compare(connection, staff[0], outcome)
    return outcome


def overlapping_carts(skus, number, dice):
    """Carts of several of these SKUs, each in an order of its own."""
    return [
        [(sku, dice.randint(1, 2)) for sku in dice.sample(skus, dice.randint(2, len(skus)))]
        for _number in range(number)
    ]


def _prepare(staff, start, dice):
    """Everything that staff do later, as ``(name, callable)``."""
    warehouse = Warehouse(staff, LOCATION)
    for sku, units in start.items():
        warehouse.count(sku, units)
    work = []
    for skus in ([*start], [*reversed(start)]):
        goods = dict.fromkeys(skus, 1)
        for _number in range(2):
            sale = warehouse.quotation(goods)
            work.append(("sale", lambda w, sale=sale: w.sell(sale)))
            picking = warehouse.plan_delivery(goods)
            work.append(("counter sale", lambda w, picking=picking: w.carry_out(picking)))
        receipt = warehouse.plan_receipt(dict.fromkeys(skus, UNITS_RECEIVED))
        work.append(("receipt", lambda w, receipt=receipt: w.carry_out(receipt)))
        scrap = warehouse.plan_scrap({skus[0]: 1})
        work.append(("scrap", lambda w, scrap=scrap: w.carry_out(scrap)))
    # once each: of two who count one shelf at a time Odoo takes the second one's number for 0
    work += [("count", lambda w, sku=sku: w.find(sku, 1)) for sku in start]
    dice.shuffle(work)
    return work


def _do(staff, work, done):
    warehouse = Warehouse(staff, LOCATION)
    for name, action in work:
        try:
            action(warehouse)
        except OdooError as error:
            # Odoo gives up after five conflicts; the member of staff would click again
            name = f"{name}: {str(error).splitlines()[0][:60]}"
        done[name] += 1


def _units(cart):
    units = Counter()
    for sku, number in cart:
        units[sku] += number
    return units


def _says_what_is_left(problem, cart):
    wanted = _units(cart)
    return problem.get("code") == "out_of_stock" and problem["errors"] and all(
        error["code"] == "out_of_stock" and error["available"] < wanted[error["sku"]]
        for error in problem["errors"]
    )


def _compare(connection, staff, outcome):
    """Note in ``outcome`` what the database has, and as wrong what does not fit together."""
    with contextlib.closing(psycopg2.connect(connection["postgres_dsn"])) as database:
        database.autocommit = True
        with database.cursor() as cr:
            for sku in outcome.start:
                _compare_product(cr, sku, outcome)
            # Odoo's own tasks merge the quants that a moment's contention has doubled
            staff.call("stock.quant", "action_view_inventory")
            cr.execute("""
                SELECT product.default_code, quant.quantity, quant.reserved_quantity
                  FROM stock_quant quant JOIN product_product product ON product.id = product_id
                  JOIN stock_location location ON location.id = quant.location_id
                 WHERE location.usage = 'internal' AND product.default_code = ANY(%s)
                   AND (reserved_quantity > quantity OR reserved_quantity < 0)
            """, [list(outcome.start)])
            outcome.wrong += [f"quant {row}" for row in cr.fetchall()]


def _compare_product(cr, sku, outcome):
    cr.execute("""
        SELECT CASE WHEN line.state = 'done' THEN 'done' ELSE 'reserved' END,
               source.usage = 'internal', sale.enord_storefront_id IS NOT NULL,
               SUM(line.quantity_product_uom)::int
          FROM stock_move_line line
          JOIN product_product product ON product.id = line.product_id
          JOIN stock_location source ON source.id = line.location_id
          JOIN stock_location destination ON destination.id = line.location_dest_id
          JOIN stock_move move ON move.id = line.move_id
     LEFT JOIN sale_order_line item ON item.id = move.sale_line_id
     LEFT JOIN sale_order sale ON sale.id = item.order_id
         WHERE product.default_code = %s AND line.state <> 'cancel'
           AND (source.usage = 'internal') <> (destination.usage = 'internal')
           AND (source.usage = 'internal' OR line.state = 'done')
      GROUP BY 1, 2, 3
    """, [sku])
    moved = {tuple(key): units for *key, units in cr.fetchall()}
    brought = moved.get(("done", False, False), 0)
    out = {
        online: {state: moved.get((state, True, online), 0) for state in ("done", "reserved")}
        for online in (True, False)
    }
    outcome.received[sku] = brought - outcome.start[sku]
    outcome.taken[sku] = sum(out[False].values())
    outcome.online[sku] = sum(out[True].values())
    cr.execute("""
        SELECT COALESCE(SUM(quantity), 0)::int, COALESCE(SUM(reserved_quantity), 0)::int
          FROM stock_quant quant JOIN product_product product ON product.id = product_id
          JOIN stock_location location ON location.id = quant.location_id
         WHERE location.usage = 'internal' AND product.default_code = %s
    """, [sku])
    quants = cr.fetchone()
    lines = (
        brought - out[True]["done"] - out[False]["done"],
        out[True]["reserved"] + out[False]["reserved"],
    )
    if quants != lines:
        outcome.wrong.append(f"{sku}: on hand, reserved {quants} in quants, {lines} in move lines")
    expected = outcome.start[sku] + outcome.received[sku] - outcome.taken[sku]
    if not outcome.accepted[sku] == outcome.online[sku] == expected:
        outcome.wrong.append(
            f"{sku}: {outcome.accepted[sku]} accepted, {outcome.online[sku]} held for them, "
            f"{expected} were left to sell"
        )
