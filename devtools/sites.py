"""A site: one folder with one Odoo database, its filestore, configuration and logs.

Stacks and database templates are both sites, so a stack is made by copying a template.
"""

import contextlib
import hashlib
import secrets
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from . import database_server, marks, paths, ports
from .database_server import ROLE, Server
from .postgres import Cluster
from .progress import run_logged


class Site:
    database = "enord"

    def __init__(self, folder: Path):
        self.folder = folder.absolute()
        self.filestore = self.folder / "odoo" / "filestore"

    @property
    def stamp(self) -> Path:
        """Written last: without it the site is the rest of an attempt that was cut short."""
        return self.folder / "complete"

    def create(self, parent: "Site | None") -> None:
        """An empty database, or a copy of `parent`'s with its files."""
        paths.private_folder(self.folder)
        marks.end(self.folder)
        self.remove()
        self._create_database(parent)
        if parent and (parent.filestore / parent.database).is_dir():
            self.filestore.mkdir(parents=True)
            source = parent.filestore / parent.database
            command = ["cp", "-a", "--reflink=auto", source, self.filestore / self.database]
            run_logged(command, "copying the filestore")

    def remove(self) -> None:
        self.stamp.unlink(missing_ok=True)
        shutil.rmtree(self.folder / "odoo", ignore_errors=True)
        self._remove_database()

    def set_aside(self) -> None:
        """Keep what is there as `previous`, in case somebody misses it."""
        previous = self.folder / "previous"
        shutil.rmtree(previous, ignore_errors=True)
        previous.mkdir()
        self.stamp.unlink(missing_ok=True)
        for name in ("odoo", "postgres", "storefront.sqlite"):
            if (self.folder / name).exists():
                (self.folder / name).rename(previous / name)
        self._set_database_aside()


class EmbeddedSite(Site):
    """Its database is in a PostgreSQL cluster of its own, in the site's folder."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.cluster = Cluster(self.folder)

    def exists(self) -> bool:
        return self.stamp.is_file() and self.cluster.exists()

    @contextlib.contextmanager
    def serving(self, port: int | None = None, password: str = "") -> Iterator[Server]:
        port = port or ports.any_free()
        password = password or secrets.token_urlsafe(24)
        self.cluster.set_password(password)
        with self.cluster.running(port):
            yield Server(ports.LOOPBACK, port, ROLE, password)

    def _create_database(self, parent: "EmbeddedSite | None") -> None:
        if parent:
            self.cluster.copy_from(parent.cluster)
        else:
            self.cluster.initialise()
            self.cluster.administer([f"CREATE DATABASE {self.database} OWNER {ROLE}"])

    def _remove_database(self) -> None:
        shutil.rmtree(self.cluster.data, ignore_errors=True)

    def _set_database_aside(self) -> None:
        pass


class ExternalSite(Site):
    """Its database is on the server that PG* variables name, where others may have theirs."""

    def __init__(self, folder: Path):
        super().__init__(folder)
        place = f"{socket.gethostname()}:{self.folder}"
        self.database = f"enord_{hashlib.sha256(place.encode()).hexdigest()[:10]}"
        self.server = database_server.external()

    def exists(self) -> bool:
        return self.stamp.is_file() and self.server.has_database(self.database)

    @contextlib.contextmanager
    def serving(self, port: int | None = None, password: str = "") -> Iterator[Server]:
        yield self.server

    def _create_database(self, parent: "ExternalSite | None") -> None:
        source = f"TEMPLATE {parent.database}" if parent else "TEMPLATE template0 ENCODING 'UTF8'"
        self.server.execute("postgres", f"CREATE DATABASE {self.database} {source}")

    def _remove_database(self) -> None:
        self.server.execute("postgres", f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def _set_database_aside(self) -> None:
        previous = f"{self.database}_previous"
        self.server.execute("postgres", f"DROP DATABASE IF EXISTS {previous} WITH (FORCE)")
        if self.server.has_database(self.database):
            rename = f"ALTER DATABASE {self.database} RENAME TO {previous}"
            self.server.execute("postgres", rename)


AnySite = EmbeddedSite | ExternalSite


def site(folder: Path) -> AnySite:
    return ExternalSite(folder) if database_server.is_external() else EmbeddedSite(folder)
