"""An empty list reaches PostgreSQL as '{}', of no type: where none can be guessed, an error."""

import re

import pytest
from conftest import ROOT

PARAMETER = r"%(?:\(\w+\))?s"
ARRAY = re.compile(rf"\b(?:unnest|ANY|ALL)\((?=%)((?:{PARAMETER}|[^()])+)\)", re.IGNORECASE)
FILES = sorted(
    file for addon in ROOT.glob("enord_sales_sync*") for file in addon.rglob("*.py")
    if "tests" not in file.parts and ARRAY.search(file.read_text())
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_array_has_a_type(file):
    for arrays in ARRAY.findall(file.read_text()):
        for array in arrays.split(","):
            assert re.search(r"::\w+\[\]$", array), f"{file.name}: {array}"


def test_the_arrays_are_found():
    assert len(FILES) >= 5
