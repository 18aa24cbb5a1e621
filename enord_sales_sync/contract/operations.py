"""The API's operations: one declaration for the document, the readable page and the checks.

A route without a declaration here answers nothing but 404 in tests, and a declaration without a
route fails them: see ``tests/api/test_openapi.py``.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .checkout_responses import (
    CataloguePageAnswer,
    OrderStatus,
    ReservationState,
    SkuAvailability,
)
from .problem_codes import PROBLEM_CODES
from .queries import Availability, CataloguePage
from .reconciliation import Reconciled, Reconciliation
from .requests import SalesOrder, SnapshotQuery, StockAdjustment
from .reservations import (
    OrderCancellation,
    Reservation,
    ReservationContent,
    ReservationExtension,
)
from .responses import AcceptedOrder, AdjustmentDone, Health, SnapshotItem

JSON = "application/json"
#: What an API key may be allowed to do.
SCOPES = {
    "read": "Read stock and the catalogue",
    "sell": "Place, follow and cancel orders, and hold units during a checkout",
    "adjust": "Take and return units without an order",
}


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    :param answers: status to what the body is (a model, a ``list`` of one, or a media type as
        text), for the statuses that are no problem
    :param request: model of the body
    :param query: model of the query parameters
    :param problems: codes of ``PROBLEM_CODES`` that belong to this operation alone
    :param scope: of ``SCOPES``: what an API key must be allowed to do
    :param public: needs no API key, and so has no scope
    """

    method: str
    path: str
    name: str
    summary: str
    answers: dict[int, Any]
    description: str = ""
    request: Any = None
    request_example: str = ""
    answer_example: str = ""
    request_required: bool = True
    query: Any = None
    problems: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    scope: str = ""
    public: bool = False

    @cached_property
    def parameters(self):
        """``{name: (JSON Schema, whether it is required)}`` of the query parameters."""
        if self.query is None:
            return {}
        schema = self.query.model_json_schema()
        return {
            name: (member, name in schema.get("required", ()))
            for name, member in schema["properties"].items()
        }

    @property
    def is_repeatable(self):
        """Whether a repeat does nothing, and says so (idempotency)."""
        return self.method == "POST" and set(self.answers) >= {200, 201}

    def problem_codes(self):
        """Every code that this operation may answer with."""
        codes = {
            "internal_error", "unavailable", "invalid_query", "invalid_parameter",
            "unknown_database", "database_not_named", "bad_request",
            "headers_too_large",
        }
        if not self.public:
            codes |= {
                "unauthorized", "forbidden", "insufficient_scope", "address_not_allowed",
                "https_required", "too_many_requests", "rate_limited", "not_found",
            }
            if self.method != "GET":
                codes.add("storefront_not_live")
        if self.request:
            codes |= {
                "malformed_json", "length_required", "body_too_large", "unsupported_media_type",
                "unsupported_encoding", "invalid_request", "refused", "busy",
            }
        return codes | set(self.problems)

    def statuses(self):
        return {*self.answers, *(PROBLEM_CODES[code].status for code in self.problem_codes())}


