"""A font for the pictures of screens in Hindi: the machine's, or Debian's package unpacked."""

import shutil
import subprocess
from pathlib import Path

from . import debian, marks, paths
from .locks import locked
from .progress import Failure, step

PACKAGE = "fonts-lohit-deva"


def environ() -> dict[str, str]:
    """What a browser's environment needs beside the machine's own, so that Hindi can be read."""
    if _is_there():
        return {}
    root = paths.cache() / "fonts"
    with locked(root.with_suffix(".lock"), "another download of fonts"):
        if not (root / "complete").is_file():
            with marks.marked_children(root, "set-up"):
                _download(root)
    # fontconfig looks for the folder "fonts" in it
    return {"XDG_DATA_HOME": str(root / "usr" / "share")}


def _is_there() -> bool:
    if not shutil.which("fc-list"):
        return False
    found = subprocess.run(["fc-list", ":lang=hi", "family"], capture_output=True)
    return bool(found.stdout.strip())


def _download(root: Path) -> None:
    if not debian.Apt.is_available():
        raise Failure(f"Pictures in Hindi need a font: install Debian's {PACKAGE} or another.")
    building = root.with_name(root.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
    with step("fetching a font for Hindi from Debian (0.2 MB)"):
        for package in debian.Apt(building / "apt").fetch([PACKAGE], debian.MACHINE):
            debian.unpack(package, building)
        shutil.rmtree(building / "apt")
        (building / "complete").touch()
        building.rename(root)
