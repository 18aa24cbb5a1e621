"""The one place where the shop calls the ERP (specification, sections 5.1 and 6; holds)."""

import math
import threading
from dataclasses import dataclass

import requests

from .config import Config
from .events import CatalogueUpdate, product
from .problem import Problem

TIMEOUT_SECONDS = 15
# A page waits for a hold, and the customer can go on without one.
HOLD_TIMEOUT_SECONDS = 3
HOLDS = "/api/inventory/reservations"
# A snapshot of many thousand SKUs takes longer to make than an order.
SNAPSHOT_TIMEOUT_SECONDS = 120
# The longest page that there is.
CATALOGUE_PAGE = 200
# The most that one reconciliation takes.
RECONCILIATION_ITEMS = 3_000


class ErpUnreachable(Exception):
    """No answer: nobody knows whether the ERP got the request. Only a repeat can tell."""


class UnknownLocation(Exception):
    """The ERP has no location of this code (any more)."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer of the ERP; `content` is its decoded JSON, None when it was not JSON."""

    status: int
    content: dict | list | None
    replayed: bool
    retry_after: float | None


class _Bearer(requests.auth.AuthBase):
    """As an auth object, because a header would lose against a matching line in ~/.netrc."""

    def __init__(self, key: str):
        self.key = key

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self.key}"
        return request


class Erp:
    def __init__(self, config: Config):
        self._config = config
        self._local = threading.local()

    @property
    def _session(self) -> requests.Session:
        """One per thread, for kept-alive connections; a session is not made to be shared."""
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.auth = _Bearer(self._config.erp_api_key)
            session.headers["X-Odoo-Database"] = self._config.erp_database
            session.headers["Accept"] = "application/json"
        return session

    def _call(self, method: str, path: str, **arguments) -> Answer:
        try:
            response = self._session.request(
                # A redirect would turn this POST into a GET somewhere else.
                method,
                self._config.erp_url + path,
                allow_redirects=False,
                **arguments,
            )
        except requests.RequestException as error:
            # The class only: the text may hold the URL with whatever is in it.
            raise ErpUnreachable(type(error).__name__) from error
        try:
            content = response.json()
        except ValueError:
            content = None
        return Answer(
            status=response.status_code,
            content=content,
            replayed=response.headers.get("Idempotency-Replayed", "").lower() == "true",
            retry_after=_seconds(response.headers.get("Retry-After", "")),
        )

    def post_order(self, body: bytes) -> Answer:
        """POST exactly these bytes to /api/sales/orders.

        :raise ErpUnreachable: on a network error or a timeout.
        """
        return self._call(
            "POST",
            "/api/sales/orders",
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=TIMEOUT_SECONDS,
        )

    def hold(self, reservation_id: str, body: bytes) -> Answer:
        """Hold units while a customer checks out, or hold these instead of others.

        :raise ErpUnreachable: as all calls about holds.
        """
        return self._about_hold("PUT", f"{HOLDS}/{reservation_id}", body)

    def extend_hold(self, reservation_id: str) -> Answer:
        return self._about_hold("PATCH", f"{HOLDS}/{reservation_id}", b"{}")

    def release_hold(self, reservation_id: str) -> Answer:
        return self._about_hold("DELETE", f"{HOLDS}/{reservation_id}")

    def _about_hold(self, method: str, path: str, body: bytes | None = None) -> Answer:
        headers = {"Content-Type": "application/json"} if body else {}
        return self._call(
            method, path, data=body, headers=headers, timeout=HOLD_TIMEOUT_SECONDS
        )

    def snapshot(self, location_code: str | None = None) -> dict[str, int | float]:
        """Sellable quantity by SKU: the total, or what one location has.

        :raise UnknownLocation: 404 or 422 for a location the ERP does not have.
        :raise ErpUnreachable: on a network error, or an answer that is no snapshot.
        """
        answer = self._call(
            "GET",
            "/api/inventory/snapshot",
            params={"location_code": location_code} if location_code else None,
            timeout=SNAPSHOT_TIMEOUT_SECONDS,
        )
        if location_code and answer.status in (404, 422):
            raise UnknownLocation(location_code)
        if answer.status != 200 or not isinstance(answer.content, list):
            raise ErpUnreachable(f"the snapshot answered with status {answer.status}")
        try:
            return {str(row["sku"]): _quantity(row["qty"]) for row in answer.content}
        except (TypeError, KeyError, ValueError):
            raise ErpUnreachable('the snapshot is not [{"sku", "qty"}, ...]') from None

    def tell_stock(self, stock: dict[str, int | float]) -> None:
        """Tell the ERP what the shop shows of all that it sells, for the ERP's staff.

        An ERP need not take it, and the shop does without the answer: it compares by itself.

        :raise ErpUnreachable: on a network error.
        """
        items = [{"sku": sku, "qty": units} for sku, units in stock.items()]
        for start in range(0, len(items), RECONCILIATION_ITEMS):
            part = items[start : start + RECONCILIATION_ITEMS]
            self._call(
                "POST",
                "/api/inventory/reconciliation",
                json={"items": part, "complete": len(part) == len(items)},
                timeout=SNAPSHOT_TIMEOUT_SECONDS,
            )

    def catalogue(self) -> list[CatalogueUpdate]:
        """Every product that the ERP sells.

        :raise ErpUnreachable: on a network error, or an answer that is no catalogue.
        """
        products, cursor = [], None
        while True:
            answer = self._call(
                "GET",
                "/api/catalog/products",
                params={"limit": CATALOGUE_PAGE, **({"cursor": cursor} if cursor else {})},
                timeout=SNAPSHOT_TIMEOUT_SECONDS,
            )
            if answer.status != 200 or not isinstance(answer.content, dict):
                raise ErpUnreachable(f"the catalogue answered with status {answer.status}")
            try:
                products += map(product, answer.content["products"])
                cursor = answer.content["next_cursor"]
            except (TypeError, KeyError, Problem):
                raise ErpUnreachable("the catalogue is not one") from None
            if cursor is None:
                return products


def _quantity(value) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(value)
    return value


def _seconds(text: str) -> float | None:
    """Retry-After as seconds; the date form (RFC 9110, 10.2.3) falls back to our own backoff."""
    return float(text) if text.isascii() and text.isdigit() else None
