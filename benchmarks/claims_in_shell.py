"""Runs inside Odoo's shell: claims batches, and prints the seconds of each.

Each round is what the dispatcher does: events wait, are claimed, and are written down as delivered,
each in a transaction of its own.
"""

import json
import os
import time

ROUNDS = 40
BATCH = 256

env = globals()["env"]
events = env["enord.webhook.event"]
storefront = env["enord.storefront"].browse(json.loads(os.environ["BENCH_STOREFRONT"]))
seconds = []
for _round in range(ROUNDS):
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
    env.cr.execute("""
        UPDATE enord_webhook_event SET state = 'delivered', delivered_at = now()
         WHERE id = ANY(%s)
    """, [claimed])
    env.cr.commit()
print(json.dumps(seconds))
