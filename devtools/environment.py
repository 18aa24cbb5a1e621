"""The virtual environments: one with what Odoo and the tests need, one with the shop's.

The shop is what a customer's own developers would run, so nothing that Odoo pins is in its way.
"""

import dataclasses
import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from . import debian, marks, paths
from .locks import locked
from .progress import Failure, megabytes, run_logged, step

OLDEST, NEWEST = (3, 10), (3, 13)
KEPT = 2
# Long, because another clone's stack may be running in it.
UNUSED_SECONDS = 7 * 86400


@dataclasses.dataclass(frozen=True)
class Packages:
    """What an environment holds: pinned in `files`, with hashes beside them (`make lock`), kept
    under the cache's folder `name`."""

    name: str
    whose: str
    to_fetch: str
    files: tuple[Path, ...]


ODOO = Packages(
    "venv", "Odoo's and the tests'", "190 MB",
    tuple(paths.REPOSITORY / "requirements" / name for name in ("odoo-19.txt", "dev.txt")),
)
STOREFRONT = Packages(
    "venv-storefront", "the storefront's", "4 MB",
    tuple(
        paths.REPOSITORY / "reference_storefront" / name
        for name in ("requirements.txt", "tests/requirements.txt")
    ),
)


def locked_file(file: Path) -> Path:
    """The same packages with the hashes of their files."""
    return file.with_suffix(".lock")


def key(packages: Packages = ODOO) -> str:
    content = b"".join(locked_file(file).read_bytes() for file in packages.files)
    python = f"{sys.implementation.cache_tag}-{sys.base_prefix}"
    return hashlib.sha256(content + python.encode()).hexdigest()[:16]


def python(packages: Packages = ODOO) -> Path:
    return paths.cache() / packages.name / key(packages) / "bin" / "python"


def ensure(packages: Packages = ODOO) -> Path:
    """The environment's Python, made first where it is missing or an attempt was cut short."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise Failure(
            f"This is Python {sys.version.split()[0]}; Odoo 19's dependencies are pinned for "
            "3.10 to 3.13. Run make with PYTHON=python3.12 (or another of them)."
        )
    interpreter = python(packages)
    folder = interpreter.parent.parent
    with locked(folder.with_suffix(".lock"), "another installation of the Python packages"):
        stamp = folder / "complete"
        if not stamp.is_file():
            with marks.marked_children(folder, "set-up"):
                _build(packages, folder, interpreter)
        stamp.touch()
    for old in paths.unused(folder.parent, KEPT, UNUSED_SECONDS):
        shutil.rmtree(old, ignore_errors=True)
    return interpreter


def _build(packages: Packages, folder: Path, interpreter: Path) -> None:
    # Built in its final place, because scripts in bin/ name their interpreter absolutely;
    # the stamp, written last, is what makes it valid.
    shutil.rmtree(folder, ignore_errors=True)
    pinned = sum(len(file.read_text().splitlines()) for file in packages.files)
    what = f"installing {packages.whose} Python packages"
    with step(f"{what} (about {pinned}, {packages.to_fetch} to fetch)") as remarks:
        if importlib.util.find_spec("ensurepip"):
            run_logged([sys.executable, "-m", "venv", folder], "making the virtual environment")
        else:
            _build_without_ensurepip(folder, interpreter)
        arguments = [part for file in packages.files for part in ("-r", locked_file(file))]
        command = [interpreter, "-m", "pip", "install", "--require-hashes", "--progress-bar", "off"]
        run_logged([*command, *arguments], what)
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
