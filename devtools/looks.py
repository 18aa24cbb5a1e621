"""What a machine sees of how a page looks: cut, technical, untranslated, empty, glaring."""

from pathlib import Path

import polib

from . import paths

#: Words of ours that are Odoo's too, and in Hindi Odoo has none for them.
ODOOS = {"Administrator", "Delivered", "Moves", "Not Delivered"}
FAULTS = Path(__file__).with_name("looks.js").read_text()


def faults(
    page, terms: dict[str, str] | None = None, is_dark: bool = False
) -> list[str]:
    """What is wrong with a page of Odoo's, in words.

    :param page: of Playwright
    :param terms: of the add-ons and their translations, where the page is not in English
    :param is_dark: whether it is to be
    """
    return page.evaluate(FAULTS, [terms or {}, is_dark])


def terms(language: str) -> dict[str, str]:
    """``{term: translation}`` of all add-ons; empty for English.

    :param str language: as in :data:`.languages.LANGUAGES`, or ''
    """
    return {
        entry.msgid: entry.msgstr
        for addon in paths.ADDONS if language
        for entry in polib.pofile(
            (paths.REPOSITORY / addon / "i18n" / f"{language}.po").read_text())
        if entry.msgid not in ODOOS
    }
