"""What the user sees while things are fetched, built and started."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import paths

#: Tests that run at the same time have one each.
SETUP_LOG = Path(os.environ.get("ENORD_SETUP_LOG", paths.VAR / "log" / "setup.log"))
TAIL_LINES = 25


class Failure(Exception):
    """Something the user has to know and can act on; shown without a traceback."""


def say(text: str, end: str = "\n") -> None:
    # Whoever read the output may have gone (`make up | head`); the work goes on.
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def step(text: str) -> Iterator[list[str]]:
    """Show `text`, then how long it took and whatever was appended to the yielded list."""
    started = time.monotonic()
    say(f"  {text} ...", end="")
    remarks: list[str] = []
    done = threading.Event()
    if sys.stdout.isatty():
        threading.Thread(target=_count_seconds, args=(text, started, done), daemon=True).start()
    try:
        yield remarks
    except BaseException:
        say(" failed")
        raise
    finally:
        done.set()
    remarks.append(f"{time.monotonic() - started:.1f} s")
    again = f"\r  {text} ..." if sys.stdout.isatty() else ""
    say(f"{again} {', '.join(remarks)}")


def _count_seconds(text: str, started: float, done: threading.Event) -> None:
    while not done.wait(1):
        say(f"\r  {text} ... {time.monotonic() - started:.0f} s", end="")


def run_logged(command: Sequence[str | Path], what: str, **options) -> None:
    """Run `command` with its output in setup.log; on failure show the end of that output."""
    SETUP_LOG.parent.mkdir(parents=True, exist_ok=True)
    with SETUP_LOG.open("ab") as log:
        log.write(f"\n== {what}\n".encode())
        log.flush()
        begin = log.tell()
        options.setdefault("stdin", subprocess.DEVNULL)
        code = subprocess.run(
            [str(part) for part in command], stdout=log, stderr=subprocess.STDOUT, **options
        ).returncode
    if code:
        with SETUP_LOG.open("rb") as log:
            log.seek(begin)
            output = log.read().decode(errors="replace").splitlines()
        tail = "\n".join(f"    {line}" for line in output[-TAIL_LINES:])
        raise Failure(f"{what} failed (exit status {code}):\n{tail}\nAll of it: {SETUP_LOG}")


def megabytes(folder_or_file: Path) -> str:
    files = [folder_or_file] if folder_or_file.is_file() else folder_or_file.rglob("*")
    size = sum(file.lstat().st_size for file in files if not file.is_dir())
    return f"{size / 1e6:.0f} MB"


def fail(error: Failure) -> int:
    print(f"\n{error}", file=sys.stderr, flush=True)
    return 1
