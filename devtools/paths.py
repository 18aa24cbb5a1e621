"""Where things are: the repository, the cache shared by all clones, and a stack's folder."""

import os
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
VAR = REPOSITORY / "var"
ADDONS = ("enord_sales_sync", "enord_sales_sync_mrp", "enord_sales_sync_pos")
# Apart from the others: what they need would make every stack larger.
BESIDE_NEIGHBOURS = ("enord_sales_sync_product_expiry", "enord_sales_sync_website_sale")


def cache() -> Path:
    """Downloads and database templates, shared by every clone of this user."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base).absolute() / "enord_sales_sync"
    # Templates hold password hashes and customers' files.
    return private_folder(folder)


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



def unused(parent: Path, keep: int, seconds: float) -> list[Path]:
    """Cache entries of `parent` that are neither among the `keep` newest nor used for `seconds`.

    An entry is a folder with the stamp file `complete`, touched at each use.
    """
    stamps = sorted(parent.glob("*/complete"), key=lambda stamp: stamp.stat().st_mtime)
    limit = time.time() - seconds
    return [stamp.parent for stamp in stamps[:-keep] if stamp.stat().st_mtime < limit]
