"""The shop's database: one SQLite file, its schema, and how to read and write it safely."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")

# How long a writer waits for another one. Writers hold the lock for milliseconds.
BUSY_SECONDS = 10


def _keep_private(path: str) -> None:
    """Customers, and the key that signs cookies, are for nobody else's eyes. SQLite gives the files
    beside it the same mode."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with contextlib.suppress(PermissionError):  # another user's, who chose its mode
        os.fchmod(file, 0o600)
    os.close(file)


class Store:
    """Opens one connection per thread: SQLite connections must not be shared between threads."""

    def __init__(self, path: str):
        self.path = path
        self._local = threading.local()
        # SQLite's own waiting sleeps for longer and longer and is fair to nobody; threads of
        # this process queue here instead. Other processes (reconcile) still meet BUSY_SECONDS.
        self._writing = threading.Lock()
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            _keep_private(path)
        self._connection.executescript(SCHEMA)

    @property
    def _connection(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            # isolation_level=None: no hidden BEGIN; transactions are the ones written below.
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            connection.row_factory = sqlite3.Row
            # WAL: pages are read while a webhook is written. FULL: what the ERP got a 200 for
            # survives a power cut, because the ERP will not send it again.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
        return connection

    def rows(self, sql: str, *values) -> list[sqlite3.Row]:
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values) -> sqlite3.Row | None:
        return self._connection.execute(sql, values).fetchone()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing.

        IMMEDIATE takes the write lock before the first read: what was checked (was this event
        seen? is this sequence newer?) is still true at COMMIT.

        :raise sqlite3.OperationalError: when another writer held the lock for BUSY_SECONDS.
        """
        connection = self._connection
        with self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def setting(self, name: str, make: Callable[[], str]) -> str:
        """A value made once and kept, the same for every process that opens this file."""
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO setting VALUES (?, ?)", (name, make()))
        return self.row("SELECT value FROM setting WHERE name = ?", name)["value"]

    def revision(self) -> int:
        """Grows with every change of product or stock: the ETag of lists."""
        return self.row("SELECT number FROM revision")["number"]


def bump_revision(db: sqlite3.Connection) -> None:
    db.execute("UPDATE revision SET number = number + 1")
