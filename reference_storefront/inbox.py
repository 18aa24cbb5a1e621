"""The log of received webhooks, and the one transaction that takes an event in."""

import json
import sqlite3
from dataclasses import dataclass

from . import catalogue, clock
from .events import CatalogueUpdate, InventoryChange
from .store import Store, bump_revision

KEEP_EVENTS = 50_000
PRUNE_EVERY = 256


@dataclass(frozen=True)
class Delivery:
    """One HTTP delivery of an event: who it is by the signed body, the rest by the headers."""

    event_id: str
    event_type: str
    sequence: int
    attempt: int | None
    recorded_at: str | None


def take_in(
    store: Store, delivery: Delivery, event: InventoryChange | CatalogueUpdate | None, body: bytes
) -> str:
    """Record the delivery and apply the event, both or neither.

    Returns `applied`, `duplicate` (this event id was here before), `stale` (something as new or
    newer is known about the same key) or `ignored` (an event type this shop does not know).
    """
    with store.transaction() as db:
        # Taken with the write lock held: the moment the shop can show the change.
        received = clock.now()
        known = db.execute(
            "SELECT 1 FROM event WHERE id = ? AND outcome != 'duplicate'", (delivery.event_id,)
        ).fetchone()
        outcome = "duplicate" if known else "applied" if event else "ignored"
        number = _record(db, delivery, event, body, received, outcome)
        if outcome == "applied" and not _apply(db, event, delivery, number, clock.iso(received)):
            outcome = "stale"
            db.execute("UPDATE event SET outcome = ? WHERE number = ?", (outcome, number))
        if outcome == "applied":
            bump_revision(db)
        if number % PRUNE_EVERY == 0:
            db.execute("DELETE FROM event WHERE number <= ?", (number - KEEP_EVENTS,))
    return outcome


def _apply(db, event, delivery: Delivery, number: int, at: str) -> bool:
    if isinstance(event, InventoryChange):
        return catalogue.apply_inventory(db, event, delivery.sequence, number, at)
    return catalogue.apply_catalogue(db, event, delivery.sequence, number, at)


def _record(db: sqlite3.Connection, delivery, event, body, received, outcome) -> int:
    recorded = clock.parse(delivery.recorded_at or "")
    return db.execute(
        "INSERT INTO event (id, type, key, sku, sequence, attempt, recorded_at, received_at,"
        " lag_ms, outcome, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            delivery.event_id,
            delivery.event_type,
            event.key if event else "",
            getattr(event, "sku", None),
            delivery.sequence,
            delivery.attempt,
            clock.iso(recorded) if recorded else None,
            clock.iso(received),
            clock.milliseconds_between(recorded, received) if recorded else None,
            outcome,
            body.decode("utf-8"),
        ),
    ).lastrowid


def newest(store: Store, limit: int) -> list[dict]:
    """Received events, newest first, `body` as the object that was sent."""
    rows = store.rows(
        "SELECT id, type, key, sku, sequence, attempt, recorded_at, received_at, lag_ms,"
        " outcome, body FROM event ORDER BY number DESC LIMIT ?",
        limit,
    )
    return [{**dict(row), "body": json.loads(row["body"])} for row in rows]
