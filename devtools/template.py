"""Databases built once and copied: installing Odoo's modules takes a minute, a copy a second.

base   Odoo with the modules the add-on needs, an Indian company with INR and its chart of accounts
plain  base and the add-on, for the add-on's tests
demo   base and the add-on with its demonstration data, for a stack
"""

import ast
import hashlib
from pathlib import Path

from . import odoo_process, paths
from .database_server import Server, is_external
from .environment import REQUIREMENTS
from .locks import locked
from .odoo_tree import OdooTree
from .progress import Failure, say, step
from .sites import AnySite, site

MODULES = ("sale_management", "sale_stock", "account", "stock")
POSTGRES_MAJOR = 18
KEPT = 4


def installable_addons() -> list[str]:
    return [a for a in paths.ADDONS if (paths.REPOSITORY / a / "__manifest__.py").is_file()]


def modules() -> list[str]:
    """Everything that is installed before the add-on, so without its demonstration data."""
    needed = set(MODULES)
    for addon in installable_addons():
        manifest = ast.literal_eval((paths.REPOSITORY / addon / "__manifest__.py").read_text())
        needed.update(manifest.get("depends", ()))
    return sorted(needed - set(paths.ADDONS))


def base_key(tree: OdooTree) -> str:
    parts = [
        tree.identity,
        REQUIREMENTS[0].read_text(),
        "external" if is_external() else str(POSTGRES_MAJOR),
        " ".join(modules()),
        Path(__file__).read_text(),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def sources_hash(*folders: str) -> str:
    """Changes when anything that runs changes; tests and compiled files do not run."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted((paths.REPOSITORY / folder).rglob("*")):
            inside = file.relative_to(paths.REPOSITORY)
            if file.is_file() and not {"tests", "__pycache__"} & set(inside.parts):
                digest.update(f"{inside}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def ensure(kind: str, tree: OdooTree) -> AnySite:
    """The template of this `kind`, built first where it is missing or out of date."""
    key = base_key(tree)
    if kind != "base":
        key = hashlib.sha256(f"{key} {sources_hash(*paths.ADDONS)}".encode()).hexdigest()[:16]
    template = site(paths.cache() / "templates" / kind / key)
    with locked(template.folder.with_suffix(".lock"), "another build of the database template"):
        if not template.exists():
            parent = None if kind == "base" else ensure("base", tree)
            _build(kind, template, parent, tree)
        template.stamp.touch()
    paths.forget_unused(template.folder.parent, KEPT)
    return template


def _build(kind: str, template: AnySite, parent: AnySite | None, tree: OdooTree) -> None:
    say(f"  building the database template '{kind}' (kept for the next time)")
    template.create(parent)
    with template.serving() as server:
        config = odoo_process.write_config(template.folder, tree, server, template.database)
        RECIPES[kind](server, template.database, config, tree)


def _base(server: Server, database: str, config: Path, tree: OdooTree) -> None:
    with step("  Odoo's base (about 15 s)"):
        odoo_process.run_once(config, tree, "installing base", "-i", "base")
    # Before the accounting modules: the country decides currency and chart of accounts.
    server.execute(
        database,
        "UPDATE res_partner SET country_id = (SELECT id FROM res_country WHERE code = 'IN')"
        " WHERE id = (SELECT partner_id FROM res_company WHERE id = 1)",
    )
    with step("  sales, stock and accounting for an Indian company (about 45 s)"):
        wanted = ",".join(modules())
        odoo_process.run_once(config, tree, f"installing {wanted}", "-i", wanted)
    # Before any product or tax use exists: shop prices in India include GST.
    server.execute(database, "UPDATE res_company SET account_price_include = 'tax_included'")


def _plain(server: Server, database: str, config: Path, tree: OdooTree) -> None:
    _install(config, tree)


def _demo(server: Server, database: str, config: Path, tree: OdooTree) -> None:
    # Odoo loads demonstration data only for modules whose dependencies are marked as having it;
    # marking them brings ours without Odoo's office furniture.
    server.execute(database, "UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
    _install(config, tree, "--with-demo")
    names = ", ".join(f"'{addon}'" for addon in installable_addons())
    if not names:
        return
    query = f"SELECT name FROM ir_module_module WHERE name IN ({names}) AND NOT demo"
    if without := server.execute(database, f"{query} AND state = 'installed'"):
        raise Failure(f"The demonstration data of {without[0][0]} did not load; see setup.log.")


def _install(config: Path, tree: OdooTree, *options: str) -> None:
    addons = ",".join(installable_addons())
    if addons:
        with step(f"  {addons} (about 15 s)"):
            odoo_process.run_once(config, tree, f"installing {addons}", "-i", addons, *options)


RECIPES = {"base": _base, "plain": _plain, "demo": _demo}
