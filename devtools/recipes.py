"""What is in the databases that are built once and copied.

base   Odoo with the modules the add-on needs, an Indian company with INR and its chart of accounts
plain  base and the add-on, for the add-on's tests
demo   base and the add-on with its demonstration data, for a stack
"""

import ast
from pathlib import Path

from . import odoo_process, paths
from .database_server import Server
from .odoo_tree import OdooTree
from .progress import Failure, step

MODULES = ("sale_management", "sale_stock", "account", "stock")


def installable_addons() -> list[str]:
    return [a for a in paths.ADDONS if (paths.REPOSITORY / a / "__manifest__.py").is_file()]


def modules() -> list[str]:
    """Everything that is installed before the add-on, so without its demonstration data."""
    needed = set(MODULES)
    for addon in installable_addons():
        manifest = ast.literal_eval((paths.REPOSITORY / addon / "__manifest__.py").read_text())
        needed.update(manifest.get("depends", ()))
    return sorted(needed - set(paths.ADDONS))


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
