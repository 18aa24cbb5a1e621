"""What benchmarks share: a stack, a receiver, products by the thousand, and the figures."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import psycopg2
import requests

from devtools import odoo_process, odoo_tree, paths, ports
from devtools.odoo_client import Staff
from devtools.progress import say
from devtools.shop_client import wait_for


class Bench:
    def __init__(self, connection, var):
        self.connection = connection
        self.var = var
        self.staff = Staff(connection)
        self.rows = []
        self._receivers = []
        database = psycopg2.connect(connection["postgres_dsn"])
        database.autocommit = True
        self.database = database.cursor()

    def figure(self, what, value, bar, good):
        """Note a figure; ``bar`` says in words what it has to meet, ``good`` whether it does."""
        self.rows.append((what, value, bar, good))
        say(f"  {what}: {value}   (bar: {bar}) {'good' if good else 'NOT MET'}")

    def postgres_version(self):
        self.database.execute("SHOW server_version")
        return self.database.fetchone()[0]

    def receiver(self):
        """Start a receiver; returns its address."""
        port = ports.any_free()
        process = subprocess.Popen(
            [sys.executable, "-m", "devtools.receiver", str(port)], cwd=paths.REPOSITORY,
            env=os.environ | {"PYTHONPATH": str(paths.REPOSITORY)},
        )
        self._receivers.append(process)
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: _answers(url), bool)
        return url

    def in_shell(self, script, **variables):
        """Run a script of this folder in Odoo's shell.

        :param variables: environment variables, in capitals after ``BENCH_``; as JSON
        :return: what it printed last, parsed as JSON
        """
        printed = odoo_process.run_script(
            self.var / "odoo.conf", odoo_tree.ensure(), Path(__file__).with_name(script), {
                f"BENCH_{name.upper()}": json.dumps(value) for name, value in variables.items()
            },
        )
        return json.loads(printed.splitlines()[-1])

    def silent_storefront(self, name):
        """A storefront to which nothing is sent, and no other beside it.

        :return: its id, and the keys by the API that they open: ``api``, ``json2``
        """
        storefront = self.staff.call(
            "enord.storefront", "create", {"name": name, "stage": "live", "https_only": False},
        )
        self.only(storefront)
        return storefront, self.in_shell("keys_in_shell.py", storefront=storefront)

    def close(self):
        for process in self._receivers:
            process.terminate()
            process.wait(10)
        self.database.connection.close()

    def storefront(self, name, url):
        """A storefront at ``url``, after it has received its first load."""
        storefront = self.staff.call("enord.storefront", "create", {
            "name": name, "stage": "live", "test_mode": True, "webhook_url": f"{url}/hook",
        })
        self.settle(storefront)
        return storefront

    def only(self, *storefronts):
        """Archive every storefront but these."""
        others = self.staff.call("enord.storefront", "search", [("id", "not in", storefronts)])
        if others:
            self.staff.call("enord.storefront", "write", others, {"active": False})

    def settle(self, storefront, seconds=300):
        """Wait until nothing is left to deliver to a storefront."""
        if wait_for(lambda: self.waiting(storefront), lambda left: left == 0, seconds, 0.2) is None:
            raise TimeoutError(f"{self.waiting(storefront)} events are left")

    def waiting(self, storefront):
        # each by its own index: one condition on both reads the whole table, and slows what it
        # waits for
        self.database.execute("""
            SELECT (SELECT count(*) FROM enord_webhook_event
                     WHERE storefront_id = %(storefront)s AND state = 'pending')
                 + (SELECT count(*) FROM enord_webhook_event
                     WHERE storefront_id = %(storefront)s AND state = 'sending')
        """, {"storefront": storefront})
        return self.database.fetchone()[0]

    def products(self, wanted):
        """Copies of a demonstration product, made by SQL, until there are ``wanted`` of them."""
        self.database.execute(
            "SELECT count(*) FROM product_product WHERE default_code LIKE 'BENCH-%'"
        )
        missing = wanted - self.database.fetchone()[0]
        if missing <= 0:
            return
        self.database.execute("""
            SELECT id, product_tmpl_id FROM product_product WHERE default_code = 'PROP-GUARD-X1'
        """)
        product, template = self.database.fetchone()
        columns = self._columns("product_template", "id", "enord_group_id")
        self.database.execute(f"""
            INSERT INTO product_template ({columns}, enord_group_id)
            SELECT {columns}, 'GRP-BENCH-' || nextval('product_template_id_seq')
              FROM product_template, generate_series(1, %s) WHERE id = %s
        """, [missing, template])
        columns = self._columns("product_product", "id", "default_code", "enord_sku",
                                "product_tmpl_id", "barcode")
        of_product = ", ".join(f"p.{column}" for column in columns.split(", "))
        self.database.execute(f"""
            INSERT INTO product_product ({columns}, default_code, enord_sku, product_tmpl_id)
            SELECT {of_product}, 'BENCH-' || t.id, 'BENCH-' || t.id, t.id
              FROM product_product p, product_template t
             WHERE p.id = %s AND t.enord_group_id LIKE 'GRP-BENCH-%%'
               AND NOT EXISTS (SELECT FROM product_product WHERE product_tmpl_id = t.id)
        """, [product])
        self.database.execute("ANALYZE product_product; ANALYZE product_template")

    def _columns(self, table, *without):
        self.database.execute("""
            SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
             WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
               AND attgenerated = '' AND NOT attname = ANY(%s)
        """, [table, list(without)])
        return self.database.fetchone()[0]


def percentile(values, share):
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


def _answers(url):
    try:
        return requests.get(f"{url}/received", timeout=5).ok
    except requests.ConnectionError:
        return False
