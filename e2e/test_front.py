"""What is in front of Odoo: its pages have their real-time connection."""

import base64
import os
import socket
from urllib.parse import urlsplit

from devtools.state import State

from .conftest import VAR


def test_the_websocket_is_reached_at_the_address_of_the_pages(connection):
    state = State.load(VAR)
    address = urlsplit(state.odoo_url)
    asked = "\r\n".join([
        "GET /websocket HTTP/1.1", f"Host: {address.netloc}", f"Origin: {state.odoo_url}",
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}", "", "",
    ])
    with socket.create_connection((address.hostname, address.port), timeout=30) as line:
        line.sendall(asked.encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 101 ")
