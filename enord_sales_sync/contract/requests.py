"""Requests that a storefront sends (specification, section 5)."""

import re
from datetime import datetime, timezone
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from .problem import FieldError, Problem
from .strict_json import escape_pointer

MAX_LINES = 500
MAX_QUANTITY = 1_000_000
MAX_PRICE = Decimal(10) ** 12


def _date_time_text(value):
    if not isinstance(value, str):
        raise PydanticCustomError("date_time", "expected an RFC 3339 date-time in a text")
    return value


def _plausible(moment):
    if not 2000 <= moment.year < 2100:
        raise PydanticCustomError("date_time_range", "expected a date between 2000 and 2099")
    return moment.astimezone(timezone.utc)


def _number(value):
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("number", "expected a number")
    return Decimal(value)


def _not_zero(value):
    if value == 0:
        raise PydanticCustomError("zero", "expected a whole number other than 0")
    return value


def _reference(value):
    if not re.fullmatch(r"[^\s/\x00-\x1f\x7f]{1,64}", value):
        raise PydanticCustomError(
            "reference", "expected 1 to 64 characters without spaces and slashes"
        )
    return value


Reference = Annotated[
    str, AfterValidator(_reference),
    WithJsonSchema({"type": "string", "pattern": r"^[^\s/\u0000-\u001f\u007f]{1,64}$"}),
]
Sku = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=256)]
TaxId = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]
DateTime = Annotated[
    AwareDatetime, Field(strict=False), BeforeValidator(_date_time_text), AfterValidator(_plausible)
]
Price = Annotated[
    Decimal, BeforeValidator(_number), Field(ge=0, lt=MAX_PRICE, decimal_places=4),
    WithJsonSchema({
        "type": "number", "minimum": 0, "exclusiveMaximum": int(MAX_PRICE),
        "description": "At most 4 decimals.",
    }),
]
Quantity = Annotated[int, Field(gt=0, le=MAX_QUANTITY)]
QuantityChange = Annotated[
    int, Field(ge=-MAX_QUANTITY, le=MAX_QUANTITY, json_schema_extra={"not": {"const": 0}}),
    AfterValidator(_not_zero),
]


class Request(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True,
    )


class CustomerDetails(Request):
    name: Name
    tax_id: TaxId | None = None


class LineItem(Request):
    sku: Sku
    quantity: Quantity
    unit_price: Price


class SalesOrder(Request):
    """``POST /api/sales/orders`` (section 5.1)."""

    transaction_id: Reference
    transaction_date: DateTime
    customer_details: CustomerDetails
    line_items: Annotated[list[LineItem], Field(min_length=1, max_length=MAX_LINES)]
    reservation_id: Reference | None = None

    def quantities(self):
        """``{sku: units}``, with several lines of one SKU added up."""
        return _sum_by(self.line_items, lambda line: line.sku, lambda line: line.quantity)


class Adjustment(Request):
    sku: Sku
    quantity_change: QuantityChange
    location_code: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class StockAdjustment(Request):
    """``POST /api/inventory/adjust`` (section 5.2)."""

    reference_id: Reference
    adjustments: Annotated[list[Adjustment], Field(min_length=1, max_length=MAX_LINES)]


class SnapshotQuery(Request):
    """``GET /api/inventory/snapshot?location_code=…`` (section 6)."""

    location_code: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    """Only this location's stock; without it the total over all locations."""


def _sum_by(items, key, value):
    totals = {}
    for item in items:
        totals[key(item)] = totals.get(key(item), 0) + value(item)
    return totals


def read(model, value):
    """Make a request model of parsed JSON.

    :raise Problem: 422 with one error for each field that is wrong
    """
    if not isinstance(value, dict):
        raise Problem(
            422, "invalid_request", "The body must be a JSON object.",
            [FieldError("", "object_expected", "expected a JSON object")],
        )
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Problem(
            422, "invalid_request", "Some fields are not as they should be; nothing was written.",
            [_field_error(item) for item in error.errors(include_url=False)],
        ) from error


def _field_error(item):
    pointer = "".join(f"/{escape_pointer(str(token))}" for token in item["loc"])
    if item["type"] == "extra_forbidden":
        return FieldError(pointer, "unknown_field", "this field is not known")
    return FieldError(pointer, item["type"], item["msg"])


def utc_naive(moment: datetime) -> datetime:
    """The same moment as Odoo stores it: UTC without a time zone, whole seconds."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)
