"""Keeps a stack's processes running: `python -m devtools.supervisor FOLDER`.

Reads FOLDER/services.json (a list of Service) and starts them in that order. One that ends is
started again, because Odoo's multi-worker master exits when PostgreSQL restarts; for ever, because
whatever ends it may pass. FOLDER/dying.json names those that ended soon each of the last times, for
whoever waits. SIGTERM stops everything in reverse order. Holds FOLDER/supervisor.lock for as long
as it lives.
"""

import dataclasses
import fcntl
import json
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from . import marks, paths

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
STEADY_SECONDS = 30
DYING_AFTER = 3
"""Ends in a row, each within STEADY_SECONDS, that are no accident any more."""
PORT_SECONDS = 30
STOP_SECONDS = 10


@dataclasses.dataclass
class Service:
    name: str
    command: list[str]
    environ: dict[str, str]
    directory: str
    log: str
    wait_for_port: int = 0
    """Those after it are started only when this port answers."""
    stop_signal: str = "SIGTERM"


def write_services(folder: Path, services: list[Service]) -> None:
    content = json.dumps([dataclasses.asdict(service) for service in services], indent=1)
    (folder / "dying.json").unlink(missing_ok=True)
    paths.write_private(folder / "services.json", content)


def read_services(folder: Path) -> list[Service]:
    return [Service(**entry) for entry in json.loads((folder / "services.json").read_text())]


def dying(folder: Path) -> list[str]:
    """Names of the services that `folder`'s supervisor starts in vain."""
    try:
        return json.loads((folder / "dying.json").read_text())
    except (OSError, ValueError):
        return []


class Running:
    """One service and the attempts to keep it up."""

    def __init__(self, folder: Path, service: Service):
        self.folder = folder
        self.service = service
        self.process: subprocess.Popen | None = None
        self.started = 0.0
        self.pause = FIRST_PAUSE
        self.not_before = 0.0
        self.quick_ends = 0

    def keep_up(self) -> bool:
        """Start what does not run; returns whether it has ended since the last time."""
        if self.process and self.process.poll() is None:
            return False
        ended = bool(self.process)
        if ended:
            self._note_end()
        if time.monotonic() >= self.not_before:
            self._start()
        return ended

    def _note_end(self) -> None:
        lasted = time.monotonic() - self.started
        report(f"{self.service.name} ended with {self.process.returncode} after {lasted:.0f} s")
        self.process = None
        if lasted > STEADY_SECONDS:
            self.pause, self.quick_ends = FIRST_PAUSE, 0
        else:
            self.quick_ends += 1
        self.not_before = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def _start(self) -> None:
        # Children that outlived their parent still hold its port or its shared memory.
        marks.end(self.folder, self.service.name, patience=3)
        if self.service.name == "postgres":
            (self.folder / "postgres" / "postmaster.pid").unlink(missing_ok=True)
        with Path(self.service.log).open("ab") as log:
            self.process = subprocess.Popen(
                self.service.command,
                cwd=self.service.directory,
                env=self.service.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.started = time.monotonic()
        report(f"{self.service.name} started as process {self.process.pid}")
        if self.service.wait_for_port:
            self._wait_for_port()

    def _wait_for_port(self) -> None:
        deadline = time.monotonic() + PORT_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.service.wait_for_port), 1).close()
                return
            except OSError:
                time.sleep(0.05)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(getattr(signal, self.service.stop_signal))
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                report(f"{self.service.name} does not stop by itself")
        marks.end(self.folder, self.service.name, patience=2)


class Stop(Exception):
    """Raised by the signal handler, wherever the supervisor is."""


def supervise(folder: Path) -> None:
    running = [Running(folder, service) for service in read_services(folder)]

    def stop(number: int, frame: object) -> None:
        # A second signal must not cut the orderly stop short.
        for ignored in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        raise Stop

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        while True:
            ended = [service.keep_up() for service in running]
            if any(ended):
                _note_dying(folder, running)
            time.sleep(0.1)
    except Stop:
        report("stopping")
    finally:
        for service in reversed(running):
            service.stop()
        report("stopped")


def _note_dying(folder: Path, running: list[Running]) -> None:
    names = [one.service.name for one in running if one.quick_ends >= DYING_AFTER]
    paths.write_private(folder / "dying.json", json.dumps(names))


def report(text: str) -> None:
    print(f"{datetime.now().isoformat(' ', 'milliseconds')} {text}", flush=True)


def main(folder: Path) -> int:
    with (folder / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("another supervisor runs this stack")
            return 1
        supervise(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
