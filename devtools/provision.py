"""Give Odoo's storefront record and the shop each other's address, secret and key."""

import hashlib
import json
from pathlib import Path

from . import odoo_process
from .odoo_tree import OdooTree
from .progress import step
from .state import State

SCRIPT = Path(__file__).with_name("provision_storefront.py")


def provision(config: Path, tree: OdooTree, state: State) -> None:
    """Takes 3 s, so it is done only when something it would set has changed."""
    wanted = {
        "odoo_url": state.odoo_url,
        "storefront_url": state.storefront_url,
        "webhook_secret": state.webhook_secret,
        "want_key": not state.api_key,
    }
    if state.api_key and state.provisioned == _fingerprint(wanted):
        return
    with step("connecting Odoo and the storefront"):
        variables = {"ENORD_PROVISION": json.dumps(wanted)}
        printed = odoo_process.run_script(config, tree, SCRIPT, variables)
        state.api_key = json.loads(printed.splitlines()[-1])["api_key"] or state.api_key
        state.provisioned = _fingerprint(wanted)
        state.save()


def _fingerprint(wanted: dict) -> str:
    """Of everything but the key, which is generated once and then kept."""
    settled = {name: value for name, value in wanted.items() if name != "want_key"}
    text = json.dumps(settled, sort_keys=True) + SCRIPT.read_text()
    return hashlib.sha256(text.encode()).hexdigest()
