"""Which TCP ports a stack uses: configured ones, else last time's, else the next free ones."""

import os
import socket
from collections.abc import Mapping

from .progress import Failure

LOOPBACK = "127.0.0.1"
ATTEMPTS = 500
# service: (environment variable, first choice)
CHOICES = {
    # nginx, and Odoo's workers behind it
    "odoo": ("ENORD_ODOO_PORT", 8069),
    "workers": ("ENORD_WORKERS_PORT", 8071),
    "storefront": ("ENORD_STOREFRONT_PORT", 8070),
    "postgres": ("ENORD_POSTGRES_PORT", 54320),
    # Where several workers run, Odoo serves /websocket there.
    "gevent": ("ENORD_GEVENT_PORT", 8072),
}


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT can be listened on again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose(previous: Mapping[str, int]) -> dict[str, int]:
    chosen: dict[str, int] = {}
    for service, (variable, _) in CHOICES.items():
        if configured := os.environ.get(variable):
            chosen[service] = _configured(variable, configured)
    for service, (_, default) in CHOICES.items():
        if service not in chosen:
            chosen[service] = _search(previous.get(service, default), set(chosen.values()))
    return chosen


def _configured(variable: str, value: str) -> int:
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Failure(f"{variable} is {value!r}; it has to be a port number.")
    if not is_free(int(value)):
        raise Failure(f"{variable} is {value}, but another program listens on that port.")
    return int(value)


def _search(first: int, taken: set[int]) -> int:
    for port in range(first, min(first + ATTEMPTS, 65536)):
        if port not in taken and is_free(port):
            return port
    raise Failure(f"No free port between {first} and {first + ATTEMPTS} on {LOOPBACK}.")


def any_free() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]
