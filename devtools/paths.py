"""Where things are: the repository, the cache shared by all clones, and a stack's folder."""

import os
import shutil
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VAR = REPOSITORY / "var"
ADDONS = ("enord_sales_sync", "enord_sales_sync_pos")


def cache() -> Path:
    """Downloads and database templates, shared by every clone of this user."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base).absolute() / "enord_sales_sync"
    # 0700: templates hold password hashes, and an executable tree must not be writable by others.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def private_folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace `path` in one step, readable by its owner only, never seen half written."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    temporary.replace(path)


UNUSED_SECONDS = 7 * 86400


def forget_unused(parent: Path, keep: int) -> None:
    """Remove finished cache entries of `parent` beyond the `keep` most recently used.

    An entry is a folder with the stamp file `complete`, touched at each use. What was used in
    the last days is kept in any case: another clone may be running on it.
    """
    stamps = sorted(parent.glob("*/complete"), key=lambda stamp: stamp.stat().st_mtime)
    for stamp in stamps[:-keep]:
        if time.time() - stamp.stat().st_mtime > UNUSED_SECONDS:
            stamp.unlink()
            shutil.rmtree(stamp.parent, ignore_errors=True)
