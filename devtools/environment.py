"""The virtual environment with what Odoo, the storefront and the tests need."""

import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from . import debian, marks, paths
from .locks import locked
from .progress import Failure, megabytes, run_logged, step

REQUIREMENTS = tuple(
    paths.REPOSITORY / "requirements" / name for name in ("odoo-19.txt", "dev.txt")
)
OLDEST, NEWEST = (3, 10), (3, 13)
KEPT = 2
# Long, because another clone's stack may be running in it.
UNUSED_SECONDS = 7 * 86400


def key() -> str:
    content = b"".join(file.read_bytes() for file in REQUIREMENTS)
    python = f"{sys.implementation.cache_tag}-{sys.base_prefix}"
    return hashlib.sha256(content + python.encode()).hexdigest()[:16]


def python() -> Path:
    return paths.cache() / "venv" / key() / "bin" / "python"


def ensure() -> Path:
    """The environment's Python, made first where it is missing or an attempt was cut short."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise Failure(
            f"This is Python {sys.version.split()[0]}; Odoo 19's dependencies are pinned for "
            "3.10 to 3.13. Run make with PYTHON=python3.12 (or another of them)."
        )
    folder = paths.cache() / "venv" / key()
    with locked(folder.with_suffix(".lock"), "another installation of the Python packages"):
        stamp = folder / "complete"
        if not stamp.is_file():
            with marks.marked_children(folder, "set-up"):
                _build(folder)
        stamp.touch()
    for old in paths.unused(folder.parent, KEPT, UNUSED_SECONDS):
        shutil.rmtree(old, ignore_errors=True)
    return folder / "bin" / "python"


def _build(folder: Path) -> None:
    # Built in its final place, because scripts in bin/ name their interpreter absolutely;
    # the stamp, written last, is what makes it valid.
    shutil.rmtree(folder, ignore_errors=True)
    pinned = sum(len(file.read_text().splitlines()) for file in REQUIREMENTS)
    with step(f"installing Python packages (about {pinned}, 190 MB to fetch)") as remarks:
        interpreter = folder / "bin" / "python"
        if importlib.util.find_spec("ensurepip"):
            run_logged([sys.executable, "-m", "venv", folder], "making the virtual environment")
        else:
            _build_without_ensurepip(folder, interpreter)
        arguments = [part for file in REQUIREMENTS for part in ("-r", str(file))]
        run_logged(
            [interpreter, "-m", "pip", "install", "--progress-bar", "off", *arguments],
            "installing Python packages",
        )
        remarks.append(megabytes(folder))


def _build_without_ensurepip(folder: Path, interpreter: Path) -> None:
    """Debian splits ensurepip into python3-venv, whose installation would need root."""
    command = [sys.executable, "-m", "venv", "--without-pip", folder]
    run_logged(command, "making the virtual environment")
    if not debian.Apt.is_available():
        raise Failure(
            "This Python has no ensurepip, so no virtual environment can be made. Install your "
            "system's package for it (often called python3-venv) and run this again."
        )
    work = folder / "pip"
    (package,) = debian.Apt(work / "apt").fetch(["python3-pip-whl"], debian.MACHINE)
    debian.unpack(package, work)
    (wheel,) = (work / "usr/share/python-wheels").glob("pip-*.whl")
    run_logged([interpreter, wheel / "pip", "install", wheel], "installing pip")
    shutil.rmtree(work)


def enter(arguments: list[str]) -> None:
    """Go on in the virtual environment's Python; returns only when already there."""
    interpreter = ensure()
    if Path(sys.prefix) == interpreter.parent.parent:
        return
    environ = os.environ | {"PYTHONPATH": str(paths.REPOSITORY)}
    command = [str(interpreter), "-m", "devtools", *arguments]
    os.execve(interpreter, command, environ)