OPERATIONS = [
    Operation(
        "POST", "/api/sales/orders", "createOrder", "Record an online sale",
        {201: AcceptedOrder, 200: AcceptedOrder},
        "A paid cart becomes a confirmed order with reserved stock and an invoice. All or "
        "nothing: where a line is short, nothing is written and the answer says what is there. "
        "Sent again, it is the same order, and the answer tells its present state.",
        request=SalesOrder, request_example="sales-order", answer_example="order-accepted",
        problems=(
            "conflict", "payment_reference_used", "out_of_stock", "unknown_sku",
            "unknown_reservation",
            "reservation_converted", "total_differs", "not_confirmed",
        ),
        scope="sell",
    ),
    Operation(
        "GET", "/api/sales/orders/{transaction_id}", "getOrder", "What has become of an order",
        {200: OrderStatus}, answer_example="order-status",
        scope="sell",
    ),
    Operation(
        "POST", "/api/sales/orders/{transaction_id}/cancel", "cancelOrder", "Cancel an order",
        {200: OrderStatus},
        "Gives its units free, cancels it and credits its invoice. Cancelling again changes "
        "nothing. The body may be left out.",
        request=OrderCancellation, request_example="order-cancellation", request_required=False,
        answer_example="order-cancelled", problems=("needs_return",),
        scope="sell",
    ),
    Operation(
        "POST", "/api/inventory/adjust", "adjustInventory", "Take or return units",
        {201: AdjustmentDone, 200: AdjustmentDone},
        "Real stock transfers, carried out at once; all lines or none. Do not use it for "
        "something that is sent as an order as well: the second is refused.",
        request=StockAdjustment, request_example="inventory-adjust",
        answer_example="adjustment-done",
        problems=(
            "conflict", "out_of_stock", "unknown_sku", "unknown_location", "lot_required",
            "return_limit",
        ),
        scope="adjust",
    ),
    Operation(
        "POST", "/api/inventory/reservations", "createReservation",
        "Hold units for a customer who is checking out",
        {201: ReservationState, 200: ReservationState},
        "All items or none. Nobody else can buy the units until ``expires_at``. Name the "
        "reservation in the order, which then takes over its units; an order after it has "
        "expired is accepted as far as there is stock. Sent again, it is the same hold, and the "
        "answer tells its present state: 200 while it is held, 409 afterwards.",
        request=Reservation, request_example="reservation", answer_example="reservation-held",
        problems=(
            "conflict", "out_of_stock", "unknown_sku", "reservation_too_large",
            "reservation_limit", "reservation_ended", "reservation_converted",
        ),
        scope="sell",
    ),
    Operation(
        "PUT", "/api/inventory/reservations/{reservation_id}", "putReservation",
        "Hold these items, whatever was held before",
        {201: ReservationState, 200: ReservationState},
        "Makes a hold, or changes one that is held: one step, in which nobody else gets the units "
        "that stay. Where it cannot be done, what was held stays held, until when it was. A hold "
        "that has ended begins anew. 201 where nothing was held before.",
        request=ReservationContent, request_example="reservation-content",
        answer_example="reservation-held",
        problems=(
            "out_of_stock", "unknown_sku", "reservation_too_large", "reservation_limit",
            "reservation_converted",
        ),
        scope="sell",
    ),
    Operation(
        "GET", "/api/inventory/reservations/{reservation_id}", "getReservation",
        "What is held, and until when", {200: ReservationState}, answer_example="reservation-held",
        scope="sell",
    ),
    Operation(
        "PATCH", "/api/inventory/reservations/{reservation_id}", "extendReservation",
        "Hold on", {200: ReservationState},
        "From now, up to the storefront's longest time since the reservation was made. The body "
        "may be left out.",
        request=ReservationExtension, request_example="reservation-extension",
        request_required=False, answer_example="reservation-held",
        problems=("reservation_ended", "reservation_converted"),
        scope="sell",
    ),
    Operation(
        "DELETE", "/api/inventory/reservations/{reservation_id}", "releaseReservation",
        "Give the units free", {200: ReservationState},
        "Once or more often; of one that has expired it changes nothing.",
        answer_example="reservation-released", problems=("reservation_converted", "busy"),
        scope="sell",
    ),
    Operation(
        "GET", "/api/inventory/availability", "getAvailability",
        "What can be sold of some SKUs at this moment", {200: list[SkuAvailability]},
        query=Availability, answer_example="availability",
        scope="read",
    ),
    Operation(
        "GET", "/api/catalog/products", "getCatalogue", "All products, page by page",
        {200: CataloguePageAnswer},
        "For the first load and for reconciliation. A product that is there during all of the "
        "walk is seen once; one that is not listed is not sold.",
        query=CataloguePage, answer_example="catalogue-page", problems=("filter_broken",),
        scope="read",
    ),
    Operation(
        "GET", "/api/inventory/snapshot", "getSnapshot", "Current stock of every SKU",
        {200: list[SnapshotItem], 304: None},
        "For the nightly reconciliation. Ordered by SKU. Send the last ETag as If-None-Match; "
        "send Accept-Encoding: gzip to have it compressed.",
        answer_example="inventory-snapshot", query=SnapshotQuery,
        problems=("unknown_location", "filter_broken"), headers=("ETag",),
        scope="read",
    ),
    Operation(
        "POST", "/api/inventory/reconciliation", "reconcile",
        "Tell what you show, and learn what differs", {200: Reconciled},
        "Optional. Staff see each check, with its drift, and can have it corrected by events. It "
        "changes nothing.",
        request=Reconciliation, request_example="reconciliation", answer_example="reconciled",
        problems=("unknown_location", "filter_broken"),
        scope="read",
    ),
    Operation(
        "GET", "/api/health", "getHealth", "Whether the server and its database work",
        {200: Health}, public=True,
    ),
    Operation(
        "GET", "/api/openapi.json", "getDocument", "This document",
        {200: JSON}, public=True,
    ),
    Operation(
        "GET", "/api/docs", "getDocs", "This document as a readable page",
        {200: "text/html"}, public=True,
    ),
]


def find(method, path):
    """The operation that a request addresses, or none. Whoever may GET may ask for the HEAD."""
    method = "GET" if method == "HEAD" else method
    segments = path.rstrip("/").split("/")
    for operation in OPERATIONS:
        pattern = operation.path.split("/")
        if operation.method == method and len(pattern) == len(segments) and all(
            expected == given or (expected.startswith("{") and given)
            for expected, given in zip(pattern, segments, strict=True)
        ):
            return operation
    return None


def begins_like_ours(path):
    """Whether a path begins as an operation's does: ``/api/sales``, ``/api//docs``, …"""
    return _beginning(path) in [_beginning(operation.path) for operation in OPERATIONS]


def _beginning(path):
    return [segment for segment in path.split("/") if segment][:2]
