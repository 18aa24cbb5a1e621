"""The add-ons' translations, `i18n/<language>.po`: complete, and of the terms that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib

#: ISO 639-1: that of Odoo's many German users, and the one most spoken where Enord sells.
LANGUAGES = ("de", "hi")
#: A tag by its name: titles in it are translated.
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdr]|</?\w+")


def write(template: Path) -> list[Path]:
    """Bring the translations beside a `.pot` file up to date: new terms have no translation yet,
    and what is no term any more is left out."""
    written = []
    for language in LANGUAGES:
        file = template.with_name(f"{language}.po")
        file.write_text(_merged(polib.pofile(template.read_text()), file, language))
        written.append(file)
    return written


def problems(template: Path) -> Iterator[str]:
    """What is missing or wrong in the translations beside a `.pot` file, in words."""
    terms = [entry.msgid for entry in polib.pofile(template.read_text())]
    for language in LANGUAGES:
        file = template.with_name(f"{language}.po")
        translations = _translations(file)
        if missing := [term for term in terms if not translations.get(term)]:
            yield f"{len(missing)} terms are not in {file.name}: “{missing[0]}” …"
        if former := translations.keys() - set(terms):
            yield f"{len(former)} in {file.name} are no terms any more: “{min(former)}” …"
        for term, translation in translations.items():
            if translation and _placeholders(term) != _placeholders(translation):
                yield f"other placeholders or tags in {file.name} than in “{term}”"


def _merged(template: polib.POFile, file: Path, language: str) -> str:
    translations = _translations(file)
    for entry in template:
        entry.msgstr = translations.get(entry.msgid, "")
    template.metadata["Language"] = language
    template.metadata["Plural-Forms"] = "nplurals=2; plural=(n != 1);"
    return f"{str(template).rstrip()}\n"


def _translations(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    return {entry.msgid: entry.msgstr for entry in polib.pofile(file.read_text())}


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))
