"""What the dashboard reads, with a million past events of a storefront, against none."""

import statistics
import time

EVENTS = 1_000_000
ROUNDS = 15
FIELDS = (
    "name", "status", "status_text", "pending_count", "oldest_wait", "dead_count",
    "last_delivery_at", "latency", "order_count", "refused_count", "problem_count", "hold_count",
    "last_snapshot_at", "last_check_at", "last_check_drift", "kept_size",
)


def run(bench):
    storefront = bench.staff.call("enord.storefront", "create", {
        "name": "Dashboard", "stage": "live", "test_mode": True,
        "webhook_url": "http://127.0.0.1:9/hook",
    })
    bench.only(storefront)
    bench.staff.call("enord.storefront", "action_pause", [storefront])
    bench.database.execute(
        "DELETE FROM enord_webhook_event WHERE storefront_id = %s", [storefront],
    )
    empty = _seconds(bench, storefront)
    # over a month, the latest a moment ago: a day has about 33,000
    bench.database.execute("""
        INSERT INTO enord_webhook_event (storefront_id, event_type, key, change_reason, priority,
               state, attempts, recorded_at, next_attempt_at, delivered_at, latency_ms)
        SELECT %s, 'inventory.change', 'stock:' || n %% 500 || ':0', 'SALE', 0, 'delivered', 1,
               moment, moment, moment, n %% 300
          FROM (SELECT n, now() AT TIME ZONE 'UTC' - (%s - n) * interval '30 days' / %s AS moment
                  FROM generate_series(1, %s) n) past
    """, [storefront, EVENTS, EVENTS, EVENTS])
    many = _seconds(bench, storefront)
    bench.database.execute(
        "DELETE FROM enord_webhook_event WHERE storefront_id = %s", [storefront],
    )
    bench.figure(
        f"the dashboard with {EVENTS:,} past events", f"{many * 1000:.0f} ms", "< 500 ms",
        many < 0.5,
    )
    bench.figure(
        "the same against none", f"{many / empty:.2f} × {empty * 1000:.0f} ms", "≤ 1.5 ×",
        many <= 1.5 * empty,
    )


def _seconds(bench, storefront):
    bench.database.execute("VACUUM ANALYZE enord_webhook_event")
    rounds = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        bench.staff.call("enord.storefront", "read", [storefront], list(FIELDS))
        rounds.append(time.perf_counter() - started)
    return statistics.median(rounds)
