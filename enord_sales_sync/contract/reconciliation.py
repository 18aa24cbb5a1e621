"""What a storefront has of every SKU, held against what the ERP has."""

from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from .quantities import Level, Units
from .requests import Request
from .responses import Answer
from .texts import LocationCode, Sku

#: As many as a body may have, with the longest SKUs too (``strict_json.MAX_VALUES``, 1 MiB).
MAX_ITEMS = 3_000


class StockOfSku(Request):
    sku: Sku
    qty: Level


class Reconciliation(Request):
    """``POST /api/inventory/reconciliation``: the stock as the storefront shows it."""

    items: Annotated[list[StockOfSku], Field(max_length=MAX_ITEMS)]
    """Each SKU once."""
    location_code: LocationCode | None = None
    """Where the units are; left out, the quantities are those of all locations together."""
    complete: bool = False
    """Whether these are all SKUs that the storefront sells: then one that the ERP sells and that is
    not among them is a difference. Left out: they are not."""

    @field_validator("items")
    @classmethod
    def _each_sku_once(cls, items):
        seen = set()
        for item in items:
            if item.sku in seen:
                raise PydanticCustomError("duplicate", "expected each SKU once")
            seen.add(item.sku)
        return items


class StockDifference(Answer):
    """One SKU that the two do not have alike."""

    sku: str
    qty: Units | None
    """What the ERP has; null: it does not sell it."""
    yours: Units | None
    """What the storefront has; null: it was not among the items."""
    kind: Literal["differs", "not_sold", "missing", "being_told"]
    """``being_told``: an event about it is on its way, and it is no drift."""


class Reconciled(Answer):
    """What differs, by SKU."""

    compared: int
    drift: int
    """Differences other than those of which an event is on its way."""
    differences: list[StockDifference]
