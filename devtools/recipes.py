"""What is in the databases that are built once and copied.

base             Odoo with the modules the add-on needs, an Indian company with INR and its chart
plain            base and the add-on, for the add-on's tests
demo             base and the add-on with its demonstration data, for a stack
base-generic     as base, of a company in no country, with Odoo's generic chart of accounts
generic          base-generic and the add-on
base-neighbours  base and what else shops have installed that touches the same orders and stock
neighbours       base-neighbours and the add-on with all that is added beside them
"""

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from . import odoo_process, paths
from .database_server import Server
from .odoo_tree import OdooTree
from .progress import Failure, step

MODULES = ("sale_management", "sale_stock", "account", "stock")
#: l10n_in, mrp and point_of_sale are in base already.
NEIGHBOURS = (
    *("website_sale", "website_sale_stock", "delivery", "stock_delivery"),
    *("sale_loyalty", "website_sale_loyalty", "product_expiry", "stock_account", "sale_mrp"),
    *("purchase_stock", "stock_dropshipping"),
)


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
        _install(config, tree, ["base"])
    # Before the accounting modules: the country decides currency and chart of accounts.
    server.execute(
        database,
        "UPDATE res_partner SET country_id = (SELECT id FROM res_country WHERE code = 'IN')"
        " WHERE id = (SELECT partner_id FROM res_company WHERE id = 1)",
    )
    with step("  sales, stock and accounting for an Indian company (about 45 s)"):
        _install(config, tree, modules())
    # Before any product or tax use exists: shop prices in India include GST.
    server.execute(database, "UPDATE res_company SET account_price_include = 'tax_included'")


def _base_generic(server: Server, database: str, config: Path, tree: OdooTree) -> None:
    with step("  sales, stock and accounting for a company in no country (about 60 s)"):
        _install(config, tree, modules())


def _base_neighbours(server: Server, database: str, config: Path, tree: OdooTree) -> None:
    with step("  what else shops have installed (about 75 s)"):
        _install(config, tree, NEIGHBOURS)


def _plain(server: Server, database: str, config: Path, tree: OdooTree) -> None:
    _install_ours(config, tree, installable_addons())


def _neighbours(server: Server, database: str, config: Path, tree: OdooTree) -> None:
    _install_ours(config, tree, [*installable_addons(), *paths.BESIDE_NEIGHBOURS])


def _demo(server: Server, database: str, config: Path, tree: OdooTree) -> None:
    # Odoo loads demonstration data only for modules whose dependencies are marked as having it;
    # marking them brings ours without Odoo's office furniture.
    server.execute(database, "UPDATE ir_module_module SET demo = true WHERE state = 'installed'")
    _install_ours(config, tree, installable_addons(), "--with-demo")
    names = ", ".join(f"'{addon}'" for addon in installable_addons())
    if not names:
        return
    query = f"SELECT name FROM ir_module_module WHERE name IN ({names}) AND NOT demo"
    if without := server.execute(database, f"{query} AND state = 'installed'"):
        raise Failure(f"The demonstration data of {without[0][0]} did not load; see setup.log.")


def _install_ours(config: Path, tree: OdooTree, addons: list[str], *options: str) -> None:
    if addons:
        with step(f"  {','.join(addons)} (about 15 s)"):
            _install(config, tree, addons, *options)


def _install(config: Path, tree: OdooTree, names: Sequence[str], *options: str) -> None:
    wanted = ",".join(names)
    odoo_process.run_once(config, tree, f"installing {wanted}", "-i", wanted, *options)


class Recipe(NamedTuple):
    build: Callable[[Server, str, Path, OdooTree], None]
    parent: str | None
    """What it is built on; nothing but an empty database."""
    addons: tuple[str, ...] = ()
    """Those of this repository that are in it: it is out of date when they change."""


RECIPES = {
    "base": Recipe(_base, None),
    "plain": Recipe(_plain, "base", paths.ADDONS),
    "demo": Recipe(_demo, "base", paths.ADDONS),
    "base-generic": Recipe(_base_generic, None),
    "generic": Recipe(_plain, "base-generic", paths.ADDONS),
    "base-neighbours": Recipe(_base_neighbours, "base"),
    "neighbours": Recipe(
        _neighbours, "base-neighbours", (*paths.ADDONS, *paths.BESIDE_NEIGHBOURS)
    ),
}
