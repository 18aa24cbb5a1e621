"""Find and end every process of one stack, grandchildren and orphans included.

Each process of a stack carries the stack's folder in its environment, which forks and execs
inherit; process groups would not do, because Odoo's and PostgreSQL's children leave them.
Nothing without exactly this mark is ever signalled.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

STACK = "ENORD_STACK"
SERVICE = "ENORD_SERVICE"
PROC = Path("/proc")


def environ(folder: Path, service: str, base: Mapping[str, str] | None = None) -> dict[str, str]:
    own = {STACK: str(folder.absolute()), SERVICE: service}
    return dict(os.environ if base is None else base) | own


@contextlib.contextmanager
def marked_children(folder: Path, service: str) -> Iterator[None]:
    """Everything started meanwhile belongs to `folder`; first ends what a killed attempt left."""
    end(folder)
    before = {name: os.environ.get(name) for name in (STACK, SERVICE)}
    os.environ.update(environ(folder, service, {}))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def find(folder: Path, service: str | None = None) -> list[int]:
    """Process ids of this user's running processes that belong to `folder`."""
    return [
        int(entry.name)
        for entry in PROC.iterdir()
        if entry.name.isdigit()
        and int(entry.name) != os.getpid()
        and _belongs(entry, folder.absolute(), service)
    ]


def orphans(folder: Path) -> list[int]:
    """Processes of `folder` whose parent was killed; they may answer a last request, and end."""
    own = {*find(folder), os.getpid()}
    return [
        process for process in own - {*find(folder, "supervisor"), os.getpid()}
        if _parent(process) not in own | {None}
    ]


def _parent(process: int) -> int | None:
    try:
        return int((PROC / str(process) / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _belongs(entry: Path, folder: Path, service: str | None) -> bool:
    try:
        if entry.stat().st_uid not in _own_users() or _is_gone(entry):
            return False
        if service in (None, "postgres") and _is_postgres_of(entry, folder):
            return True
        marks = set((entry / "environ").read_bytes().split(b"\0"))
    except OSError:
        return False
    if f"{STACK}={folder}".encode() not in marks:
        return False
    return service is None or f"{SERVICE}={service}".encode() in marks


def _own_users() -> set[int]:
    """Root's PostgreSQL may have to run as `nobody`."""
    return {0, 65534} if os.geteuid() == 0 else {os.geteuid()}


def _is_postgres_of(entry: Path, folder: Path) -> bool:
    """PostgreSQL's processes overwrite their environment with their titles.

    The first one is known by its arguments, its children by the folder they work in.
    """
    data = f"{folder}/postgres"
    arguments = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
    if arguments[0].endswith("/bin/postgres"):
        return arguments[1:3] == ["-D", data]
    if not arguments[0].startswith("postgres: "):
        return False
    return str((entry / "cwd").readlink()) == data


def _is_gone(entry: Path) -> bool:
    """A zombie holds nothing any more; only its parent can remove it."""
    state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
    return state in "ZX"


def end(folder: Path, service: str | None = None, patience: float = 10) -> int:
    """End what `find` finds: SIGTERM, then SIGKILL after `patience` seconds. Returns how many."""
    ended: set[int] = set()
    deadline = time.monotonic() + patience
    while running := find(folder, service):
        late = time.monotonic() > deadline
        if time.monotonic() > deadline + 10:
            raise RuntimeError(f"processes {running} cannot be ended")
        for pid in running:
            if late or pid not in ended:
                terminate(pid, signal.SIGKILL if late else signal.SIGTERM)
        ended.update(running)
        time.sleep(0.05)
    return len(ended)


def as_nice(pid: int) -> None:
    """Let `pid`, which begins a session, be as nice as the calling thread that started it.

    Linux may share the processors out by session, whatever the niceness of its processes.
    """
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(OSError):
        (PROC / str(pid) / "autogroup").write_text(str(niceness))


def terminate(pid: int, number: signal.Signals = signal.SIGTERM) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
