import pytest

from devtools import database_server
from devtools.database_server import Server


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
