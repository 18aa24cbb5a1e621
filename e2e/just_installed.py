"""A server of its own where the add-on was just installed: no storefront, no product, no order."""

import contextlib
import shutil
import subprocess
from pathlib import Path

from devtools import health, marks, odoo_process, odoo_tree, paths, ports, services, template
from devtools.odoo_client import Staff
from devtools.sites import site
from devtools.state import State

VAR = paths.VAR / "e2e" / "installed"


@contextlib.contextmanager
def just_installed():
    """Set up as the README's "Install" says, with the database copied from a template."""
    shutil.rmtree(VAR, ignore_errors=True)  # what a run that was ended has left
    tree, place = odoo_tree.ensure(), site(VAR)
    place.create(template.ensure("plain", tree))
    server = JustInstalled(place)
    try:
        with place.serving() as postgres:
            try:
                server.start(tree, postgres)
                yield server
            finally:
                for service in ("storefront", "odoo"):
                    marks.end(VAR, service, patience=3)
    finally:
        place.remove()


class JustInstalled:
    """
    :ivar connection: what is needed to use it, as `devtools.stack.connection` has it
    :ivar webhook_url: where the shop that :meth:`open_shop` opens receives events
    """

    def __init__(self, place):
        self._place = place
        self._state = State.load(VAR)
        self._state.ports = {name: ports.any_free() for name in ("odoo", "gevent", "storefront")}
        shop = f"http://{ports.LOOPBACK}:{self._state.ports['storefront']}"
        self.webhook_url = f"{shop}/webhooks/erp"
        self.connection = {
            "odoo_url": self._state.odoo_url, "database": place.database,
            "admin_login": "admin", "admin_password": "admin",
            "storefront_url": shop, "storefront_password": self._state.storefront_password,
        }

    def start(self, tree, postgres):
        config = odoo_process.write_config(
            VAR, tree, postgres, self._place.database, self._state.ports
        )
        self._serve(services.odoo(self._place, config, tree), "/api/health", "odoo_url")
        installer = Staff(self.connection)
        for key, value in (
            ("web.base.url", self.connection["odoo_url"]), ("web.base.url.freeze", "True"),
        ):
            installer.call("ir.config_parameter", "set_param", key, value)

    def open_shop(self, secret, api_key):
        """The reference shop, with what its developers were given; the one that was open closes."""
        marks.end(VAR, "storefront")
        self._state.webhook_secret, self._state.api_key = secret, api_key
        self.connection |= {"webhook_secret": secret, "api_key": api_key}
        shop = services.storefront(self._place, self._state)
        self._serve(shop, "/api/products", "storefront_url")

    def _serve(self, service, path, url):
        log_file = Path(service.log)
        with log_file.open("ab") as log:
            subprocess.Popen(
                service.command, env=service.environ, cwd=service.directory,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )
        problem = health.wait([self.connection[url] + path], seconds=90)
        assert not problem, f"{problem}\n{log_file.read_text()[-5000:]}"
