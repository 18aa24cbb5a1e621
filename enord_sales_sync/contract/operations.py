"""The API's operations: one declaration for the document, the readable page and the checks.

A route without a declaration here answers nothing but 404 in tests, and a declaration without a
route fails them: see ``tests/test_openapi.py``.
"""

from dataclasses import dataclass, field
from typing import Any

from .problem_codes import PROBLEM_CODES
from .requests import SalesOrder, StockAdjustment
from .responses import AcceptedOrder, AdjustmentDone, Health, SnapshotItem

JSON = "application/json"


@dataclass(frozen=True)
class Parameter:
    """A query parameter.

    :param schema: its JSON Schema; ``{"type": "array", …}`` may be repeated in the query
    """

    name: str
    description: str
    schema: dict = field(default_factory=lambda: {"type": "string", "minLength": 1})
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    :param answers: status to what the body is (a model, a ``list`` of one, or a media type as
        text), for the statuses that are no problem
    :param problems: codes of ``PROBLEM_CODES`` that belong to this operation alone
    :param public: needs no API key
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
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    public: bool = False

    @property
    def is_repeatable(self):
        """Whether a repeat gets the first answer (idempotency)."""
        return set(self.answers) >= {200, 201}

    def problem_codes(self):
        """Every code that this operation may answer with."""
        codes = {"internal_error", "unavailable", "invalid_query", "invalid_parameter"}
        if not self.public:
            codes |= {"unauthorized", "forbidden", "too_many_requests", "not_found"}
        if self.request:
            codes |= {
                "malformed_json", "length_required", "body_too_large", "unsupported_media_type",
                "unsupported_encoding", "invalid_request", "refused", "busy", "bad_request",
            }
        return codes | set(self.problems)

    def statuses(self):
        return {*self.answers, *(PROBLEM_CODES[code].status for code in self.problem_codes())}


LOCATION = Parameter(
    "location_code", "Only this location's stock; without it the total over all locations.",
)

OPERATIONS = [
    Operation(
        "POST", "/api/sales/orders", "createOrder", "Record an online sale",
        {201: AcceptedOrder, 200: AcceptedOrder},
        "A paid cart becomes a confirmed order with reserved stock and an invoice. All or "
        "nothing: where a line is short, nothing is written and the answer says what is there.",
        request=SalesOrder, request_example="sales-order", answer_example="order-accepted",
        problems=("conflict", "out_of_stock", "unknown_sku"),
    ),
    Operation(
        "POST", "/api/inventory/adjust", "adjustInventory", "Take or return units",
        {201: AdjustmentDone, 200: AdjustmentDone},
        "Real stock transfers, carried out at once; all lines or none. Do not use it for "
        "something that is sent as an order as well: the second is refused.",
        request=StockAdjustment, request_example="inventory-adjust",
        answer_example="adjustment-done",
        problems=("conflict", "out_of_stock", "unknown_sku", "unknown_location", "lot_required"),
    ),
    Operation(
        "GET", "/api/inventory/snapshot", "getSnapshot", "Current stock of every SKU",
        {200: list[SnapshotItem], 304: None},
        "For the nightly reconciliation. Ordered by SKU. Send the last ETag as If-None-Match; "
        "send Accept-Encoding: gzip to have it compressed.",
        answer_example="inventory-snapshot", parameters=(LOCATION,),
        problems=("unknown_location",), headers=("ETag",),
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
    """The operation that a request addresses, or none."""
    segments = path.rstrip("/").split("/")
    for operation in OPERATIONS:
        pattern = operation.path.split("/")
        if operation.method == method and len(pattern) == len(segments) and all(
            expected == given or (expected.startswith("{") and given)
            for expected, given in zip(pattern, segments, strict=True)
        ):
            return operation
    return None
