"""ruff over everything, pylint-odoo over the add-ons, and their .pot files."""

import subprocess
import sys

from . import paths, recipes, translations
from .progress import say


def main() -> int:
    """Check the sources with ruff and pylint-odoo, and that i18n/*.pot are up to date."""
    checks = [["ruff", "check", "."]]
    if addons := recipes.installable_addons():
        checks.append(["pylint", "--rcfile=.pylintrc", *addons, *paths.BESIDE_NEIGHBOURS])
    failed = 0
    for tool, *arguments in checks:
        say(" ".join((tool, *arguments)))
        command = [sys.executable, "-m", tool, *arguments]
        failed |= subprocess.run(command, cwd=paths.REPOSITORY).returncode
    say("i18n/*.pot")
    for file in translations.outdated():
        failed = 1
        say(f"  {file} is not what the sources say: make i18n writes it")
    return 1 if failed else 0
