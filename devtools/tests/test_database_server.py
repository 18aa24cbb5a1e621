from types import SimpleNamespace

import pytest

from devtools import database_server, services
from devtools.database_server import Server
from devtools.odoo_tree import OdooTree
from devtools.state import State


@pytest.fixture(autouse=True)
def no_postgres_variables(monkeypatch):
    for name in database_server.OVERRIDING:
        monkeypatch.delenv(name, raising=False)


def test_a_password_is_quoted_in_the_address():
    server = Server("127.0.0.1", 54320, "enord", "p%w d@/x")
    assert server.dsn("enord") == "postgresql://enord:p%25w%20d%40%2Fx@127.0.0.1:54320/enord"


def test_a_socket_folder_is_a_parameter_of_the_address():
    server = Server("/run/postgresql", 5432, "enord", "")
    assert server.dsn("x") == "postgresql://enord@/x?host=%2Frun%2Fpostgresql&port=5432"


def test_a_user_name_alone_does_not_name_a_server(monkeypatch):
    monkeypatch.setenv("PGUSER", "somebody")
    assert not database_server.is_external()
    assert "PGUSER" not in database_server.clean_environ()


def test_what_would_override_odoos_configuration_is_hidden_from_it(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGDATABASE", "other")
    monkeypatch.setenv("PGSSLMODE", "require")
    seen = database_server.clean_environ()
    assert database_server.is_external()
    assert not {"PGHOST", "PGDATABASE"} & seen.keys()
    assert seen["PGSSLMODE"] == "require"


def test_no_service_is_handed_secrets_of_other_programs(monkeypatch, tmp_path):
    for name in ("CI_TOKEN", "AWS_SECRET_ACCESS_KEY", "SOME_API_KEY", "db_password"):
        monkeypatch.setenv(name, "not ours")
    monkeypatch.setenv("ENORD_ODOO_PORT", "8069")
    monkeypatch.setattr(services.front, "ensure", lambda: "nginx")
    monkeypatch.setattr(services, "EmbeddedSite", SimpleNamespace)
    place = SimpleNamespace(
        folder=tmp_path, database="enord",
        cluster=SimpleNamespace(command=lambda _port: ["postgres"]),
    )
    names = ("postgres", "odoo", "gevent", "workers", "storefront")
    state = State(tmp_path, dict.fromkeys(names, 1))
    all_services = services.of(place, tmp_path / "odoo.conf", OdooTree(tmp_path, (), ""), state)
    assert [service.name for service in all_services] == ["postgres", "odoo", "storefront", "front"]
    for service in all_services:
        assert "not ours" not in service.environ.values(), service.name
        assert service.environ["ENORD_ODOO_PORT"] == "8069"
