"""A database of version 19.0.1.0.0, made and filled by that version's own code.

It is built once and kept, like every other database template.
"""

import hashlib
import io
import json
import shutil
import subprocess
import tarfile
from pathlib import Path

from . import odoo_process, paths, template
from .odoo_tree import OdooTree
from .progress import Failure, step
from .sites import AnySite

COMMIT = "607515cdc248e9b960562588bae80d19edcf61ea"
ADDONS = ("enord_sales_sync", "enord_sales_sync_mrp", "enord_sales_sync_pos")
SCRIPTS = paths.REPOSITORY / "migration_tests"
FILL, LOOK = SCRIPTS / "fill.py", SCRIPTS / "look.py"


def ensure(tree: OdooTree) -> AnySite:
    """The template; beside its database `filled.json` and `seen.json`: what the scripts printed."""
    parts = [template.base_key(tree), COMMIT, *(file.read_text() for file in (FILL, LOOK))]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    return template.cached("former", key, lambda place: _build(place, tree))


def _build(place: AnySite, tree: OdooTree) -> None:
    place.create(template.ensure("base", tree))
    sources = place.folder / "sources"
    shutil.rmtree(sources, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(_archive())) as archive:
        archive.extractall(sources)
    with place.serving() as server:
        config = odoo_process.write_config(
            place.folder, tree, server, place.database, repository=sources
        )
        addons = ",".join(ADDONS)
        with step("  version 19.0.1.0.0 of the add-ons (about 15 s)"):
            odoo_process.run_once(config, tree, f"installing the former {addons}", "-i", addons)
        with step("  a shop's orders, holds and events in it (about 10 s)"):
            for script, file in ((FILL, "filled.json"), (LOOK, "seen.json")):
                paths.write_private(place.folder / file, run(config, tree, script))


def run(config: Path, tree: OdooTree, script: Path) -> str:
    """The line of JSON that `script` printed in Odoo's shell."""
    [line] = odoo_process.run_script(config, tree, script, {}).splitlines()[-1:]
    json.loads(line)
    return line


def _archive() -> bytes:
    """The former sources, from this repository's own history."""
    command = ["git", "-C", str(paths.REPOSITORY), "archive", COMMIT, *ADDONS]
    done = subprocess.run(command, capture_output=True)
    if done.returncode:
        raise Failure(
            f"The sources of version 19.0.1.0.0 are commit {COMMIT}, and git does not find it in "
            f"{paths.REPOSITORY}: {done.stderr.decode().strip()}\n"
            "A shallow clone gets it by: git fetch --unshallow"
        )
    return done.stdout
