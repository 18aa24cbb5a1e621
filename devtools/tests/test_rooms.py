import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import paths, rooms


@pytest.fixture
def repository(tmp_path):
    """A copy of the add-on's sources, with what says the order of its rooms."""
    shutil.copytree(
        paths.REPOSITORY / rooms.ADDON, tmp_path / rooms.ADDON,
        ignore=shutil.ignore_patterns("tests", "static", "i18n", "__pycache__"),
    )
    for name in ("pyproject.toml", "README.rst"):
        shutil.copy(paths.REPOSITORY / name, tmp_path)
    return tmp_path


def add(repository, file, text):
    with (repository / rooms.ADDON / file).open("a") as source:
        source.write(text)


def lint_imports(repository):
    """Exit status and output of import-linter, as make lint runs it."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=repository, capture_output=True, text=True,
    )
    return done.returncode, done.stdout


def test_the_rooms_are_in_order(repository):
    assert lint_imports(repository)[0] == 0
    assert rooms.problems(repository) == []


@pytest.mark.parametrize(("file", "text"), [
    ("models/stock/allocation.py", "from ..catalogue.prices import selling_prices\n"),
    ("models/api/api_call.py", "from ..outbox import webhook_event\n"),
    ("models/customers/contact.py", "from ..invoicing.payment import payment_values\n"),
    ("delivery/backoff.py", "from ..models.outbox.webhook_event import RESYNC\n"),
    ("models/orders/answers.py", "from ...controllers.endpoint import MAX_BODY\n"),
    ("contract/events.py", "from odoo import fields\n"),
])
def test_an_import_from_a_higher_room_is_found(repository, file, text):
    add(repository, file, text)
    status, output = lint_imports(repository)
    assert status != 0
    imported = text.split()[1].replace("...", "").replace("..", "")
    assert imported.rpartition(".")[2] in output


@pytest.mark.parametrize(("room", "text", "named"), [
    ("stock", 'def use(env):\n    return env["enord.catalog.update"]\n', "enord.catalog.update"),
    ("stock", 'def use(env):\n    return "enord.reservation" in env\n', "enord.reservation"),
    ("api", 'class Higher:\n    _inherit = "enord.webhook.event"\n', "enord.webhook.event"),
    ("outbox", 'class Higher:\n    _inherit = ["enord.customer"]\n', "enord.customer"),
    ("checkout", 'field = fields.Many2one("enord.adjustment")\n', "enord.adjustment"),
    ("customers", 'field = fields.Many2one(comodel_name="enord.reservation")\n',
     "enord.reservation"),
])
def test_a_model_of_a_higher_room_is_found(repository, room, text, named):
    (repository / rooms.ADDON / "models" / room / "higher.py").write_text(text)
    (problem,) = rooms.problems(repository)
    assert problem.startswith(f"enord_sales_sync/models/{room}/higher.py:")
    assert f"models/{room} may not use {named} of " in problem


def test_a_lower_model_is_used_and_extended_freely(repository):
    add(repository, "models/orders/answers.py", (
        'class Extended:\n    _inherit = "enord.storefront"\n'
        '    other = fields.Many2one("enord.webhook.event")\n'
        '    def use(self):\n        return self.env["enord.reservation"]\n'
    ))
    assert rooms.problems(repository) == []


def test_a_model_that_no_room_defines_is_found(repository):
    add(repository, "models/orders/answers.py", 'NAME = "enord.storefornt"\n')
    (problem,) = rooms.problems(repository)
    assert "no room defines enord.storefornt" in problem


def test_an_import_that_import_linter_does_not_see_is_found(repository):
    add(repository, "models/stock/allocation.py",
        f"from odoo.addons.{rooms.ADDON}.models.orders.money import OrderMoney\n")
    assert lint_imports(repository)[0] == 0
    (problem,) = rooms.problems(repository)
    assert "relative imports are what is checked" in problem


def test_a_room_without_a_place_and_a_file_without_a_room_are_found(repository):
    models = repository / rooms.ADDON / "models"
    (models / "returns").mkdir()
    (models / "returns" / "__init__.py").touch()
    (models / "refund.py").touch()
    assert rooms.problems(repository) == [
        "enord_sales_sync/models/refund.py is in no room",
        "enord_sales_sync/models/returns is not in the order of rooms (pyproject.toml)",
    ]


def test_a_room_that_is_too_long_is_found(repository):
    add(repository, "models/stock/allocation.py", "#\n" * rooms.LINES_OF_A_ROOM)
    (problem,) = rooms.problems(repository)
    assert problem.startswith("enord_sales_sync/models/stock has ")


def test_too_many_methods_of_the_storefront_are_found_wherever_they_are(repository):
    methods = "".join(
        f"    def method_{number}(self):\n        pass\n"
        for number in range(rooms.STOREFRONT_METHODS)
    )
    for room in ("storefront", "checkout"):
        (repository / rooms.ADDON / "models" / room / "more.py").write_text(
            f'class EnordStorefront:\n    _inherit = "enord.storefront"\n{methods}'
        )
    (problem,) = rooms.problems(repository)
    assert problem.startswith("enord.storefront has ")


def test_the_readme_tells_the_rooms_in_their_order(repository):
    readme = repository / "README.rst"
    row = "``enord_sales_sync/models/stock/``"
    readme.write_text(readme.read_text().replace(row, row.replace("stock", "stocks")))
    (problem,) = rooms.problems(repository)
    assert problem.startswith("README.rst: the map of rooms is ")


@pytest.mark.parametrize("addon", [*paths.ADDONS, *paths.BESIDE_NEIGHBOURS])
def test_odoo_is_told_of_every_test_module(addon):
    """Its own runner looks at the names in ``tests/__init__.py``, pytest at the folders."""
    tests = paths.REPOSITORY / addon / "tests"
    told = [
        alias.name
        for node in ast.walk(ast.parse((tests / "__init__.py").read_text()))
        if isinstance(node, ast.ImportFrom) for alias in node.names
        if alias.name.startswith("test_")
    ]
    assert sorted(told) == sorted(file.stem for file in tests.rglob("test_*.py"))
