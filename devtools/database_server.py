"""A PostgreSQL server as its client sees it: the embedded one, or the one PG* variables name."""

import dataclasses
import hashlib
import json
import os
import re
import secrets
from pathlib import Path
from urllib.parse import quote

from . import paths
from .progress import Failure

# Any of these means that the user wants a server of their own.
VARIABLES = ("PGHOST", "PGHOSTADDR", "PGSERVICE")
# Odoo lets these override its configuration file, so its processes must not see them.
OVERRIDING = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGSERVICE")
# Somebody's keys to other things: no business of ours, and kept in a file for the supervisor.
NOT_OURS = re.compile("TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE_KEY", re.IGNORECASE)
ROLE = "enord"


@dataclasses.dataclass(frozen=True)
class Server:
    host: str
    port: int
    user: str
    password: str

    def connect(self, database: str = "postgres"):
        import psycopg2

        settings = {"host": self.host, "port": self.port, "user": self.user}
        if self.password:
            settings["password"] = self.password
        connection = psycopg2.connect(dbname=database, **settings)
        connection.autocommit = True
        return connection

    def execute(self, database: str, *statements: str) -> list[tuple]:
        """Run `statements`; returns the rows of the last one."""
        connection = self.connect(database)
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def has_database(self, name: str) -> bool:
        query = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"
        return bool(self.execute("postgres", query))

    def dsn(self, database: str) -> str:
        login = quote(self.user, safe="")
        if self.password:
            login += ":" + quote(self.password, safe="")
        if self.host.startswith("/"):
            folder = quote(self.host, safe="")
            return f"postgresql://{login}@/{database}?host={folder}&port={self.port}"
        return f"postgresql://{login}@{self.host}:{self.port}/{database}"


def is_external() -> bool:
    return any(os.environ.get(variable) for variable in VARIABLES)


def external() -> Server:
    """The server that PG* variables name, with the role to use there (never `postgres`)."""
    import psycopg2

    try:
        connection = psycopg2.connect(dbname=os.environ.get("PGDATABASE") or "postgres")
    except psycopg2.OperationalError as error:
        raise Failure(f"The server named by the PG* variables is out of reach: {error}") from error
    connection.autocommit = True
    try:
        info = connection.info
        given = Server(info.host or "localhost", info.port, info.user, info.password or "")
        return _own_role(connection, given)
    finally:
        connection.close()


def _own_role(connection, given: Server) -> Server:
    kept = _kept_password(given)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole, rolcreatedb FROM pg_roles "
            "WHERE rolname = current_user"
        )
        may_create_role, may_create_database = cursor.fetchone()
        if may_create_role:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            verb = "ALTER" if cursor.fetchone() else "CREATE"
            cursor.execute(f"{verb} ROLE {ROLE} LOGIN CREATEDB PASSWORD %s", [kept])
            return dataclasses.replace(given, user=ROLE, password=kept)
    if given.user == "postgres" or not may_create_database:
        raise Failure(
            f"The database user {given.user} cannot be used for Odoo: it has to be another one "
            "than postgres and to have CREATEDB, or be allowed to create the role "
            f"{ROLE}. Name such a user in PGUSER and PGPASSWORD."
        )
    return given


def _kept_password(server: Server) -> str:
    """One password for the role on each server, shared by this user's clones."""
    store: Path = paths.cache() / "database-roles.json"
    known = json.loads(store.read_text()) if store.is_file() else {}
    name = hashlib.sha256(f"{server.host}:{server.port}".encode()).hexdigest()
    if name not in known:
        known[name] = secrets.token_urlsafe(24)
        paths.write_private(store, json.dumps(known))
    return known[name]


def clean_environ() -> dict[str, str]:
    """This process's environment without what would override a written configuration, and without
    other programs' secrets."""
    hidden = OVERRIDING if is_external() else tuple(k for k in os.environ if k.startswith("PG"))
    return {
        name: value for name, value in os.environ.items()
        if name not in hidden and (name.startswith("PG") or not NOT_OURS.search(name))
    }
