"""`make screenshots`: a picture of each screen, looked at by a machine as far as it can.

Of a stack of its own, which has a day behind it and is made anew each time. What the documentation
shows goes into the add-on's static/description, as small files; all the others into var/screens,
to be looked at: for a desk and for a telephone, light and dark, in English, German and Hindi.
"""

import io
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from . import chromium, dark, fonts, history, languages, looks, paths, stack
from .odoo_client import Staff
from .progress import Failure, say, step
from .screens import DARK, DESK, MODULE, SKU, TELEPHONE, Screen, Screens
from .shop_client import Shop
from .sites import site

VAR = paths.VAR / "screens"
KEPT = paths.REPOSITORY / MODULE / "static" / "description"
SIZES = {DESK: (1366, 900), TELEPHONE: (390, 844)}
HIGHEST = 4000
COLOURS = 256
#: For all pictures, once the stack is up.
MINUTES = 19
#: Of the first page in a scheme or a language, for which Odoo makes its assets; and of the others.
FIRST_SECONDS, SECONDS = 120, 20
#: Columns get their widths, and code its colours, after they are there.
SETTLED_MS, CODE_MS = 400, 1200
LANGUAGES = {"": "en_US", "de": "de_DE", "hi": "hi_IN"}
OPEN = """([action, additionalContext]) =>
    odoo.__WOWL_DEBUG__.root.env.services.action.doAction(action, { additionalContext })"""


#: Charts grow; this is how they look in the end.
DRAW = """() => Object.values(window.Chart?.instances ?? {}).forEach(
    (chart) => chart.update("none"))"""
#: By how many pixels what is on top is higher than its window.
LONGER = """() => {
    const parts = document.querySelector(".modal") ? ".modal-body" : [".o_form_view .o_content",
        ".o_form_view.o_content", ".o_form_sheet_bg", ".o_form_renderer"].join();
    return Math.max(0, ...[...document.querySelectorAll(parts)].map(
        (element) => element.scrollHeight - element.clientHeight));
}"""


class Look(NamedTuple):
    size: str
    scheme: str = "light"
    language: str = ""

    @property
    def name(self) -> str:
        """As in :attr:`.screens.Screen.kept`."""
        scheme = self.scheme if self.scheme != "light" else ""
        return "-".join(filter(None, (self.size, scheme, self.language)))

    def is_of(self, screen: Screen) -> bool:
        """In English and light everything is looked at, otherwise what the documentation shows."""
        if self.size == TELEPHONE and not screen.is_for_telephones:
            return False
        if self.language:
            return screen.is_odoo and self.size in screen.kept
        return self.scheme == "light" or (DARK if self.size == DESK else self.size) in screen.kept


LOOKS = (
    Look(DESK), Look(TELEPHONE), Look(DESK, "dark"), Look(TELEPHONE, "dark"),
    *(Look(size, language=language) for language in languages.LANGUAGES for size in SIZES),
)


def main(names: Sequence[str] = ()) -> int:
    """Make a picture of each screen: into static/description and var/screens.

    :param names: of screens; all of them where it is empty
    """
    from playwright.sync_api import sync_playwright  # only the environment has it

    program, environ = chromium.ensure(), os.environ | fonts.environ()
    stack.down(VAR)
    site(VAR).remove()
    (VAR / "pictures").mkdir(parents=True, exist_ok=True)
    connection = stack.up(VAR, history.A_DAY)
    started = time.monotonic()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=program, env=environ,
                args=["--no-sandbox"] if os.geteuid() == 0 else [],
            )
            studio = Studio(browser, connection, started + MINUTES * 60)
            studio.take_all(names)
            browser.close()
    finally:
        stack.down(VAR)
    if studio.wrong:
        raise Failure("Not every screen is as it should be:\n" + "\n".join(studio.wrong))
    say(f"  {studio.count} pictures in {(time.monotonic() - started) / 60:.1f} minutes:")
    say(f"  {KEPT}\n  {VAR / 'pictures'}")
    return 0


