"""ruff over everything, pylint-odoo over the add-ons, their rooms, and their .pot files."""

import subprocess
import sys
from pathlib import Path

from . import paths, recipes, translations
from .progress import say


def main() -> int:
    """Check the sources with ruff and pylint-odoo, who uses whom in the add-on, and that i18n/*.pot
    are up to date."""
    from . import languages, rooms  # need packages that only the environment has

    checks = [["ruff", "check", "."]]
    if addons := recipes.installable_addons():
        checks.append(["pylint", "--rcfile=.pylintrc", *addons, *paths.BESIDE_NEIGHBOURS])
    checks.append(["lint-imports", "--no-cache", "--no-logo"])
    failed = 0
    for tool, *arguments in checks:
        say(" ".join((tool, *arguments)))
        command = [Path(sys.executable).with_name(tool), *arguments]
        failed |= subprocess.run(command, cwd=paths.REPOSITORY).returncode
    say("rooms")
    for problem in rooms.problems(paths.REPOSITORY):
        failed = 1
        say(f"  {problem}")
    say("i18n")
    for file in translations.outdated():
        failed = 1
        say(f"  {file} is not what the sources say: make i18n writes it")
    for template in sorted(paths.REPOSITORY.glob("*/i18n/*.pot")):
        for problem in languages.problems(template):
            failed = 1
            say(f"  {template.parent.relative_to(paths.REPOSITORY)}: {problem}")
    return 1 if failed else 0
