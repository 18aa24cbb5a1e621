"""What tests of the outbound side share: a receiver, and changes by the thousand."""

import random

import psycopg2
import requests

from devtools import marks, paths
from devtools.shop_client import wait_for

VAR = paths.VAR / "e2e"
LEADER_LOCK = 0x454E_4F52_4453_594E
SKU = "OUTBOX-"


class Receiver:
    """`devtools.receiver`, as a test speaks with it."""

    def __init__(self, url):
        self.url = url

    def answers(self):
        try:
            return requests.get(f"{self.url}/held", timeout=5).ok
        except requests.ConnectionError:
            return False

    def behave(self, **behaviour):
        requests.put(f"{self.url}/behaviour", json=behaviour, timeout=5).raise_for_status()

    def held(self):
        return requests.get(f"{self.url}/held", timeout=5).json()

    def arrived(self):
        """All events, in the order of their answers."""
        return requests.get(f"{self.url}/received", timeout=30).json()

    def stock(self):
        """The stock events among them."""
        return [event for event in self.arrived() if event["type"] == "inventory.change"]

    def acknowledged(self):
        """``{key: its last acknowledged event}``; an older truth after a newer one is an error."""
        last = {}
        for event in self.stock():
            if event["status"] == 200:
                before = last.get(event["key"], event)
                assert event["sequence"] >= before["sequence"], (before, event)
                last[event["key"]] = event
        return last

    def told(self):
        """``{key: units}`` as this storefront would show them."""
        return {key: event["quantity"] for key, event in self.acknowledged().items()}

    def forget(self):
        requests.delete(f"{self.url}/received", timeout=30)


class Outbox:
    """The events of one storefront, seen and made by SQL.

    It connects anew for each look, because these tests end PostgreSQL.
    """

    def __init__(self, connection, storefront):
        self.dsn = connection["postgres_dsn"]
        self.storefront = storefront

    def query(self, statement, values=None):
        database = psycopg2.connect(self.dsn)
        try:
            with database, database.cursor() as cr:
                cr.execute(statement, {"storefront": self.storefront, **(values or {})})
                return cr.fetchall() if cr.description else []
        finally:
            database.close()

    def waiting(self):
        [(count,)] = self.query("""
            SELECT count(*) FROM enord_webhook_event
             WHERE storefront_id = %(storefront)s AND state IN ('pending', 'sending')
        """)
        return count

    def settle(self, seconds=90):
        took = wait_for(self.waiting, lambda left: left == 0, seconds, pause=0.1)
        assert took is not None, f"{self.waiting()} events are left"
        return took / 1000

    def leader(self):
        """Process id of the dispatcher that leads, or None."""
        found = self.query("""
            SELECT substring(application_name FROM 'odoo-(\\d+)')::int
              FROM pg_locks JOIN pg_stat_activity USING (pid)
             WHERE locktype = 'advisory' AND granted AND objsubid = 1
               AND (classid::bigint << 32) + objid::bigint = %(lock)s
        """, {"lock": LEADER_LOCK})
        return found[0][0] if found and found[0][0] in marks.find(VAR, "odoo") else None

    def keys(self, staff, wanted):
        """Products of the tests' own with stock, made where they are missing.

        :return: ``[(product id, warehouse id, key)]``
        """
        have = staff.call("product.product", "search_count", [("default_code", "like", SKU)])
        if have < wanted:
            warehouse = staff.one(
                "stock.warehouse", [("enord_location_code", "=", "WH-TECH-01")],
                ("id", "lot_stock_id"),
            )
            templates = staff.call("product.template", "create", [
                {"name": f"Part {number}", "default_code": f"{SKU}{number:04}",
                 "is_storable": True, "list_price": 100.0}
                for number in range(have, wanted)
            ])
            products = staff.call("product.product", "search",
                                  [("product_tmpl_id", "in", templates)])
            quants = staff.call("stock.quant", "create", [
                {"product_id": product, "location_id": warehouse["lot_stock_id"][0],
                 "inventory_quantity": 5}
                for product in products
            ], context={"inventory_mode": True})
            staff.call("stock.quant", "action_apply_inventory", quants)
            self.settle()
        return self.query("""
            SELECT product.id, warehouse.id,
                   product.default_code || ' ' || warehouse.enord_location_code
              FROM product_product product, stock_warehouse warehouse
             WHERE default_code LIKE %(sku)s AND enord_location_code = 'WH-TECH-01'
          ORDER BY 1 LIMIT %(wanted)s
        """, {"sku": f"{SKU}%", "wanted": wanted})

    def change(self, keys):
        """What the recorder does in one business transaction, without Odoo's share of the time."""
        self.query("""
            UPDATE stock_quant SET quantity = reserved_quantity + (random() * 50)::int
             WHERE id IN (SELECT min(quant.id) FROM stock_quant quant JOIN stock_warehouse w
                              ON w.lot_stock_id = quant.location_id
                           WHERE (quant.product_id, w.id) IN %(keys)s GROUP BY quant.product_id);
            INSERT INTO enord_webhook_event (storefront_id, event_type, key, product_id,
                   warehouse_id, change_reason, priority, state, attempts, recorded_at,
                   next_attempt_at)
            SELECT %(storefront)s, 'inventory.change', 'stock:' || product || ':' || warehouse,
                   product, warehouse, 'ADJUSTMENT', 0, 'pending', 0,
                   clock_timestamp() AT TIME ZONE 'UTC', clock_timestamp() AT TIME ZONE 'UTC'
              FROM unnest(%(products)s, %(warehouses)s) changed (product, warehouse);
            NOTIFY enord_sales_sync
        """, {
            "keys": tuple(key[:2] for key in keys),
            "products": [key[0] for key in keys], "warehouses": [key[1] for key in keys],
        })

    def change_some(self, keys, count):
        self.change(random.sample(keys, count))

    def truth(self, keys):
        """``{key: units}`` as Odoo has them; its stock scheduler removes quants of none."""
        return dict(self.query("""
            SELECT product.default_code || ' ' || warehouse.enord_location_code,
                   GREATEST(0, COALESCE(sum(quant.quantity - quant.reserved_quantity), 0))::int
              FROM product_product product CROSS JOIN stock_warehouse warehouse
         LEFT JOIN (stock_quant quant JOIN stock_location location
                      ON location.id = quant.location_id AND location.usage = 'internal')
                ON quant.product_id = product.id AND location.warehouse_id = warehouse.id
             WHERE (product.id, warehouse.id) IN %(keys)s
          GROUP BY 1
        """, {"keys": tuple(key[:2] for key in keys)}))
