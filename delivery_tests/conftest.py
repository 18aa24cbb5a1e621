"""The outbound HTTP client runs without Odoo: ``delivery`` is imported as a package of its own, so
that the add-on's ``__init__``, which needs Odoo, stays out of it."""

import socket
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "enord_sales_sync"))

from delivery import addresses, transport  # noqa: E402
from delivery.sender import Sender  # noqa: E402
from receivers import LONG, Receiver  # noqa: E402


@pytest.fixture
def receive():
    """Starts receivers, which end with the test."""
    receivers = []

    def start(handle, tls=None):
        receivers.append(Receiver(handle, tls))
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.close()


@pytest.fixture
def sender():
    sender = Sender(LONG)
    yield sender
    sender.close()


@pytest.fixture
def connected(monkeypatch):
    """Addresses that were connected to. Those beyond this machine refuse, and are never asked."""
    attempts = []
    connect = transport._BoundedSocket.connect

    def record(sock, address):
        attempts.append(address[0])
        if not address[0].startswith("127."):
            raise ConnectionRefusedError(111, "Connection refused")
        connect(sock, address)

    monkeypatch.setattr(transport._BoundedSocket, "connect", record)
    return attempts


@pytest.fixture
def names(monkeypatch):
    """The resolver: what it answers by name, a function or a list of addresses."""
    known = {}
    lookup = addresses._lookup

    def look_up(host, port, flags=0):
        if flags or host not in known:
            return lookup(host, port, flags)
        found = known[host]
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, (address, port))
            for address in (found() if callable(found) else found)
        ]

    monkeypatch.setattr(addresses, "_lookup", look_up)
    return known
