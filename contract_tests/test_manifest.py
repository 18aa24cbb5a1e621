"""What Odoo checks before it installs the add-on: a wrong version in the middle of an installation
leaves a company without a chart of accounts."""

import ast
import importlib.metadata

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

MANIFEST = ast.literal_eval((ROOT / "enord_sales_sync" / "__manifest__.py").read_text())
NEEDED = {
    Requirement(text).name: Requirement(text)
    for text in MANIFEST["external_dependencies"]["python"]
}


@pytest.mark.parametrize("version", ["1.9.0", "1.10.4", "1.10.26", "2.0", "2.0.3"])
def test_a_pydantic_that_is_too_old_is_refused(version):
    assert version not in NEEDED["pydantic"].specifier


@pytest.mark.parametrize("version", ["2.1", "2.1.1", "2.10.6"])
def test_a_pydantic_that_works_is_taken(version):
    assert version in NEEDED["pydantic"].specifier


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_installed_here_meets_it(name):
    assert importlib.metadata.version(name) in NEEDED[name].specifier


def test_what_versions_are_compared_with_is_asked_for_first():
    assert next(iter(NEEDED)) == "packaging"


def test_debians_package_is_named_for_each():
    needed = MANIFEST["external_dependencies"]
    assert set(needed["apt"]) == set(needed["python"])
