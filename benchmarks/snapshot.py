"""The snapshot of 100,000 SKUs beside JSON-2 and beside PostgreSQL itself."""

import json
import statistics
import subprocess
import time
from pathlib import Path

from devtools import marks, postgres

from .json2 import Json2
from .orders import shop_of
from .stock import put_stock

SKUS = 100_000
ROUNDS = 9
ROUNDS_OF_PEER = 3
PATH = "/api/inventory/snapshot"
#: The same data by the shortest statement that gives it.
STATEMENT = """
    SELECT json_build_object('sku', product.default_code, 'qty', COALESCE(stock.units, 0))
      FROM product_product product
      JOIN product_template template ON template.id = product.product_tmpl_id
 LEFT JOIN (SELECT quant.product_id,
                   sum(COALESCE(quant.quantity, 0) - quant.reserved_quantity) AS units
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
             WHERE location.usage = 'internal' GROUP BY quant.product_id) AS stock
        ON stock.product_id = product.id
     WHERE product.active AND product.default_code IS NOT NULL AND template.sale_ok
       AND template.enord_published AND template.is_storable
"""


def run(bench, skus=SKUS, rounds=ROUNDS, rounds_of_peer=ROUNDS_OF_PEER):
    _storefront, keys = bench.silent_storefront("Snapshot")
    bench.products(skus)
    put_stock(bench)
    shop, peer = shop_of(bench, keys), Json2(bench.connection, keys["json2"])
    _memory(bench, shop)
    ours, theirs, floor = [], [], []
    for number in range(rounds):
        seconds, snapshot = _timed(lambda: shop.erp("GET", PATH).content)
        ours.append(seconds)
        seconds, rows = _timed(lambda: _psql(bench))
        floor.append(seconds)
        if number < rounds_of_peer:
            seconds, listed = _timed(lambda: _search_read(peer))
            theirs.append(seconds)
            _check(snapshot, rows, listed, skus)
    ours, theirs, floor = map(statistics.median, (ours, theirs, floor))
    bench.figure(
        f"snapshot of {skus:,} SKUs against JSON-2",
        f"{ours:.2f} s, {theirs:.1f} s: {theirs / ours:.0f} × faster", "≥ 20 × faster",
        theirs / ours >= 20,
    )
    bench.figure(
        "the same against one statement by psql",
        f"{ours:.2f} s, {floor:.2f} s: {ours / floor:.2f} ×", "≤ 2.5 ×", ours / floor <= 2.5,
    )


def _timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def _psql(bench):
    """An item a line, as bytes."""
    return subprocess.run(
        [postgres.binaries() / "psql", bench.connection["postgres_dsn"], "-XAtc", STATEMENT],
        capture_output=True, check=True,
    ).stdout


def _search_read(peer):
    return peer.post(
        "product.product", "search_read", fields=["default_code", "free_qty"],
        domain=[["default_code", "!=", False], ["sale_ok", "=", True], ["is_storable", "=", True]],
    ).content


def _check(snapshot, rows, listed, skus):
    """All three say the same, or the comparison is none."""
    snapshot = {item["sku"]: item["qty"] for item in json.loads(snapshot)}
    rows = {item["sku"]: item["qty"] for item in map(json.loads, rows.splitlines())}
    listed = {item["default_code"]: item["free_qty"] for item in json.loads(listed)}
    # the peer also lists what is not published
    if not snapshot == rows == {sku: listed[sku] for sku in rows} or len(snapshot) < skus:
        raise RuntimeError(f"they differ: {len(snapshot)}, {len(rows)}, {len(listed)} SKUs")


def _memory(bench, shop):
    """By how much a process of the server grows at most while it sends snapshots."""
    for _time in range(20):  # every process is warm
        shop.erp("GET", "/api/inventory/availability?sku=PROP-GUARD-X1").raise_for_status()
    before = {}
    for process in marks.find(bench.var, "odoo"):
        Path(f"/proc/{process}/clear_refs").write_text("5")  # the peak begins anew
        before[process] = _kibibytes(process, "VmRSS")
    for encoding in ("identity", "gzip") * 4:
        shop.erp("GET", PATH, headers={"Accept-Encoding": encoding}).raise_for_status()
    grown = max(_kibibytes(process, "VmHWM") - rss for process, rss in before.items()) / 1024
    bench.figure("a server process grows by", f"{grown:.0f} MiB", "< 150 MiB", grown < 150)


def _kibibytes(process, name):
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)
