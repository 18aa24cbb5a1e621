"""ruff over everything, pylint-odoo over the add-ons."""

import subprocess
import sys

from . import paths, recipes
from .progress import say


def main() -> int:
    """Check the sources with ruff and pylint-odoo."""
    checks = [["ruff", "check", "."]]
    if addons := recipes.installable_addons():
        checks.append(["pylint", "--rcfile=.pylintrc", *addons, *paths.BESIDE_NEIGHBOURS])
    failed = 0
    for tool, *arguments in checks:
        say(" ".join((tool, *arguments)))
        command = [sys.executable, "-m", tool, *arguments]
        failed |= subprocess.run(command, cwd=paths.REPOSITORY).returncode
    return 1 if failed else 0
