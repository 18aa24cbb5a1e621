"""The wire runs without Odoo: ``contract`` is imported as a package of its own, so that the
add-on's ``__init__``, which needs Odoo, stays out of it."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "enord_sales_sync"))
# for what its tests have in common with those of the wire
sys.path.append(str(ROOT / "enord_sales_sync" / "tests"))

EXAMPLES = ROOT / "enord_sales_sync" / "contract" / "examples"


@pytest.fixture
def example():
    """The specification's own examples, as bytes, by name."""
    return lambda name: (EXAMPLES / f"{name}.json").read_bytes()
