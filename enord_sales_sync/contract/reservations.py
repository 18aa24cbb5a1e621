"""Holding units during checkout, and cancelling an order."""

from typing import Annotated

from pydantic import Field

from .quantities import WHOLE, Quantity
from .requests import MAX_LINES, Request
from .texts import Reason, Reference, Sku, optional

LONGEST_HOLD_SECONDS = 24 * 60 * 60

HoldSeconds = Annotated[int, Field(gt=0, le=LONGEST_HOLD_SECONDS), WHOLE]


class ReservationItem(Request):
    sku: Sku
    quantity: Quantity


class Reservation(Request):
    """``POST /api/inventory/reservations``."""

    reservation_id: Reference
    """Your number of the hold, the same for every repeat."""
    items: Annotated[list[ReservationItem], Field(min_length=1, max_length=MAX_LINES)]
    expires_in_seconds: HoldSeconds | None = None
    """How long from now, up to 86400; the storefront's usual time when left out, and never beyond
    its longest. The answer says until when."""


class ReservationContent(Request):
    """``PUT /api/inventory/reservations/{reservation_id}``: what is to be held, instead of what
    was until now."""

    items: Annotated[list[ReservationItem], Field(min_length=1, max_length=MAX_LINES)]
    expires_in_seconds: HoldSeconds | None = None
    """As in ``POST``, and never beyond the longest time since the reservation was made."""


class ReservationExtension(Request):
    """``PATCH /api/inventory/reservations/{reservation_id}``: hold on, from now."""

    expires_in_seconds: HoldSeconds | None = None
    """How long from now, up to 86400; the storefront's usual time when left out, and never beyond
    the longest time since the reservation was made."""


class OrderCancellation(Request):
    """``POST /api/sales/orders/{transaction_id}/cancel``."""

    reason: optional(Reason) = None
    """For staff, in the order's history; its beginning is on the credit note."""
