"""Runs inside Odoo's shell: one round of the comparison, minute by minute, as the job runs it.

Prints as JSON how many products were ``compared``, how many events were ``queued``, and the
processor seconds of this process (``python``) and of its server process (``postgres``).
"""

import json
import os
import time
from datetime import timedelta
from pathlib import Path

from odoo import fields

MINUTES = 60

env = globals()["env"]
storefront = env["enord.storefront"].browse(json.loads(os.environ["BENCH_STOREFRONT"]))


def postgres_seconds():
    name_and_rest = Path(f"/proc/{backend}/stat").read_text().rpartition(")")
    fields_after_name = name_and_rest[2].split()
    return sum(map(int, fields_after_name[11:13])) / os.sysconf("SC_CLK_TCK")


def events():
    return env["enord.webhook.event"].search_count([("storefront_id", "=", storefront.id)])


env.cr.execute("SELECT pg_backend_pid()")
[backend] = env.cr.fetchone()
# a helper of the server process would not be counted
env.cr.execute("SET max_parallel_workers_per_gather = 0")
env["enord.comparison"].search([]).unlink()
env.cr.commit()
queued = events()
python, postgres = time.process_time(), postgres_seconds()
now = fields.Datetime.now()
for minute in range(MINUTES):
    if minute:
        env["enord.comparison"].search([]).started_at = now - timedelta(minutes=minute)
    env["enord.comparison"]._cron_compare()
    env.cr.commit()
    env.invalidate_all()  # a job begins with nothing in its memory
python, postgres = time.process_time() - python, postgres_seconds() - postgres
comparison = env["enord.comparison"].search([])
print(json.dumps({
    "compared": comparison.done, "queued": events() - queued, "python": python,
    "postgres": postgres,
}))
