"""The add-ons' `i18n/*.pot`: every term that can be translated, as Odoo itself exports them.

And the translations beside them.

Views, fields and menus are terms only in a database, so a copy of the tests' database is asked.
What it says is kept, until a source changes.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import odoo_process, odoo_tree, paths, recipes, template
from .locks import locked
from .progress import say, step
from .sites import site

SCRIPT = Path(__file__).with_name("export_terms.py")
VAR = paths.VAR / "translations"
KEPT = 4
UNUSED_SECONDS = 600


def main() -> int:
    """Write the add-ons' i18n/*.pot, and bring their translations up to date."""
    from . import languages  # needs a package that only the environment has

    written = _exported() | _of_ecommerce()
    for addon, text in written.items():
        file = _file(addon)
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        for changed in (file, *languages.write(file)):
            say(f"  {changed.relative_to(paths.REPOSITORY)}")
    return 0


def outdated() -> list[str]:
    """The `.pot` files that are not what `make i18n` would write.

    Without that of the eCommerce add-on, whose database takes a minute to make: a test of its own
    looks at it where that database is made anyway.
    """
    return [
        str(_file(addon).relative_to(paths.REPOSITORY))
        for addon, text in _exported().items()
        if not _file(addon).is_file() or _file(addon).read_text() != text
    ]


def _file(addon: str) -> Path:
    return paths.REPOSITORY / addon / "i18n" / f"{addon}.pot"


def _exported() -> dict[str, str]:
    tree = odoo_tree.ensure()
    sources = template.sources_hash(*paths.ADDONS)
    parts = [template.base_key(tree), sources, SCRIPT.read_text()]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
    folder = paths.cache() / "translations" / key
    with locked(folder.with_suffix(".lock"), "another export of the terms"):
        if not (folder / "complete").is_file():
            paths.private_folder(folder)
            terms = _export(recipes.installable_addons())
            paths.write_private(folder / "terms.json", json.dumps(terms))
        (folder / "complete").touch()
    for old in paths.unused(folder.parent, KEPT, UNUSED_SECONDS):
        shutil.rmtree(old, ignore_errors=True)
    return json.loads((folder / "terms.json").read_text())


def _of_ecommerce() -> dict[str, str]:
    return _export(paths.BESIDE_NEIGHBOURS, install=True)


def _export(addons: Sequence[str], install: bool = False) -> Mapping[str, str]:
    paths.private_folder(VAR)
    tree = odoo_tree.ensure()
    source = template.ensure("plain", tree)
    names = ",".join(addons)
    with (
        locked(VAR / "command.lock", "another export in this clone"),
        step(f"terms of {names}"),
    ):
        place = site(VAR)
        place.create(source)
        with place.serving() as server:
            config = odoo_process.write_config(VAR, tree, server, place.database)
            if install:
                odoo_process.run_once(config, tree, f"installing {names}", "-i", names)
            printed = odoo_process.run_script(config, tree, SCRIPT, {"ENORD_ADDONS": names})
        place.remove()
    return json.loads(printed.splitlines()[-1])
