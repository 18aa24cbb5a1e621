"""ruff over everything, pylint-odoo and Odoo's checkers over the add-ons, rooms, and .pot files."""

import os
import subprocess
import sys
from pathlib import Path

from . import odoo_tree, paths, recipes, translations
from .progress import say

#: What Odoo's test_lint asks of pylint: https://github.com/odoo/odoo/tree/19.0/odoo/addons/test_lint
ODOOS_CHECKERS = "_odoo_checker_sql_injection,_odoo_checker_gettext,_odoo_checker_unlink_override"
ODOOS_MESSAGES = (
    "sql-injection,missing-gettext,gettext-variable,gettext-placeholders,gettext-repr,"
    "raise-unlink-override,used-before-assignment,undefined-variable,eval-used,unreachable,"
    "function-redefined"
)


def main() -> int:
    """Check the sources with ruff and pylint-odoo, who uses whom in the add-on, and that i18n/*.pot
    are up to date."""
    from . import languages, rooms  # need packages that only the environment has

    addons = [*recipes.installable_addons(), *paths.BESIDE_NEIGHBOURS]
    checks = [
        ["ruff", "check", "."],
        ["pylint", "--rcfile=.pylintrc", *addons],
        ["lint-imports", "--no-cache", "--no-logo"],
    ]
    failed = 0
    # the longest of them, beside the others
    with _odoos(addons) as odoos:
        for tool, *arguments in checks:
            say(" ".join((tool, *arguments)))
            command = [_tool(tool), *arguments]
            failed |= subprocess.run(command, cwd=paths.REPOSITORY).returncode
        say("pylint with the checkers of Odoo's test_lint")
        say(odoos.communicate()[0], end="")
    failed |= odoos.returncode
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


def _odoos(addons: list[str]) -> "subprocess.Popen[str]":
    """pylint with Odoo's checkers, that has begun."""
    checkers = [folder / "test_lint" / "tests" for folder in odoo_tree.ensure().addons]
    command = [
        *(_tool("pylint"), f"--rcfile={os.devnull}", "--disable=all", f"--enable={ODOOS_MESSAGES}"),
        *("--score=no", f"--load-plugins={ODOOS_CHECKERS}", "--ignore=tests", *addons),
    ]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, checkers))}
    return subprocess.Popen(
        command, cwd=paths.REPOSITORY, env=environ, text=True, stdout=subprocess.PIPE,
    )


def _tool(name: str) -> Path:
    return Path(sys.executable).with_name(name)
