"""`make screenshots`: a picture of each screen.

Of a stack of its own, which has a day behind it and is made anew each time. What the documentation
shows goes into the add-on's static/description, as small files; all the others, for a desk and for
a telephone, into var/screens, to be looked at. The page of the API is taken light and dark; Odoo
Community's back end and the reference shop have no dark mode.
"""

import io
import os
from pathlib import Path

from . import chromium, history, paths, screens, stack
from .odoo_client import Staff
from .progress import Failure, say, step
from .screens import Screen
from .sites import site

VAR = paths.VAR / "screens"
KEPT = paths.REPOSITORY / screens.MODULE / "static" / "description"
SIZES = {"desk": (1366, 900), "telephone": (390, 844)}
COLOURS = 256
SECONDS = 120


def main() -> int:
    """Make a picture of each screen: into static/description and var/screens."""
    from playwright.sync_api import sync_playwright  # only the environment has it

    program = chromium.ensure()
    stack.down(VAR)
    site(VAR).remove()
    (VAR / "pictures").mkdir(parents=True, exist_ok=True)
    connection = stack.up(VAR, history.A_DAY)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
            failed = _take(browser, connection)
            browser.close()
    finally:
        stack.down(VAR)
    if failed:
        raise Failure("Not every screen could be taken:\n" + "\n".join(failed))
    say(f"  {KEPT}\n  {VAR / 'pictures'}")
    return 0


def _take(browser, connection: dict[str, str]) -> list[str]:
    """Returns what went wrong."""
    staff = Staff(connection)
    kept = screens.kept(connection, staff)
    everything = [*kept, *screens.menus(connection, staff)]
    dark = [screens.api_document(connection)]
    failed = []
    for size, (width, height) in SIZES.items():
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(SECONDS * 1000)
        page.set_default_navigation_timeout(SECONDS * 1000)  # the first page makes its assets
        _log_in(page, connection)
        for scheme, shown in {"light": everything, "dark": dark}.items():
            page.emulate_media(color_scheme=scheme)
            for screen in shown:
                if screen.press and size not in screen.sizes:
                    continue
                file = VAR / "pictures" / f"{screen.name}-{size}-{scheme}.png"
                with step(file.name):
                    try:
                        _open(page, screen)
                        page.screenshot(path=file)
                    except Exception as error:
                        failed.append(f"{file.name}: {error}")
                        continue
                if screen in kept and size in screen.sizes and scheme == "light":
                    _keep(file, f"{screen.name}{'-telephone' * (size == 'telephone')}.png")
        page.close()
    return failed


def _open(page, screen: Screen) -> None:
    page.goto(screen.address)
    page.locator(screen.ready).first.wait_for()
    if screen.press:
        page.locator(screen.press).first.click()
        page.locator(screen.opened).first.wait_for()
    page.wait_for_timeout(1500)  # charts are drawn in


def _keep(picture: Path, name: str) -> None:
    """With a palette: a third of the size, and to the eye the same."""
    from PIL import Image

    small = io.BytesIO()
    Image.open(picture).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        small, "PNG", optimize=True
    )
    (KEPT / name).write_bytes(small.getvalue())


def _log_in(page, connection: dict[str, str]) -> None:
    page.goto(f"{connection['odoo_url']}/web/login")
    page.locator("input[name=login]").fill(connection["admin_login"])
    page.locator("input[name=password]").fill(connection["admin_password"])
    page.locator("form.oe_login_form button[type=submit]").click()
    page.wait_for_url("**/odoo**")
