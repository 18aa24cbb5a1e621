"""Claiming a batch with a million delivered rows in the outbox, against an empty one."""

import statistics

ROUNDS = 3
DELIVERED = 1_000_000


def run(bench):
    # the stack's own dispatcher leaves the events of an archived storefront alone
    storefront = bench.staff.call("enord.storefront", "create", {
        "name": "Claims", "stage": "live", "active": False, "test_mode": True,
        "webhook_url": "http://127.0.0.1:9/hook",
    })
    rounds = []
    for _round in range(ROUNDS):
        _forget(bench, storefront)
        empty = _claim_seconds(bench, storefront)
        bench.database.execute("""
            INSERT INTO enord_webhook_event (storefront_id, event_type, key, change_reason,
                   priority, state, attempts, recorded_at, next_attempt_at, delivered_at)
            SELECT %s, 'inventory.change', 'stock:' || n %% 500 || ':0', 'SALE', 0, 'delivered',
                   1, now(), now(), now() FROM generate_series(1, %s) n
        """, [storefront, DELIVERED])
        many = _claim_seconds(bench, storefront)
        rounds.append((many / empty, many, empty))
    _forget(bench, storefront)
    ratio, many, empty = sorted(rounds)[ROUNDS // 2]
    bench.figure(
        f"claiming a batch with {DELIVERED:,} delivered rows",
        f"{many * 1000:.1f} ms, {empty * 1000:.1f} ms: {ratio:.2f} ×", "≤ 1.1 ×", ratio <= 1.1,
    )


def _forget(bench, storefront):
    bench.database.execute("DELETE FROM enord_webhook_event WHERE storefront_id = %s", [storefront])


def _claim_seconds(bench, storefront):
    bench.database.execute("VACUUM ANALYZE enord_webhook_event")
    return statistics.median(bench.in_shell("claims_in_shell.py", storefront=storefront))
