"""Validates receipts in one database, one for each line read: ``receipt_process.py CONFIG LINES``.

Answers each line with one of JSON: ``wall`` (seconds of the validation with its commit) and
``cpu`` (seconds of processor time that this process and its PostgreSQL backend took for it).
A line that is a path writes the profile of that validation there.
"""

import contextlib
import cProfile
import gc
import json
import os
import sys
import time
from pathlib import Path

from odoo import api, fields
from odoo.modules.registry import Registry
from odoo.tools import config

ADMINISTRATOR = 2
TICKS = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def transaction(registry):
    """A transaction with caches of its own, as each request has."""
    with registry.cursor() as cr:
        yield api.Environment(cr, ADMINISTRATOR, {})


def prepare(env, lines):
    """Products, and where the add-on is a storefront that sells them: one nobody delivers to."""
    products = env["product.product"].create([
        {"name": f"Received {number}", "default_code": f"RECEIVED-{number}", "is_storable": True}
        for number in range(lines)
    ])
    if "enord.storefront" in env:
        env["enord.storefront"].create({
            "name": "Receipts", "stage": "live", "test_mode": True,
            "webhook_url": "http://127.0.0.1:9/hook",
        })
    return products.ids


def receipt(env, product_ids):
    """A receipt that is ready to be validated."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    suppliers = env.ref("stock.stock_location_suppliers")
    locations = {"location_id": suppliers.id, "location_dest_id": warehouse.lot_stock_id.id}
    picking = env["stock.picking"].create({
        "picking_type_id": warehouse.in_type_id.id, **locations,
        "move_ids": [
            (0, 0, {"product_id": product_id, "product_uom_qty": 3, **locations})
            for product_id in product_ids
        ],
    })
    picking.action_confirm()
    return picking.id


def validate(registry, picking_id):
    gc.collect()
    with contextlib.closing(registry.cursor()) as cr:
        env = api.Environment(cr, ADMINISTRATOR, {})
        backend = cr._cnx.info.backend_pid
        started = fields.Datetime.now()
        cpu, wall = processor_seconds(backend), time.perf_counter()
        env["stock.picking"].browse(picking_id).button_validate()
        cr.commit()
        wall = time.perf_counter() - wall
        cpu = processor_seconds(backend) - cpu
        if env["stock.picking"].browse(picking_id).state != "done":
            raise AssertionError("the receipt was not validated")
        if "enord.webhook.event" in env and not env["enord.webhook.event"].search_count([
            ("change_reason", "=", "STOCK_RECEIPT"), ("create_date", ">=", started),
        ]):
            raise AssertionError("the add-on recorded nothing")
    return {"wall": wall, "cpu": cpu}


def processor_seconds(backend):
    seconds = time.process_time()
    # a server on another machine has its processes there
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
        seconds += (int(stat[11]) + int(stat[12])) / TICKS
    return seconds


def main(config_file, lines):
    config.parse_config(["--config", config_file], setup_logging=True)
    registry = Registry(config["db_name"][0])
    with transaction(registry) as env:
        product_ids = prepare(env, lines)
    for line in sys.stdin:
        with transaction(registry) as env:
            picking_id = receipt(env, product_ids)
        profile = cProfile.Profile()
        if path := line.strip():
            profile.enable()
        measured = validate(registry, picking_id)
        if path:
            profile.disable()
            profile.dump_stats(path)
        print(json.dumps(measured), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
