"""Compare the shop's stock with the ERP's snapshot, and correct what drifted (specification 6).

The two are read at different moments, and stock moves: a difference may be a webhook on its way.
So a difference is called drift only when two readings of the ERP, one webhook time limit apart,
say the same, the shop still says something else, and no webhook about it came in meanwhile.
"""

import json
import time
from dataclasses import dataclass, field

from . import clock
from .catalogue import OTHER_LOCATIONS
from .erp import Erp, UnknownLocation
from .products import quantity
from .store import Store, bump_revision

# Specification 4.2: a change of stock reaches the shop within 5 seconds.
WEBHOOK_LIMIT_SECONDS = 5
ROUNDS = 5


class EmptySnapshot(Exception):
    """The ERP lists nothing while the shop sells: somebody's mistake, not an empty warehouse."""


@dataclass(frozen=True)
class Stock:
    """One SKU as one side sees it; `total` is None where the SKU is unknown."""

    total: int | float | None
    by_location: dict = field(default_factory=dict)
    event_number: int = 0
    on_sale: bool = False


UNKNOWN = Stock(None)
NOTHING = Stock(0)


@dataclass(frozen=True)
class Drift:
    sku: str
    shop: Stock
    erp: Stock

    @property
    def correctable(self) -> bool:
        return self.shop.total is not None


@dataclass
class Report:
    compared: int = 0
    drifts: list[Drift] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)


def reconcile(
    store: Store, erp: Erp, *, correct: bool = True, settle: float = WEBHOOK_LIMIT_SECONDS
) -> Report:
    """Find drift, and unless told otherwise correct it.

    :raise ErpUnreachable, EmptySnapshot: nothing more is changed.
    """
    report = Report()
    mark, reading = _latest_event(store), _read_erp(store, erp)
    own = _own_stock(store)
    if not reading and own:
        raise EmptySnapshot
    report.compared = len(own.keys() | reading.keys())
    suspects = _differing(own, reading, own.keys() | reading.keys())
    for _round in range(ROUNDS):
        if not suspects:
            break
        time.sleep(settle)
        next_mark, again = _latest_event(store), _read_erp(store, erp)
        # With the write lock held, no webhook comes between looking and correcting.
        with store.transaction() as db:
            own = _own_stock(store)
            suspects = _differing(own, again, suspects)
            proven = [
                Drift(sku, own.get(sku, UNKNOWN), again.get(sku, NOTHING))
                for sku in sorted(suspects)
                if again.get(sku) == reading.get(sku) and own.get(sku, UNKNOWN).event_number <= mark
            ]
            if correct and proven:
                for drift in proven:
                    _correct(db, drift)
                bump_revision(db)
        report.drifts += proven
        suspects -= {drift.sku for drift in proven}
        mark, reading = next_mark, again
    report.moving = sorted(suspects)
    return report


def shown_stock(store: Store) -> dict[str, int | float]:
    """What the shop shows of every SKU that it sells."""
    return {sku: stock.total for sku, stock in _own_stock(store).items() if stock.on_sale}


def _latest_event(store: Store) -> int:
    return store.row("SELECT COALESCE(MAX(number), 0) AS n FROM event")["n"]


def _own_stock(store: Store) -> dict[str, Stock]:
    """What the shop believes about every SKU it ever heard of."""
    return {
        row["sku"]: Stock(
            quantity(row["stock"]),
            json.loads(row["stock_by_location"]),
            row["event_number"],
            bool(row["sellable"]),
        )
        for row in store.rows("SELECT * FROM product")
    }


def _read_erp(store: Store, erp: Erp) -> dict[str, Stock]:
    """The ERP's totals, and what it has at each location that the shop knows about."""
    totals = erp.snapshot()
    places: dict[str, dict] = {}
    for row in store.rows(
        "SELECT DISTINCT location_code AS code FROM stock WHERE location_code != ?",
        OTHER_LOCATIONS,
    ):
        try:
            places[row["code"]] = erp.snapshot(row["code"])
        except UnknownLocation:
            places[row["code"]] = {}  # closed in the ERP: nothing lies there any more
    return {
        sku: Stock(quantity(total), {code: quantity(at.get(sku, 0)) for code, at in places.items()})
        for sku, total in totals.items()
    }


def _differing(own: dict[str, Stock], reading: dict[str, Stock], skus) -> set[str]:
    return {
        sku
        for sku in skus
        # What neither side sells is nobody's concern.
        if (sku in reading or own.get(sku, UNKNOWN).on_sale)
        and _differs(own.get(sku, UNKNOWN), reading.get(sku, NOTHING))
    }


def _differs(shop: Stock, erp: Stock) -> bool:
    if shop.total != erp.total:
        return True
    return any(
        quantity(units) != erp.by_location.get(code, 0)
        for code, units in shop.by_location.items()
        if code != OTHER_LOCATIONS
    )


def _correct(db, drift: Drift) -> None:
    """Take over the ERP's numbers, and forget by which events the shop had its own.

    Whatever made them wrong, the next webhook is the truth: a sequence that is too large must not
    keep it out until the next night, and the night after.
    """
    if not drift.correctable:
        return  # without a catalog.update there is nothing to put a number on
    places = [code for code in drift.shop.by_location if code != OTHER_LOCATIONS]
    if not places:
        db.execute(
            "UPDATE variant SET catalogue_stock = ?, sequence = 0 WHERE sku = ?",
            (drift.erp.total, drift.sku),
        )
        db.execute(
            "UPDATE product_group SET sequence = 0"
            " WHERE group_id IN (SELECT group_id FROM variant WHERE sku = ?)",
            (drift.sku,),
        )
        return
    now = clock.iso(clock.now())
    for code in places:
        db.execute(
            "UPDATE stock SET quantity = ?, sequence = 0, updated_at = ?"
            " WHERE sku = ? AND location_code = ?",
            (drift.erp.by_location.get(code, 0), now, drift.sku, code),
        )
    elsewhere = quantity(
        drift.erp.total - sum(drift.erp.by_location.get(code, 0) for code in places)
    )
    db.execute(
        "DELETE FROM stock WHERE sku = ? AND location_code = ?", (drift.sku, OTHER_LOCATIONS)
    )
    if elsewhere:
        db.execute(
            "INSERT INTO stock (sku, location_code, quantity, sequence, updated_at, event_number)"
            " VALUES (?, ?, ?, 0, ?, 0)",
            (drift.sku, OTHER_LOCATIONS, elsewhere, now),
        )
