"""How fast a change in Odoo reaches a storefront, and how many events a second do."""

import hashlib
import hmac
import statistics
import time

import requests

from .bench import percentile

MOVES_PER_SECOND = 20
SECONDS = 60
SKUS = 2000
BODY = (b'{"event_type":"inventory.change","timestamp":"2024-01-20T10:05:00Z","data":{'
        b'"sku":"DRONE-X1-PRO-KIT","location_code":"WH-TECH-01","new_quantity":14,'
        b'"change_reason":"POS_SALE"}}')


def run(bench):
    url = bench.receiver()
    storefront = bench.storefront("Fast", url)
    bench.only(storefront)
    _latency(bench, url, "20 stock moves/s for 60 s")
    silent = bench.receiver()
    requests.put(f"{silent}/behaviour", json={"slow": 1000.0}, timeout=5)
    other = bench.staff.call("enord.storefront", "create", {
        "name": "Silent", "stage": "live", "test_mode": True, "webhook_url": f"{silent}/hook",
    })
    _latency(bench, url, "the same beside a storefront that never answers", seconds=30)
    bench.staff.call("enord.storefront", "write", [other], {"active": False})
    _throughput(bench, url, storefront)


def _latency(bench, url, title, seconds=SECONDS, median=0.1):
    """From the commit of a receipt's move in a process beside Odoo's to the receiver.

    The moves are made by the very statements that the ORM and the recorder send, so that the
    figure is not that of Odoo's own stock moves, which take longer than the way to the shop.

    :param median: seconds that the median has to stay below, if any
    """
    requests.delete(f"{url}/received", timeout=30)
    bench.database.execute("""
        SELECT DISTINCT ON (product_id) storefront_id, product_id, warehouse_id
          FROM enord_webhook_event event JOIN enord_storefront storefront
            ON storefront.id = storefront_id AND storefront.active
         WHERE event_type = 'inventory.change' AND state = 'delivered'
    """)
    keys = bench.database.fetchall()
    started = time.monotonic()
    for number in range(MOVES_PER_SECOND * seconds):
        _storefront, product, warehouse = keys[number % len(keys)]
        bench.database.execute("""
            INSERT INTO enord_webhook_event (storefront_id, event_type, key, product_id,
                   warehouse_id, change_reason, priority, state, attempts, recorded_at,
                   next_attempt_at)
            SELECT id, 'inventory.change', 'stock:%(product)s:%(warehouse)s', %(product)s,
                   %(warehouse)s, 'STOCK_RECEIPT', 0, 'pending', 0,
                   clock_timestamp() AT TIME ZONE 'UTC', clock_timestamp() AT TIME ZONE 'UTC'
              FROM enord_storefront WHERE active;
            NOTIFY enord_sales_sync
        """, {"product": product, "warehouse": warehouse})
        pause = started + (number + 1) / MOVES_PER_SECOND - time.monotonic()
        time.sleep(max(0.0, pause))
    time.sleep(2)
    lags = [event["lag_ms"] / 1000 for event in requests.get(f"{url}/received", timeout=30).json()]
    p50, p99 = statistics.median(lags), percentile(lags, 0.99)
    bars = f"p50 < {median:g} s, p99 < 1 s" if median else "p99 < 1 s"
    bench.figure(
        f"commit to receiver, {title}", f"p50 {p50:.3f} s, p99 {p99:.3f} s",
        bars, p50 < (median or 1) and p99 < 1,
    )


def _throughput(bench, url, storefront):
    """Events a second, against one thread that posts the same bytes, signed, in a bare loop."""
    ratios = []
    for _round in range(3):
        floor = _bare_loop(url)
        rate = stock_events_per_second(bench, url, storefront)
        ratios.append((rate / floor, rate, floor))
    ratio, rate, floor = sorted(ratios)[1]
    bench.figure(
        "events/s against a bare loop of signed POSTs",
        f"{rate:.0f}/s of {floor:.0f}/s: {ratio:.2f} ×", "≥ 0.9 ×", ratio >= 0.9,
    )


def stock_events_per_second(bench, url, storefront):
    """Queue a stock event for each of ``SKUS`` products at once; the rate at the receiver."""
    bench.products(SKUS)
    bench.settle(storefront)
    # where events come and go all day, autovacuum has done that
    bench.database.execute("VACUUM ANALYZE enord_webhook_event")
    requests.delete(f"{url}/received", timeout=30)
    # stock alone: catalogue bodies are another size
    bench.database.execute("""
        INSERT INTO enord_webhook_event (storefront_id, event_type, key, product_id,
               warehouse_id, change_reason, priority, state, attempts, recorded_at,
               next_attempt_at)
        SELECT %s, 'inventory.change', 'stock:' || product.id || ':' || served.warehouse_id,
               product.id, served.warehouse_id, 'ADJUSTMENT', 0, 'pending', 0,
               clock_timestamp() AT TIME ZONE 'UTC', clock_timestamp() AT TIME ZONE 'UTC'
          FROM (SELECT id FROM product_product WHERE default_code LIKE 'BENCH-%%'
              ORDER BY id LIMIT %s) AS product, enord_storefront_warehouse_rel served
         WHERE served.storefront_id = %s;
        NOTIFY enord_sales_sync
    """, [storefront, SKUS, storefront])
    bench.settle(storefront)
    return rate_of(requests.get(f"{url}/received", timeout=60).json())


def rate_of(received):
    """Events a second between the first and the last that a receiver has."""
    arrived = sorted(event["at"] for event in received)
    return (len(arrived) - 1) / (arrived[-1] - arrived[0])


def _bare_loop(url, count=2000):
    session = requests.Session()
    started = time.monotonic()
    for number in range(count):
        session.post(f"{url}/hook", data=BODY, timeout=10, headers={
            "Content-Type": "application/json",
            "X-Signature": hmac.new(b"secret", BODY, hashlib.sha256).hexdigest(),
            "webhook-id": f"evt_{number}", "X-Event-Type": "inventory.change",
            "X-Event-Sequence": str(number + 1), "X-Delivery-Attempt": "1",
            "X-Event-Recorded-At": "2024-01-20T10:05:00.000Z",
        })
    return count / (time.monotonic() - started)
