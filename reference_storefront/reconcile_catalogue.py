"""Compare the shop's catalogue with the ERP's, and correct what drifted.

As with stock (`reconcile.py`), a difference is drift only when two readings of the ERP say the
same and no webhook about the group came in meanwhile.
"""

import json
import sqlite3
import time
from dataclasses import dataclass, field, fields, replace

from . import catalogue, clock
from .erp import Erp
from .events import CatalogueUpdate, Variant
from .reconcile import ROUNDS, WEBHOOK_LIMIT_SECONDS, EmptySnapshot
from .store import Store, bump_revision


@dataclass(frozen=True)
class GroupDrift:
    """One group as both sides have it; None where a side does not sell it."""

    group_id: str
    shop: CatalogueUpdate | None
    erp: CatalogueUpdate | None

    @property
    def what(self) -> str:
        if self.shop is None:
            return "missing in the shop"
        if self.erp is None:
            return "no longer sold"
        return "other " + ", ".join(
            one.name
            for one in fields(CatalogueUpdate)
            if getattr(self.shop, one.name) != getattr(self.erp, one.name)
        )


@dataclass
class CatalogueReport:
    compared: int = 0
    drifts: list[GroupDrift] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)


def reconcile_catalogue(
    store: Store, erp: Erp, *, correct: bool = True, settle: float = WEBHOOK_LIMIT_SECONDS
) -> CatalogueReport:
    """Find drift, and unless told otherwise take over what the ERP says.

    What the ERP does not list any more is withdrawn.

    :raise ErpUnreachable, EmptySnapshot: nothing more is changed.
    """
    report = CatalogueReport()
    events, reading = _events(store), _read(erp)
    own = _own(store)
    if not reading and own:
        raise EmptySnapshot
    suspects = own.keys() | reading.keys()
    report.compared = len(suspects)
    suspects = _differing(own, reading, suspects)
    for _round in range(ROUNDS):
        if not suspects:
            break
        time.sleep(settle)
        next_events, again = _events(store), _read(erp)
        # With the write lock held, no webhook comes between looking and correcting.
        with store.transaction() as db:
            own, latest = _own(store), _events(store)
            suspects = _differing(own, again, suspects)
            proven = [
                GroupDrift(group_id, own.get(group_id), _without_stock(again.get(group_id)))
                for group_id in sorted(suspects)
                if _without_stock(again.get(group_id)) == _without_stock(reading.get(group_id))
                and latest.get(group_id) == events.get(group_id)
            ]
            if correct and proven:
                for drift in proven:
                    _correct(db, drift.group_id, again.get(drift.group_id))
                bump_revision(db)
        report.drifts += proven
        suspects -= {drift.group_id for drift in proven}
        events, reading = next_events, again
    report.moving = sorted(suspects)
    return report


def _events(store: Store) -> dict[str, int]:
    """The shop's number of the last event that was taken in about each group."""
    return {
        row["key"]: row["number"]
        for row in store.rows(
            "SELECT key, MAX(number) AS number FROM event"
            " WHERE type = ? AND outcome = 'applied' GROUP BY key",
            CatalogueUpdate.type,
        )
    }


def _read(erp: Erp) -> dict[str, CatalogueUpdate]:
    return {update.group_id: update for update in erp.catalogue() if update.is_active}


def _own(store: Store) -> dict[str, CatalogueUpdate]:
    """The groups that the shop sells."""
    variants: dict[str, list] = {}
    for row in store.rows("SELECT * FROM variant WHERE NOT withdrawn ORDER BY group_id, position"):
        variants.setdefault(row["group_id"], []).append(
            Variant(
                sku=row["sku"],
                title=row["variant_title"],
                price=row["price"],
                mrp=row["mrp"],
                stock=0,
                specifications=json.loads(row["specifications"]),
                images=json.loads(row["images"]),
            )
        )
    return {
        row["group_id"]: CatalogueUpdate(
            group_id=row["group_id"],
            name=row["name"],
            description=row["description"],
            category_path=json.loads(row["category_path"]),
            tax_code=row["tax_code"],
            is_active=True,
            variants=tuple(variants.get(row["group_id"], ())),
        )
        for row in store.rows("SELECT * FROM product_group WHERE is_active")
    }


def _without_stock(update: CatalogueUpdate | None) -> CatalogueUpdate | None:
    """What is compared: the stock is another matter."""
    if update is None:
        return None
    return replace(
        update, variants=tuple(replace(variant, stock=0) for variant in update.variants)
    )


def _differing(own: dict, reading: dict, groups) -> set[str]:
    return {
        group_id
        for group_id in groups
        if own.get(group_id) != _without_stock(reading.get(group_id))
    }


def _correct(db: sqlite3.Connection, group_id: str, update: CatalogueUpdate | None) -> None:
    """Take over what the ERP says, and forget by which event the shop had something else: the next
    webhook counts, however large the sequence was."""
    if update is None:
        catalogue.withdraw(db, group_id)
        return
    [number] = db.execute("SELECT COALESCE(MAX(number), 0) FROM event").fetchone()
    catalogue.put_group(db, update, 0, number, clock.iso(clock.now()))
