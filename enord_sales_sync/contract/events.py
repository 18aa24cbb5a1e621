"""Events that Odoo sends (specification, sections 4.1 and 4.2).

The bodies are built by the models; these classes say what a body may look like, for the tests and
for the API document.
"""

import json
from datetime import datetime, timezone
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .quantities import MAX_QUANTITY, Units

TEST = "test"
CATALOG_UPDATE = "catalog.update"
INVENTORY_CHANGE = "inventory.change"
WrittenAt = Annotated[datetime, Field(description=(
    "When the event was written, to be sent; the same for every repeat. When the change was "
    "committed is in the header X-Event-Recorded-At."
))]


class NumberedEvent(BaseModel):
    """What an event has beside the members that the specification names, unless the storefront's
    settings leave it out. The signature covers it, as it does not cover the headers."""

    event_id: str | None = Field(
        None, description="The same for every repeat: what you have applied, acknowledge and drop.",
    )
    sequence: int | None = Field(
        None, gt=0, lt=2**53,
        description="Grows with every newer truth. Drop an event whose number is not greater than "
                    "the one you have of the same SKU and location, or group.",
    )


class Data(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class CatalogVariant(Data):
    """One sellable SKU."""

    sku: str
    variant_title: str
    """What tells it from the other variants."""
    selling_price: float
    """In the storefront's currency; with or without taxes as the ERP's administrator has it."""
    mrp: float
    """Maximum retail price; where there is none, the selling price."""
    current_stock: Units
    """The total over the storefront's locations. Its changes come as ``inventory.change`` alone."""
    specifications: dict[str, str]
    """By the name of the attribute."""
    media_assets: list[str]
    """Public links to pictures, the main one first. A link never shows another picture, and ends
    when the picture is replaced or withdrawn; it may be cached for a day, or copied."""


class CatalogProduct(Data):
    """A product with all its variants: it replaces whatever was known of ``group_id``."""

    group_id: str
    """Of the product. Where it is given another one, the former one is withdrawn."""
    group_name: str
    description: str
    category_path: list[str]
    """The outermost first."""
    tax_code: str
    """Empty where there is none."""
    is_active: bool
    """False: it is not sold any more, and has no variants here."""
    variants: list[CatalogVariant]


class CatalogUpdate(NumberedEvent):
    event_type: Literal["catalog.update"]
    timestamp: WrittenAt
    data: CatalogProduct


class StockLevel(Data):
    """What can be sold of one SKU from one location."""

    sku: str
    location_code: str
    new_quantity: Units
    """Absolute: what can be sold of the SKU from this location; never below 0."""
    unlimited: bool = False
    """There, and true, where the ERP makes or buys the SKU for each order: the quantity is then the
    most that one order may ask for, and does not fall."""
    change_reason: str
    """For people and statistics: ``SALE``, ``ONLINE_SALE``, ``POS_SALE``, ``STOCK_RECEIPT``,
    ``RETURN``, ``ADJUSTMENT``, ``INTERNAL_USE``, ``SCRAP``, ``TRANSFER``, ``PRODUCTION``,
    ``RESERVATION``, ``RELEASE``, ``EXPIRY`` or ``RESYNC`` (told again); there may be others."""


class InventoryChange(NumberedEvent):
    event_type: Literal["inventory.change"]
    timestamp: WrittenAt
    data: StockLevel


class Trial(Data):
    storefront: str
    """Its name in the ERP."""


class TrialEvent(NumberedEvent):
    event_type: Literal["test"]
    timestamp: WrittenAt
    data: Trial


def timestamp(moment):
    """``2024-01-20T10:00:00Z`` (RFC 3339, UTC, whole seconds) of a naive UTC datetime."""
    return moment.replace(tzinfo=timezone.utc, microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def quantity(value):
    """A quantity as JSON has it: whole numbers are integers, sums have no binary noise."""
    value = round(float(value), 6)
    return int(value) if value == int(value) else value


def without_limit(value):
    """``{"unlimited": True}`` of the quantity of what is sold without a stock limit, else nothing.
    """
    return {"unlimited": True} if value >= MAX_QUANTITY else {}


def encode(event_type, moment, data):
    """The bytes of an event as the specification has it, the same for the same content.

    :param datetime moment: naive UTC
    :param dict data: see :class:`CatalogProduct`, :class:`StockLevel` and :class:`Trial`
    """
    body = {"event_type": event_type, "timestamp": timestamp(moment), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def numbered(body, event_id, sequence):
    """An event with the members of :class:`NumberedEvent`.

    :param bytes body: from :func:`encode`
    """
    return b'%s,"event_id":%s,"sequence":%d}' % (
        body.removesuffix(b"}"), json.dumps(event_id).encode(), sequence,
    )
