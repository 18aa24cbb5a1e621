"""Does a stack answer?"""

import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from .locks import is_locked

STEADY = 2
"""Good answers in a row that count as up."""


def wait(connection: Mapping[str, str], seconds: float, alive: Path | None = None) -> str:
    """Wait until all of a stack answers; returns what does not after `seconds`, or ''.

    With `alive`, the supervisor's lock file, gives up as soon as nobody holds it any more.
    """
    deadline = time.monotonic() + seconds
    grace = time.monotonic() + 5
    good = 0
    while True:
        silent = _silent(connection)
        good = 0 if silent else good + 1
        if good == STEADY:
            return ""
        if time.monotonic() > deadline:
            return f"No good answer from {silent or 'the stack'} within {seconds:.0f} s."
        if alive and time.monotonic() > grace and not is_locked(alive):
            return "The supervisor has ended."
        time.sleep(0.2)


def _silent(connection: Mapping[str, str]) -> str:
    odoo, storefront = connection["odoo_url"], connection["storefront_url"]
    addresses = (f"{odoo}/web/health", f"{odoo}/api/health", f"{storefront}/api/products")
    return next((address for address in addresses if not _answers(address)), "")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return response.status == 200
    except (OSError, urllib.error.HTTPError, ValueError):
        return False
