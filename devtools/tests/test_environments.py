"""The shop stands on packages of its own, which its two requirements files name."""

import ast
import re
import subprocess
import sys

import pytest

from devtools import environment, paths

SHOP = paths.REPOSITORY / "reference_storefront"


def pinned(file):
    return dict(
        re.fullmatch(r"([a-z0-9-]+)==([^\s;]+)( ; .*)?", line).groups()[:2]
        for line in file.read_text().splitlines()
    )


def imported(folder):
    """Top-level names that the Python files of `folder` import from elsewhere."""
    names = set()
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"reference_storefront"}


def test_the_shop_imports_only_what_its_own_requirements_pin():
    for_use, for_tests = map(pinned, environment.STOREFRONT.files)
    assert imported(SHOP) and imported(SHOP) <= set(for_use)
    assert imported(SHOP / "tests") <= set(for_use) | set(for_tests)


def test_odoos_environment_has_nothing_that_only_the_shop_needs():
    of_odoo = set().union(*map(pinned, environment.ODOO.files))
    assert not of_odoo & {"flask", "waitress", "itsdangerous", "blinker"}


@pytest.mark.parametrize("name", ["pydantic", "odoo", "psycopg2"])
def test_nothing_of_odoos_can_be_imported_in_the_shops_environment(name):
    command = [environment.ensure(environment.STOREFRONT), "-c", f"import {name}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={})
    assert f"No module named '{name}'" in done.stderr


def test_each_environment_has_a_key_of_its_own_requirements(tmp_path):
    file = tmp_path / "requirements.txt"
    packages = environment.Packages("venv-test", "a test's", "0 MB", (file,))
    environment.locked_file(file).write_text("flask==3.1.3\n")
    before = environment.key(packages)
    environment.locked_file(file).write_text("flask==3.1.2\n")
    assert environment.key(packages) != before
    assert environment.python(packages).parts[-4] == "venv-test"
