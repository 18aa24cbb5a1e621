"""Databases built once and copied: installing Odoo's modules takes a minute, a copy a second."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from . import environment, odoo_process, paths, recipes
from .database_server import is_external
from .locks import locked
from .odoo_tree import OdooTree
from .progress import say
from .sites import AnySite, site

POSTGRES_MAJOR = 18
KEPT = 4
# Nothing runs on a template, but another clone may just be copying it.
UNUSED_SECONDS = 600


def base_key(tree: OdooTree) -> str:
    parts = [
        tree.identity,
        environment.ODOO.files[0].read_text(),
        "external" if is_external() else str(POSTGRES_MAJOR),
        " ".join(recipes.modules()),
        Path(recipes.__file__).read_text(),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def sources_hash(*folders: str) -> str:
    """Changes when anything that runs changes; tests, compiled files and .pot do not run."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted((paths.REPOSITORY / folder).rglob("*")):
            inside = file.relative_to(paths.REPOSITORY)
            runs = not {"tests", "__pycache__"} & set(inside.parts) and file.suffix != ".pot"
            if file.is_file() and runs:
                digest.update(f"{inside}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def key(kind: str, tree: OdooTree) -> str:
    """Changes when anything changes that a template of this `kind` is made from."""
    addons = recipes.RECIPES[kind].addons
    if not addons:
        return base_key(tree)
    return hashlib.sha256(f"{base_key(tree)} {sources_hash(*addons)}".encode()).hexdigest()[:16]


def ensure(kind: str, tree: OdooTree) -> AnySite:
    """The template of this `kind`, built first where it is missing or out of date."""
    def build(template: AnySite) -> None:
        parent = recipes.RECIPES[kind].parent
        _build(kind, template, ensure(parent, tree) if parent else None, tree)

    return cached(kind, key(kind, tree), build)


def cached(kind: str, key: str, build: Callable[[AnySite], None]) -> AnySite:
    """The template of this `kind` and `key`; `build` fills its folder where it is not there."""
    template = site(paths.cache() / "templates" / kind / key)
    with locked(template.folder.with_suffix(".lock"), "another build of the database template"):
        if not template.exists():
            say(f"  building the database template '{kind}' (kept for the next time)")
            build(template)
        template.stamp.touch()
    for old in paths.unused(template.folder.parent, KEPT, UNUSED_SECONDS):
        site(old).remove()
        shutil.rmtree(old, ignore_errors=True)
    return template


def _build(kind: str, template: AnySite, parent: AnySite | None, tree: OdooTree) -> None:
    template.create(parent)
    with template.serving() as server:
        config = odoo_process.write_config(template.folder, tree, server, template.database)
        recipes.RECIPES[kind].build(server, template.database, config, tree)
