"""`make screenshots`: a picture of each screen of the add-on, in doc/screens.

Of the stack of `make up`, which it starts where it is not up. Each menu's view and its first
record, for a desk and for a telephone; the API page and the shop as well, light and dark. Odoo
Community has no dark mode.
"""

import os
from collections.abc import Iterator

from . import chromium, paths, stack
from .odoo_client import Staff
from .progress import Failure, say, step

FOLDER = paths.REPOSITORY / "doc" / "screens"
SIZES = {"desk": (1366, 900), "telephone": (390, 844)}
SECONDS = 120


def main() -> int:
    """Make a picture of each screen, in doc/screens."""
    from playwright.sync_api import sync_playwright  # only the environment has it

    program = chromium.ensure()
    connection = stack.up()
    staff = Staff(connection)
    FOLDER.mkdir(parents=True, exist_ok=True)
    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        for size, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(SECONDS * 1000)
            _log_in(page, connection)
            for scheme, screens in {
                "light": [*_screens(connection, staff), *_pages(connection)],
                "dark": _pages(connection),
            }.items():
                page.emulate_media(color_scheme=scheme)
                for name, address, is_ready in screens:
                    file = FOLDER / f"{name}-{size}-{scheme}.jpg"
                    with step(file.name):
                        try:
                            page.goto(address)
                            page.locator(is_ready).first.wait_for()
                            page.wait_for_timeout(1000)  # charts are drawn in
                            page.screenshot(path=file, type="jpeg", quality=75)
                        except Exception as error:
                            failed.append(f"{file.name}: {error}")
            page.close()
        browser.close()
    if failed:
        raise Failure("Not every screen could be taken:\n" + "\n".join(failed))
    say(f"  {FOLDER}")
    return 0


def _log_in(page, connection: dict[str, str]) -> None:
    page.goto(f"{connection['odoo_url']}/web/login")
    page.locator("input[name=login]").fill(connection["admin_login"])
    page.locator("input[name=password]").fill(connection["admin_password"])
    page.locator("form.oe_login_form button[type=submit]").click()
    page.wait_for_url("**/odoo**")


def _screens(connection: dict[str, str], staff: Staff) -> Iterator[tuple[str, str, str]]:
    """Name, address, and what is there when it is drawn, of each screen."""
    menus = staff.search_read(
        "ir.model.data", [("module", "=", "enord_sales_sync"), ("model", "=", "ir.ui.menu")],
        ["res_id", "name"], order="name",
    )
    for menu in menus:
        name = menu["name"].removeprefix("menu_")
        [found] = staff.search_read(
            "ir.ui.menu", [("id", "=", menu["res_id"])], ["action", "child_id"],
        ) or [{"action": False, "child_id": []}]
        kind, _, number = (found["action"] or "").partition(",")
        if kind != "ir.actions.act_window" or found["child_id"]:
            continue
        address = f"{connection['odoo_url']}/odoo/action-{number}"
        yield name, address, ".o_content > *"
        [action] = staff.search_read(
            "ir.actions.act_window", [("id", "=", int(number))], ["res_model", "view_mode"],
        )
        records = "form" in action["view_mode"] and staff.call(
            action["res_model"], "search", [], limit=1,
        )
        if records:
            yield f"{name}-one", f"{address}/{records[0]}", ".o_form_view .o_form_renderer"


def _pages(connection: dict[str, str]) -> list[tuple[str, str, str]]:
    """The same of what is not Odoo's."""
    return [
        ("api-document", f"{connection['odoo_url']}/api/docs", "h1"),
        ("shop", f"{connection['storefront_url']}/", "main"),
    ]
