"""Claims batches in Odoo's shell and prints the median of their seconds.

The storefront is archived, so that the stack's own dispatcher leaves its events alone. Each round
is what the dispatcher does: events wait, are claimed, and are written down as delivered, each in
a transaction of its own.
"""
# ruff: noqa: F821  `env` is the shell's

import os
import statistics
import time

BATCH = 256

storefront = env["enord.storefront"].browse(int(os.environ["STOREFRONT"]))
events = env["enord.webhook.event"]
seconds = []
for _round in range(int(os.environ["ROUNDS"])):
    env.cr.execute("""
        INSERT INTO enord_webhook_event (storefront_id, event_type, key, priority, state,
               attempts, recorded_at, next_attempt_at)
        SELECT %s, 'inventory.change', 'stock:' || n || ':1', 0, 'pending', 0, now(), now()
          FROM generate_series(1, %s) n
    """, [storefront.id, BATCH])
    env.cr.commit()
    started = time.perf_counter()
    claimed = events._claim_of(storefront, BATCH)
    env.cr.commit()
    seconds.append(time.perf_counter() - started)
    assert len(claimed) == BATCH
    env.cr.execute("UPDATE enord_webhook_event SET state = 'delivered' WHERE id = ANY(%s)",
                   [claimed])
    env.cr.commit()
print(f"median of {len(seconds)} claims: {statistics.median(seconds)}")
