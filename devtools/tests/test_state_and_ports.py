import socket
import stat

import pytest

from devtools import ports, stack
from devtools.progress import Failure
from devtools.state import State


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind((ports.LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def no_configured_ports(monkeypatch):
    for variable, _ in ports.CHOICES.values():
        monkeypatch.delenv(variable, raising=False)


def test_a_taken_port_is_passed_over(taken):
    chosen = ports.choose({"odoo": taken})
    assert chosen["odoo"] > taken


def test_last_times_port_is_kept_while_it_is_free():
    free = ports.any_free()
    assert ports.choose({"storefront": free})["storefront"] == free


def test_no_port_is_given_twice():
    free = ports.any_free()
    chosen = ports.choose({"odoo": free, "storefront": free, "gevent": free, "postgres": free})
    assert len(set(chosen.values())) == len(chosen)


@pytest.mark.parametrize("service", ports.CHOICES)
def test_a_configured_port_is_taken_as_it_is(service, monkeypatch):
    free = ports.any_free()
    monkeypatch.setenv(f"ENORD_{service.upper()}_PORT", str(free))
    assert ports.choose({})[service] == free


@pytest.mark.parametrize("value", ["eight", "0", "65536", "-1"])
def test_a_configured_port_that_is_no_port_is_refused(monkeypatch, value):
    monkeypatch.setenv("ENORD_ODOO_PORT", value)
    with pytest.raises(Failure, match="ENORD_ODOO_PORT"):
        ports.choose({})


def test_a_configured_port_that_is_taken_is_refused(monkeypatch, taken):
    monkeypatch.setenv("ENORD_POSTGRES_PORT", str(taken))
    with pytest.raises(Failure, match=str(taken)):
        ports.choose({})


def test_secrets_are_the_same_at_the_next_start_and_private(tmp_path):
    first = State.load(tmp_path)
    first.save()
    assert State.load(tmp_path) == first
    assert first.webhook_secret and first.postgres_password
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600


def test_a_damaged_or_older_state_file_is_not_an_obstacle(tmp_path):
    (tmp_path / "state.json").write_text('{"ports": {"odoo": 8069}, "gone": 1}')
    assert State.load(tmp_path).ports == {"odoo": 8069}
    (tmp_path / "state.json").write_text("{")
    assert State.load(tmp_path).ports == {}


def test_a_new_database_has_no_key_yet(tmp_path):
    state = State(tmp_path, api_key="k", provisioned="p", base_key="b", addon_hash="a")
    state.forget_database()
    assert not (state.api_key or state.provisioned or state.base_key or state.addon_hash)


def test_the_start_waits_for_a_server_on_every_port_but_postgres(tmp_path):
    """A port on which nothing listens yet looks free to the next stack that starts."""
    state = State(tmp_path, ports=ports.choose({}))
    awaited = {int(address.split(":")[2].split("/")[0]) for address in stack._addresses(state)}
    assert awaited == set(state.ports.values()) - {state.ports["postgres"]}
