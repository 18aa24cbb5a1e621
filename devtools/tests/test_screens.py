"""The pictures of screens: those that the documentation shows are there, and no others."""

import inspect
import re

import pytest

from devtools import paths, screens, screenshots, stack
from devtools.screens import BOTH, DARK, DESK, FORM, VIEWS, Screen

DESCRIPTION = paths.REPOSITORY / screens.MODULE / "static" / "description"
PICTURES = re.compile(r'(?:image:: |src=")(\S+\.png)')
MOST_BYTES = 2_500_000


def shown(file):
    """The pictures that a page shows."""
    return {(file.parent / name).resolve() for name in PICTURES.findall(file.read_text())}


@pytest.mark.parametrize("page", [
    "README.rst", "doc/screens.rst", "enord_sales_sync/static/description/index.html",
])
def test_each_picture_on_a_page_is_there(page):
    pictures = shown(paths.REPOSITORY / page)
    assert pictures
    assert not [picture for picture in pictures if not picture.is_file()]


def test_each_picture_that_is_kept_is_shown():
    kept = {*DESCRIPTION.glob("*.png")} - {DESCRIPTION / "icon.png"}
    assert kept == shown(paths.REPOSITORY / "doc" / "screens.rst")


def test_together_they_are_small():
    assert sum(file.stat().st_size for file in DESCRIPTION.glob("*.png")) < MOST_BYTES


def test_stacks_of_tests_and_benchmarks_have_no_history():
    assert inspect.signature(stack.up).parameters["beginning"].default is stack.FRESH


@pytest.mark.parametrize("screen, taken", [
    (Screen("a menu's form", "", FORM), "desk telephone"),
    (Screen("shown", "", FORM, (DESK,)), "desk telephone desk-de desk-hi"),
    (Screen("also dark and small", "", FORM, (*BOTH, DARK)),
     "desk telephone desk-dark telephone-dark desk-de telephone-de desk-hi telephone-hi"),
    (Screen("a graph", "", VIEWS["graph"], (DESK,)), "desk desk-de desk-hi"),
    (Screen("the shop, which is English", "", "main", BOTH, is_odoo=False),
     "desk telephone telephone-dark"),
])
def test_what_is_shown_is_taken_in_each_way(screen, taken):
    assert [look.name for look in screenshots.LOOKS if look.is_of(screen)] == taken.split()
