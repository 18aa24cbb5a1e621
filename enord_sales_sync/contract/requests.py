"""Requests that a storefront sends (specification, section 5)."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticCustomError

from .amounts import Amount, Price
from .moments import Date, DateTime
from .problem import FieldError, Problem
from .quantities import Quantity, QuantityChange
from .strict_json import escape_pointer
from .texts import (
    Country,
    CurrencyCode,
    Email,
    ExactLine,
    Line,
    LocationCode,
    Name,
    Reference,
    Sku,
    TaxId,
    optional,
)

MAX_LINES = 500


class Request(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True,
    )
    _sent: dict | None = PrivateAttr(None)

    def sent(self):
        """The body that it was read from, as parsed JSON; nothing where it was made otherwise."""
        return self._sent or {}


class Address(Request):
    """A postal address; what is left out is not known."""

    name: optional(Line) = None
    """Who is addressed, where it is not the customer."""
    street: optional(Line) = None
    street2: optional(Line) = None
    city: optional(Line) = None
    state: optional(Line) = None
    """The state or province: its code, with or without the country's before it (ISO 3166-2), its
    name in a usual spelling, or in India the two digits that begin a GSTIN. One that the ERP does
    not know is kept as text."""
    zip: optional(Line) = None
    country: optional(Country) = None
    """ISO 3166-1, two letters or three, or the name; the ERP company's own country where it is
    left out."""

    def is_empty(self):
        """Whether there is no part of an address, save perhaps a name."""
        return not any(part for name, part in self if name != "name")


def _null_if_empty(address):
    return None if address and address.is_empty() else address


#: Null, or without any part, which is null; of an object without members PHP makes a list.
OptionalAddress = Annotated[
    optional(Address),
    BeforeValidator(lambda value: None if value == [] else value),
    AfterValidator(_null_if_empty),
]


class CustomerDetails(Request):
    """Who bought. A customer is known by a valid ``tax_id``; by ``email``, if the storefront has
    sent it before; by ``name`` only together with the same telephone, address or invalid
    ``tax_id``. Whatever else is sent goes onto this order's invoice and delivery, and does not
    change a customer whom the ERP had already."""

    name: Name
    """Invoice and delivery are made out to it, also where the customer is known by another."""
    tax_id: optional(TaxId) = None
    """Whoever has it already in the ERP is the customer. One that is malformed is kept, too."""
    email: optional(Email) = None
    """One that is malformed is kept, too. Leave it out where you have none: an address that
    several customers share makes them one."""
    phone: optional(Line) = None
    """Anything that a person can dial; what cannot be a number is kept, too."""
    billing_address: OptionalAddress = None
    """The customer's own address where it is left out."""
    shipping_address: OptionalAddress = None
    """Where it is left out: ``billing_address``, or the customer's own."""


class LineItem(Request):
    sku: Sku
    quantity: Quantity
    """In the product's unit; parts of it only where that can be divided, as a kilogram can, and at
    most 6 decimals."""
    unit_price: Price
    """What one unit cost the customer, before ``discount_amount``. At most 4 decimals."""
    discount_amount: Price | None = None
    """Taken off the whole line, in the same terms (with or without taxes) as ``unit_price``; at
    most what the line comes to."""

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

    reference: ExactLine
    """The payment provider's number. With one ``method`` it pays one order of the storefront: 409
    ``payment_reference_used`` for a second one, also where the first was cancelled."""
    method: ExactLine
    """As the storefront calls it: ``upi``, ``card``, …"""
    amount: Amount
    """Without parts of the currency's smallest coin. Where it is more than the order comes to,
    ``notices`` of the answer say ``overpaid``."""
    date: optional(Date) = None
    """The day it was received; where it is left out the day of ``transaction_date`` where the ERP's
    company is."""


class SalesOrder(Request):
    """``POST /api/sales/orders`` (section 5.1); what the specification lacks is optional."""

    transaction_id: Reference
    """Your number of the order, the same for every repeat."""
    transaction_date: DateTime
    """When the customer bought; RFC 3339 with an offset, in the years 2000 to 2099. Parts of a
    second are left out."""
    customer_details: CustomerDetails
    line_items: Annotated[list[LineItem], Field(min_length=1, max_length=MAX_LINES)]
    reservation_id: optional(Reference) = None
    """The hold whose units the order takes over."""
    currency: optional(CurrencyCode) = None
    """Refused where it is not the storefront's."""
    discount_amount: Price | None = None
    """Taken off the order before shipping; shared over the lines in proportion, and at most what
    they come to."""
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
    location_code: LocationCode
    """As ``inventory.change`` and ``GET /api/inventory/availability`` have it."""


class StockAdjustment(Request):
    """``POST /api/inventory/adjust`` (section 5.2)."""

    reference_id: Reference
    """Your number of the adjustment, the same for every repeat."""
    adjustments: Annotated[list[Adjustment], Field(min_length=1, max_length=MAX_LINES)]


class SnapshotQuery(Request):
    """``GET /api/inventory/snapshot?location_code=…`` (section 6)."""

    location_code: LocationCode | None = None
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
        request = model.model_validate(value)
    except ValidationError as error:
        raise Problem(
            422, "invalid_request", "Some fields are not as they should be; nothing was written.",
            [_field_error(item) for item in error.errors(include_url=False)],
        ) from error
    request._sent = value
    return request


def _field_error(item):
    pointer = "".join(f"/{escape_pointer(str(token))}" for token in item["loc"])
    if item["type"] == "extra_forbidden":
        return FieldError(pointer, "unknown_field", "this field is not known")
    if item["type"] == "model_type":
        return FieldError(pointer, "object_expected", "expected a JSON object")
    return FieldError(pointer, item["type"], item["msg"])
