"""Answers of the API. The models build them; these classes say what an answer looks like, for the
API document and for the tests, which hold every answer they get against them.

An add-on may add members to an answer, so the document leaves objects open; the tests do not.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .quantities import Units


class Answer(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", use_attribute_docstrings=True)


class Health(Answer):
    """The server and its database work."""

    status: Literal["ok"]


class OrderName(Answer):
    name: str
    """The order's number in Odoo."""
    state: str


class InvoiceSummary(Answer):
    name: str | None
    """The invoice's number; null while it is a draft."""
    state: Literal["draft", "posted", "cancel"]
    amount_total: float
    payment_state: str
    """Whether the ERP has seen the money: ``not_paid``, ``partial``, ``in_payment``, ``paid``."""


OrderState = Annotated[
    Literal["confirmed", "partly_delivered", "delivered", "returned", "cancelled"],
    Field(description=(
        "By what is with the customer, line by line, delivered less come back. "
        "`confirmed`: nothing yet. `partly_delivered`: less than was ordered; more comes while "
        "one of `deliveries` is neither `done` nor `cancel`, and otherwise the rest was given up. "
        "`delivered`: all of it. `returned`: all that was delivered has come back. "
        "`cancelled`: the order was cancelled, and what was invoiced of it credited."
    )),
]


class AcceptedLine(Answer):
    sku: str
    quantity: Units
    unit_price: float
    """As it was sent."""
    reserved_quantity: Units
    """Units that are held for this line now."""
    delivered_quantity: Units
    """Units that are with the customer: delivered, less what has come back."""
    location_code: str
    """Where the units are taken from. A line that no single location can fill is split."""


class NoticeOfOrder(Answer):
    """What was adapted in one place of an accepted order. The order stands."""

    pointer: str
    """JSON Pointer (RFC 6901) into the body; empty for all of it."""
    code: str
    """A stable word for programs; see the table of notices. There may be new ones."""
    detail: str
    """A sentence for people."""


class AcceptedOrder(Answer):
    """The order stands, as it is at this moment; a repeat tells what has become of it."""

    transaction_id: str
    status: OrderState
    order: OrderName
    invoice: InvoiceSummary | None
    """Null while the invoice is still to be made; the order stands all the same."""
    amount_total: float
    """What the order comes to, taxes included, in ``currency``."""
    currency: str
    line_items: list[AcceptedLine]
    notices: list[NoticeOfOrder]
    """What was adapted to accept the order; a repeat says the same."""


class AdjustedLine(Answer):
    sku: str
    quantity_change: Units
    location_code: str
    new_quantity: Units
    """Absolute: what can be sold of the SKU from this location now."""


class AdjustmentDone(Answer):
    """Every line was carried out."""

    reference_id: str
    status: Literal["done"]
    transfers: list[str]
    """Numbers of the stock transfers in Odoo."""
    adjustments: list[AdjustedLine]


class SnapshotItem(Answer):
    """What can be sold of one SKU."""

    sku: str
    qty: Units
    """Over the asked locations together: the sum of what ``inventory.change`` says of each."""


class FieldProblem(BaseModel):
    """One thing that is wrong with one place of the request. What belongs to some codes alone is
    left out of the others."""

    model_config = ConfigDict(strict=True, extra="allow", use_attribute_docstrings=True)

    pointer: str
    """JSON Pointer (RFC 6901) into the body, or the name of a query parameter."""
    code: str
    """A stable word for programs."""
    detail: str
    """A sentence for people."""
    sku: str = ""
    """Which SKU is meant."""
    requested: Units = 0
    """Units that were asked for, in all lines of the SKU together."""
    available: Units = 0
    """Units that there are."""
    limit: Units = 0
    """Units that there may be."""
    left: Units = 0
    """Units of ``limit`` that are not used up."""
    decimals: int = 0
    """Of ``not_divisible``: decimals that a quantity of the SKU may have."""
    sent: float = 0
    """Of ``total_differs``: ``total_amount``."""
    computed: float = 0
    """Of ``total_differs``: what the ERP makes of it."""
    status: str = ""
    """What a reservation is now: ``expired``, ``released`` or ``converted``."""
    transaction_id: str | None = None
    """The order that the reservation became, or that had the payment."""
    differing: list[str] = []
    """Of ``content_differs``: JSON Pointers to what is not the same under one reference."""


class ProblemDetails(Answer):
    """RFC 9457. Nothing was written, unless ``code`` says otherwise."""

    type: str
    title: str
    status: int
    code: str
    """A stable word for programs; see the table of codes."""
    detail: str
    """A sentence for people."""
    errors: list[FieldProblem] = []
