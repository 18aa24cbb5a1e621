import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from reference_storefront.__main__ import main
from reference_storefront.config import REQUIRED, ConfigError, from_environ

PRO = "DRONE-X1-PRO-KIT"


@pytest.fixture
def environ(config, monkeypatch):
    values = {
        "ERP_URL": config.erp_url,
        "ERP_DATABASE": config.erp_database,
        "ERP_API_KEY": config.erp_api_key,
        "WEBHOOK_SECRET": config.webhook_secret,
        "STOREFRONT_DB": config.database,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_variable_is_named_and_the_status_is_2(name, environ, monkeypatch, capsys):
    monkeypatch.delenv(name)
    assert main(["serve"]) == 2
    assert f"{name}:" in capsys.readouterr().err


def test_secrets_do_not_show_in_the_configuration(environ):
    shown = repr(from_environ(environ))
    assert environ["ERP_API_KEY"] not in shown
    assert environ["WEBHOOK_SECRET"] not in shown


@pytest.mark.parametrize(("name", "value"), [("STOREFRONT_PORT", "http"), ("ERP_URL", "erp:80")])
def test_a_malformed_variable_is_named(name, value, environ):
    with pytest.raises(ConfigError, match=name):
        from_environ({**environ, name: value})


def test_reconcile_exits_0_without_1_with_drift_and_2_on_failure(
    environ, send_catalogue, erp, capsys
):
    command = ["reconcile", "--settle", "0"]
    send_catalogue({PRO: 15})
    erp.stock = {"WH-TECH-01": {PRO: 14}}
    assert main([*command, "--dry-run"]) == 1
    assert erp.shown == [{"items": [{"sku": PRO, "qty": 15}], "complete": True}]
    assert main(command) == 1
    assert "corrected" in capsys.readouterr().out
    assert main(command) == 0
    assert "No drift: 1 SKUs agree" in capsys.readouterr().out
    erp.close()
    assert main(command) == 2
    assert "no snapshot from" in capsys.readouterr().err


def test_the_shop_serves_and_stops_on_a_signal(environ, monkeypatch, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("STOREFRONT_PORT", str(port))
    command = [sys.executable, "-m", "reference_storefront", "serve"]
    monkeypatch.chdir(Path(__file__).parents[2])
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while "open at" not in (tmp_path / "log").read_text():
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.05)
        assert requests.get(f"http://127.0.0.1:{port}/api/products", timeout=5).json() == []
        second = subprocess.run(command, capture_output=True, text=True, timeout=30)
        assert second.returncode == 2
        assert "Address already in use" in second.stderr
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