class Studio:
    """
    :param dict connection: of a stack that has a day behind it
    :param float deadline: of the monotonic clock
    """

    def __init__(self, browser, connection: dict[str, str], deadline: float):
        self.browser, self.connection, self.deadline = browser, connection, deadline
        self.staff = Staff(connection)
        self.count = 0
        self.wrong: list[str] = []

    def take_all(self, names: Sequence[str]) -> None:
        with step("translating Odoo, and making a dark back end possible"):
            dark.make_possible(self.staff)
            self._translate()
        for look in LOOKS:
            language = LANGUAGES[look.language]
            self.staff.call("res.users", "write", [self._user()], {"lang": language})
            everything = Screens(self.connection, self.staff, language).all()
            if unknown := set(names) - {screen.name for screen in everything}:
                raise Failure(f"No such screen: {', '.join(sorted(unknown))}")
            self._take(look, [
                screen for screen in everything
                if look.is_of(screen) and (not names or screen.name in names)
            ])

    def _take(self, look: Look, wanted: list[Screen]) -> None:
        width, height = SIZES[look.size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=look.scheme)
        context.add_cookies([{
            "name": dark.COOKIE, "value": look.scheme, "url": self.connection["odoo_url"]}])
        page = context.new_page()
        page.set_default_timeout(FIRST_SECONDS * 1000)
        page.set_default_navigation_timeout(FIRST_SECONDS * 1000)
        terms = looks.terms(look.language)
        with step(f"{look.name}: logging in"):
            self._log_in(page)
            self._hold(look)
        for screen in wanted:
            if time.monotonic() > self.deadline:
                raise Failure(f"After {MINUTES} minutes {screen.name}-{look.name} and what is "
                              "after it have not been taken.")
            file = VAR / "pictures" / f"{screen.name}-{look.name}.png"
            with step(file.name):
                try:
                    page.set_viewport_size({"width": width, "height": height})
                    open_screen(page, screen)
                    is_dark = look.scheme == "dark"
                    found = looks.faults(page, terms, is_dark) if screen.is_odoo else []
                    self._whole(page, width, height)
                    page.screenshot(path=file)
                except Exception as error:
                    self.wrong.append(f"{file.name}: {error}")
                    continue
                self.count += 1
                page.set_default_timeout(SECONDS * 1000)
                self.wrong += [f"{file.name}: {fault}" for fault in found]
            if look.name in screen.kept:
                other = look.name.removeprefix(DESK)
                _keep(file, height, f"{screen.name}{'-' * (look.size != DESK)}{other}.png")
        context.close()

    @staticmethod
    def _whole(page, width: int, height: int) -> None:
        """A form or a dialog may be longer than a window."""
        longer = page.evaluate(LONGER)
        if longer:
            page.set_viewport_size({"width": width, "height": min(height + longer, HIGHEST)})
            page.wait_for_timeout(300)

    def _translate(self) -> None:
        codes = [LANGUAGES[language] for language in languages.LANGUAGES]
        found = self.staff.search_read(
            "res.lang", [("code", "in", codes)], ["id"], context={"active_test": False})
        wizard = self.staff.call("base.language.install", "create", {
            "lang_ids": [(6, 0, [language["id"] for language in found])], "overwrite": False})
        self.staff.call("base.language.install", "lang_install", [wizard])

    def _hold(self, look: Look) -> None:
        """Somebody checks out: a hold lasts 15 minutes, and all looks together about as long."""
        answer = Shop(self.connection, VAR).erp("POST", "/api/inventory/reservations", json={
            "reservation_id": f"HOLD-{look.name}", "items": [{"sku": SKU, "quantity": 1}]})
        answer.raise_for_status()

    def _user(self) -> int:
        return self.staff.one("res.users", [("login", "=", self.connection["admin_login"])])["id"]

    def _log_in(self, page) -> None:
        page.goto(f"{self.connection['odoo_url']}/web/login")
        page.locator("input[name=login]").fill(self.connection["admin_login"])
        page.locator("input[name=password]").fill(self.connection["admin_password"])
        page.locator("form.oe_login_form button[type=submit]").click()
        page.wait_for_url("**/odoo**")


def open_screen(page, screen: Screen) -> None:
    page.goto(screen.address)
    page.locator(screen.ready).first.wait_for()
    if screen.opens:
        page.evaluate(OPEN, [screen.opens.action, screen.opens.context])
        page.locator(screen.opens.opened).first.wait_for()
    page.wait_for_timeout(CODE_MS if page.locator(".ace_editor").count() else SETTLED_MS)
    page.locator(".o_loading_indicator").wait_for(state="hidden")
    page.evaluate(DRAW)


def _keep(picture: Path, height: int, name: str) -> None:
    """What a window shows of it, with a palette: a third of the size, and to the eye the same."""
    from PIL import Image

    small, whole = io.BytesIO(), Image.open(picture).convert("RGB")
    whole.crop((0, 0, whole.width, min(whole.height, height))).quantize(
        COLOURS, dither=Image.Dither.NONE
    ).save(small, "PNG", optimize=True)
    (KEPT / name).write_bytes(small.getvalue())
