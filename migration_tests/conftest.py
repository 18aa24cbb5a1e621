"""The database of version 19.0.1.0.0, updated to the working tree's version and served by it."""

import contextlib
import json
import os
import subprocess
import sys

import pytest
import requests

from devtools import former_version, health, marks, odoo_process, odoo_tree, paths, ports
from devtools.odoo_client import Staff
from devtools.progress import SETUP_LOG
from devtools.shop_client import wait_for
from devtools.sites import site

VAR = paths.VAR / "migration"
# A template is older than a hold and the tries of an event may be.
BACK_IN_TIME = """
    UPDATE enord_reservation SET expires_at = now() AT TIME ZONE 'UTC' + interval '30 minutes'
     WHERE reference LIKE 'CART-HELD%';
    UPDATE enord_webhook_event
       SET recorded_at = now() AT TIME ZONE 'UTC', next_attempt_at = now() AT TIME ZONE 'UTC'
     WHERE state IN ('pending', 'sending');
"""

#: What storefronts have asked for over HTTP, which ``fill.py`` does without.
CALLS = """
    INSERT INTO enord_api_call (called_at, method, path, status)
    VALUES (now() AT TIME ZONE 'UTC', 'POST', '/api/sales/orders', 201),
           (now() AT TIME ZONE 'UTC', 'GET', '/api/sales/orders/ORD-PAID', 200),
           (now() AT TIME ZONE 'UTC', 'HEAD', '/api/inventory/snapshot', 200),
           (now() AT TIME ZONE 'UTC', 'GET', '/api/sales', 404)
"""


class Updated:
    """What is there after the update, beside what was there before it.

    :ivar filled: what `fill.py` printed in the former version
    :ivar before: what `look.py` printed in it, `now`: what it prints in the present one
    :ivar log: the update's own log
    :ivar receiver: URL of the storefront's server
    """

    filled: dict
    before: dict
    now: dict
    log: str
    receiver: str
    connection: dict

    def api(self, method, path, body=None, key=None):
        return requests.request(
            method, self.connection["odoo_url"] + path, data=body, timeout=60, headers={
                "Authorization": f"Bearer {key or self.filled['api_key']}",
                **({"Content-Type": "application/json"} if body else {}),
            },
        )

    def get(self, path):
        answer = self.api("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def received(self):
        """What the storefront's server has received, by event id."""
        arrived = requests.get(f"{self.receiver}/received", timeout=30).json()
        return {event["id"]: event for event in arrived}


@pytest.fixture(scope="session")
def updated(receiver):
    updated = Updated()
    updated.receiver = receiver
    tree = odoo_tree.ensure()
    template = former_version.ensure(tree)
    updated.filled = json.loads((template.folder / "filled.json").read_text())
    updated.before = json.loads((template.folder / "seen.json").read_text())
    place = site(VAR)
    place.create(template)
    chosen = {"odoo": ports.any_free(), "gevent": ports.any_free()}
    with place.serving() as server:
        config = odoo_process.write_config(VAR, tree, server, place.database, chosen)
        address = f"UPDATE enord_storefront SET webhook_url = '{receiver}/hook' WHERE active"
        server.execute(place.database, BACK_IN_TIME, CALLS, address)
        begin = SETUP_LOG.stat().st_size
        odoo_process.run_once(config, tree, "updating the add-on", "-u", "enord_sales_sync")
        with SETUP_LOG.open(errors="replace") as log:
            log.seek(begin)
            updated.log = log.read()
        updated.now = json.loads(former_version.run(config, tree, former_version.LOOK))
        updated.connection = {
            "odoo_url": f"http://{ports.LOOPBACK}:{chosen['odoo']}", "database": place.database,
            "admin_login": "admin", "admin_password": "admin",
        }
        with _odoo(config, tree):
            problem = health.wait([f"{updated.connection['odoo_url']}/api/health"], seconds=90)
            assert not problem, f"{problem}\n{(VAR / 'log' / 'odoo.log').read_text()[-5000:]}"
            yield updated
    place.remove()


@contextlib.contextmanager
def _odoo(config, tree):
    process = subprocess.Popen(
        odoo_process.server_command(config), env=odoo_process.environ(VAR, tree), cwd=VAR,
        stdin=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        marks.end(VAR, "odoo", patience=3)
        process.wait(10)


@pytest.fixture(scope="session")
def receiver():
    """The storefront's server, that takes whatever comes."""
    port = ports.any_free()
    url = f"http://{ports.LOOPBACK}:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "devtools.receiver", str(port)], cwd=paths.REPOSITORY,
        env=os.environ | {"PYTHONPATH": str(paths.REPOSITORY)},
    )
    assert not health.wait([f"{url}/held"], seconds=20)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def staff(updated):
    return Staff(updated.connection)


@pytest.fixture
def eventually():
    """Wait until something holds."""

    def eventually(holds, seconds=60):
        assert wait_for(holds, bool, seconds, pause=0.1) is not None, "it never came to hold"

    return eventually
