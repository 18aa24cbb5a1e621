"""Answers about holds, orders, availability and the catalogue."""

from typing import Literal

from .events import CatalogProduct
from .moments import Moment
from .quantities import Units
from .responses import AcceptedLine, Answer, NoticeOfOrder, OrderName, OrderState


class HeldItem(Answer):
    """Units of one SKU that are (or were) held at one location."""

    sku: str
    quantity: Units
    location_code: str
    lost: Units = 0
    """Units that were held and are not any more, because they were counted or moved away in the
    ERP; left out where there are none."""


class ReservationState(Answer):
    """Units held for a customer who is checking out."""

    reservation_id: str
    status: Literal["held", "expired", "released", "converted"]
    """``converted``: an order has the units."""
    expires_at: Moment
    """RFC 3339, UTC. From then on the units can be sold to others."""
    items: list[HeldItem]
    transaction_id: str | None
    """The order that it became."""


class Document(Answer):
    """An invoice or a credit note."""

    name: str | None
    state: Literal["draft", "posted", "cancel"]
    amount_total: float
    payment_state: str
    """Odoo's word: not_paid, in_payment, paid, partial, reversed …"""


class Delivery(Answer):
    name: str
    state: str
    """Odoo's word: waiting, confirmed, assigned (ready), done, cancel."""
    location_code: str | None
    tracking_reference: str | None
    delivered_at: Moment | None
    """RFC 3339, UTC."""


class OrderStatus(Answer):
    """What has become of an order."""

    transaction_id: str
    status: OrderState
    order: OrderName
    invoice: Document | None
    credit_note: Document | None
    """The newest of ``credit_notes``."""
    credit_notes: list[Document]
    """All that was credited of the order, oldest first."""
    amount_total: float
    currency: str
    line_items: list[AcceptedLine]
    deliveries: list[Delivery]
    cancellable: bool
    """Whether it can be cancelled through the API: nothing of it is with the customer."""
    notices: list[NoticeOfOrder]
    """What was adapted to accept the order, as its first answer said it."""


class LocationAvailability(Answer):
    location_code: str
    available: Units


class SkuAvailability(Answer):
    """What can be sold of a SKU at this moment, in all and at each location."""

    sku: str
    available: Units
    locations: list[LocationAvailability]
    unlimited: bool = False
    """There, and true, where the ERP makes or buys the SKU for each order."""
    unknown: bool = False
    """True for a SKU that this storefront does not sell; otherwise left out."""


class CataloguePageAnswer(Answer):
    products: list[CatalogProduct]
    """Each as ``data`` of its ``catalog.update``."""
    next_cursor: str | None
    """Null on the last page."""
