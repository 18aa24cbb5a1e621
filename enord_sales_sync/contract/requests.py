"""Requests that a storefront sends (specification, section 5)."""

import re
from datetime import date, datetime, timezone
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
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from .problem import FieldError, Problem
from .strict_json import escape_pointer

MAX_LINES = 500
MAX_QUANTITY = 1_000_000
MAX_PRICE = Decimal(10) ** 12
#: nobody is refused for an address that is merely unusual
EMAIL = r"""^[^\s@,;:<>()\[\]"\\\x00-\x1f]+@[^\s@,;:<>()\[\]"\\\x00-\x1f]+$"""


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


def _date_text(value):
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("date", "expected a date in a text, such as 2024-01-20")
    return value


def _plausible_date(day):
    if not 2000 <= day.year < 2100:
        raise PydanticCustomError("date_range", "expected a date between 2000 and 2099")
    return day


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
Amount = Annotated[
    Decimal, BeforeValidator(_number), Field(gt=0, lt=MAX_PRICE, decimal_places=4),
    WithJsonSchema({
        "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": int(MAX_PRICE),
        "description": "Without parts of the currency's smallest coin.",
    }),
]
Date = Annotated[
    date, Field(strict=False), BeforeValidator(_date_text), AfterValidator(_plausible_date)
]
#: one line of text, without control characters
Line = Annotated[str, StringConstraints(
    strip_whitespace=True, min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$",
)]
Email = Annotated[str, StringConstraints(
    strip_whitespace=True, max_length=254, pattern=EMAIL,
)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Quantity = Annotated[int, Field(gt=0, le=MAX_QUANTITY)]
QuantityChange = Annotated[
    int, Field(ge=-MAX_QUANTITY, le=MAX_QUANTITY, json_schema_extra={"not": {"const": 0}}),
    AfterValidator(_not_zero),
]


class Request(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True,
    )


class Address(Request):
    """A postal address; what is left out is not known."""

    name: Line | None = None
    """Who is addressed, where it is not the customer."""
    street: Line | None = None
    street2: Line | None = None
    city: Line | None = None
    state: Line | None = None
    """Code or name of the state or province, as the ERP has it."""
    zip: Line | None = None
    country: CountryCode | None = None
    """ISO 3166-1 alpha-2; the ERP company's own country where it is left out."""

    @model_validator(mode="after")
    def _not_empty(self):
        if not self.model_fields_set - {"name"}:
            raise PydanticCustomError("empty_address", "expected at least one part of an address")
        return self


class CustomerDetails(Request):
    name: Name
    tax_id: TaxId | None = None
    """Whoever has it already in the ERP is the customer. One that is malformed is kept, too."""
    email: Email | None = None
    phone: Line | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None


class LineItem(Request):
    sku: Sku
    quantity: Quantity
    unit_price: Price
    """What one unit cost the customer, before ``discount_amount``."""
    discount_amount: Price | None = None
    """Taken off the whole line, in the same terms (with or without taxes) as ``unit_price``."""

    @field_validator("discount_amount")
    @classmethod
    def _within_the_line(cls, value, info):
        if {"quantity", "unit_price"} <= info.data.keys():
            _at_most(value, info.data["quantity"] * info.data["unit_price"], "the line's amount")
        return value

    def amount(self):
        """What the line comes to, unrounded."""
        return self.quantity * self.unit_price - (self.discount_amount or 0)


class Payment(Request):
    """Money that the storefront has received for the order."""

    reference: Line
    """The payment provider's number."""
    method: Line
    """As the storefront calls it: ``upi``, ``card``, …"""
    amount: Amount
    date: Date | None = None
    """The day it was received; the day of ``transaction_date`` where it is left out."""


class SalesOrder(Request):
    """``POST /api/sales/orders`` (section 5.1); what the specification lacks is optional."""

    transaction_id: Reference
    """Your number of the order, the same for every repeat."""
    transaction_date: DateTime
    """When the customer bought; RFC 3339 with an offset."""
    customer_details: CustomerDetails
    line_items: Annotated[list[LineItem], Field(min_length=1, max_length=MAX_LINES)]
    reservation_id: Reference | None = None
    """The hold whose units the order takes over."""
    currency: CurrencyCode | None = None
    """Refused where it is not the storefront's."""
    discount_amount: Price | None = None
    """Taken off the order before shipping; shared over the lines in proportion."""
    shipping_charge: Price | None = None
    """In the same terms (with or without taxes) as ``unit_price``."""
    total_amount: Price | None = None
    """What the customer paid for everything, taxes included. Where the ERP computes another
    amount, by more than rounding, the order is refused."""
    payment: Payment | None = None

    @field_validator("discount_amount")
    @classmethod
    def _within_the_order(cls, value, info):
        if lines := info.data.get("line_items"):
            _at_most(value, sum(line.amount() for line in lines), "the lines' amount")
        return value

    def quantities(self):
        """``{sku: units}``, with several lines of one SKU added up."""
        return _sum_by(self.line_items, lambda line: line.sku, lambda line: line.quantity)


def _at_most(value, limit, what):
    if value is not None and value > limit:
        raise PydanticCustomError(
            "discount_too_large", "expected at most {what}, {limit}",
            {"what": what, "limit": str(limit)},
        )


class Adjustment(Request):
    sku: Sku
    quantity_change: QuantityChange
    """Below 0 takes units, above 0 returns them."""
    location_code: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class StockAdjustment(Request):
    """``POST /api/inventory/adjust`` (section 5.2)."""

    reference_id: Reference
    """Your number of the adjustment, the same for every repeat."""
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
