import subprocess
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from devtools import debian, front, health, marks, ports, services
from devtools.sites import site
from devtools.state import State


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        seen = f"{self.server.name} {self.path} {self.headers['Host']} {self.headers['Upgrade']}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(seen)))
        self.end_headers()
        self.wfile.write(seen.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def chosen_ports():
    """Of a server for each kind of request, and a free one for the front."""
    servers = {}
    for name in ("workers", "gevent"):
        servers[name] = ThreadingHTTPServer((ports.LOOPBACK, 0), Handler)
        servers[name].name = name
        threading.Thread(target=servers[name].serve_forever, daemon=True).start()
    yield {name: server.server_port for name, server in servers.items()} | {
        "odoo": ports.any_free(),
    }
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def address(tmp_path, chosen_ports):
    state = State(tmp_path, ports=chosen_ports)
    service = services._front(site(tmp_path), state)
    process = subprocess.Popen(service.command, env=service.environ, cwd=tmp_path)
    assert not health.wait([state.odoo_url], 20)
    assert marks.find(tmp_path, "front") == [process.pid]
    yield state.odoo_url
    process.terminate()
    assert process.wait(10) == 0


def test_the_websocket_goes_to_its_own_port_and_all_else_to_the_workers(address):
    host = address.removeprefix("http://")

    def get(path):
        request = urllib.request.Request(address + path, headers={"Upgrade": "websocket"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    assert get("/websocket?version=1") == f"gevent /websocket?version=1 {host} websocket"
    assert get("/websocket/health") == f"workers /websocket/health {host} None"
    assert get("/odoo") == f"workers /odoo {host} None"


def test_a_machine_without_nginx_and_apt_has_no_front(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(front, "INSTALLED", "/nowhere/nginx")
    monkeypatch.setattr(debian.Apt, "is_available", staticmethod(lambda: False))
    assert front.ensure() is None


def test_without_a_front_the_workers_have_odoos_port(tmp_path):
    state = State(tmp_path, ports={"odoo": 8069, "gevent": 8072, "storefront": 8070})
    assert state.workers_url == state.odoo_url == "http://127.0.0.1:8069"
