"""Hold the cart's units in the ERP while the customer pays.

Goods that are held are lost to everybody else, so holding is asked for by a form of ours, at the
last step, and only so often by one visitor.

A hold is a courtesy: without one the order is placed all the same, and the ERP decides. So the
ERP is asked with a short timeout, and no failure of it reaches the customer. Holds that nobody
gives up end by themselves, at `expires_at`.
"""

import ipaddress
import json
import logging
import secrets
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from . import clock
from .erp import Answer, Erp, ErpUnreachable
from .store import Store

logger = logging.getLogger(__name__)

# Pages wait for a hold; while the ERP hangs they must not wait in all of the server's threads.
MOST_WAITING_REQUESTS = 6

# Holds that one address may begin. Whoever needs more goes on without: the order is placed all the
# same. The ERP limits what one hold, and all together, may take.
MOST_BEGUN = 10
BEGUN_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Held:
    """`until`: ISO 8601, None when nothing is held. `short`: the ERP's reasons, one per line."""

    until: str | None = None
    short: list[dict] = field(default_factory=list)


def visitor(address: str) -> str:
    """Who an address stands for: of IPv6 a customer has a whole network, of 64 bits."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    known = getattr(known, "ipv4_mapped", None) or known
    return str(ipaddress.ip_network((known, 32 if known.version == 4 else 64), strict=False))


def units(store: Store, cart: str) -> dict[str, int]:
    """{sku: quantity} that is held for this cart now: the stock the shop shows is without it."""
    row = store.row("SELECT * FROM hold WHERE cart_id = ?", cart)
    if not row or not _until(row):
        return {}
    return {line["sku"]: line["quantity"] for line in json.loads(row["content"])}


def hand_over(db: sqlite3.Connection, cart: str) -> str | None:
    """The cart becomes an order: its reservation id, which is the order's from now on."""
    row = db.execute(
        "DELETE FROM hold WHERE cart_id = ? RETURNING reservation_id, expires_at", (cart,)
    ).fetchone()
    # One that the ERP never confirmed is not named: an order must not fail because of it.
    return row["reservation_id"] if row and row["expires_at"] else None


def put_back(db: sqlite3.Connection, cart: str, reservation_id: str, lines: list[dict]) -> None:
    """The order was refused, and its hold is the cart's again, if it still is one."""
    db.execute(
        "INSERT OR IGNORE INTO hold VALUES (?, ?, ?, ?)",
        (cart, reservation_id, _content(lines), clock.iso(clock.now())),
    )


class Holds:
    def __init__(self, store: Store, erp: Erp):
        self._store = store
        self._erp = erp
        self._waiting = threading.BoundedSemaphore(MOST_WAITING_REQUESTS)

    def keep(self, cart: str, address: str) -> Held:
        """Hold what is in the cart, for the usual time from now.

        `address` is where the visitor comes from.
        """
        content = self._content(cart)
        if content == "[]":
            self.let_go(cart)
            return Held()
        row = self._row(cart)
        is_held = row and (_until(row) or not row["expires_at"])
        if not is_held and not self._may_begin(visitor(address)):
            return Held()
        return self._hold(cart, row or self._new(cart, content), content)

    def hold_on(self, cart: str) -> Held:
        """As long as a page stays open: what is held is held on, and nothing is held anew."""
        row = self._row(cart)
        if not row or not row["expires_at"]:
            return Held()
        answer = self._ask(lambda: self._erp.extend_hold(row["reservation_id"]))
        if answer is None or answer.status >= 500 or answer.status == 429:
            return Held(_until(row))
        if answer.status == 200:
            return self._remember(cart, row["reservation_id"], row["content"], answer)
        self._forget(cart, row["reservation_id"])
        return Held()

    def follow(self, cart: str) -> None:
        """The cart has changed, and so does what is held for it, if anything is."""
        row, content = self._row(cart), self._content(cart)
        if row and _until(row) and content != "[]":
            self._hold(cart, row, content)
        else:
            self.let_go(cart)

    def settle(self, cart: str) -> None:
        """Before the order: where the ERP never answered, ask once more whether it holds."""
        row = self._row(cart)
        if row and not row["expires_at"]:
            self._hold(cart, row, row["content"])

    def let_go(self, cart: str) -> None:
        """Others may have the units."""
        row = self._row(cart)
        if row:
            self._forget(cart, row["reservation_id"])
            self._ask(lambda: self._erp.release_hold(row["reservation_id"]))

    def _hold(self, cart: str, row: sqlite3.Row, content: str) -> Held:
        """Hold this instead of what was held. Where it cannot be had, what was held stays held."""
        reservation_id = row["reservation_id"]
        body = json.dumps({"items": json.loads(content)}).encode()
        answer = self._ask(lambda: self._erp.hold(reservation_id, body))
        if answer is None:
            return Held(_until(row))
        if answer.status in (200, 201):
            return self._remember(cart, reservation_id, content, answer)
        logger.info("hold %s: the ERP answered %s", reservation_id, answer.status)
        problem = answer.content if isinstance(answer.content, dict) else {}
        errors = [error for error in problem.get("errors") or [] if isinstance(error, dict)]
        short = [error for error in errors if error.get("code") == "out_of_stock"]
        if _until(row) and problem.get("code") != "reservation_converted":
            return Held(_until(row), short)
        self._forget(cart, reservation_id)
        return Held(short=short)

    def _content(self, cart: str) -> str:
        return _content(self._store.rows("SELECT * FROM cart_line WHERE cart_id = ?", cart))

    def _ask(self, call: Callable[[], Answer]) -> Answer | None:
        """The ERP's answer, None when there was none in time."""
        if not self._waiting.acquire(blocking=False):
            return None
        try:
            return call()
        except ErpUnreachable as error:
            logger.warning("hold: %s", error)
            return None
        finally:
            self._waiting.release()

    def _row(self, cart: str) -> sqlite3.Row | None:
        return self._store.row("SELECT * FROM hold WHERE cart_id = ?", cart)

    def _may_begin(self, who: str) -> bool:
        """Count a hold that a visitor begins, or begins anew after it ended."""
        with self._store.transaction() as db:
            now = clock.now()
            db.execute("DELETE FROM hold_begun WHERE at < ?", (clock.iso(now - BEGUN_WITHIN),))
            [begun] = db.execute(
                "SELECT COUNT(*) FROM hold_begun WHERE visitor = ?", (who,)
            ).fetchone()
            if begun < MOST_BEGUN:
                db.execute("INSERT INTO hold_begun VALUES (?, ?)", (who, clock.iso(now)))
            return begun < MOST_BEGUN

    def _new(self, cart: str, content: str) -> sqlite3.Row:
        """Written down before the first call, so that a repeat of it is the same hold."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO hold VALUES (?, ?, ?, NULL)",
                (cart, f"HOLD-{secrets.token_hex(8)}", content),
            )
        return self._row(cart)

    def _remember(self, cart: str, reservation_id: str, content: str, answer: Answer) -> Held:
        text = answer.content.get("expires_at") if isinstance(answer.content, dict) else None
        until = clock.parse(text) if isinstance(text, str) else None
        if until is None:
            return Held()
        with self._store.transaction() as db:
            db.execute(
                "UPDATE hold SET content = ?, expires_at = ?"
                " WHERE cart_id = ? AND reservation_id = ?",
                (content, clock.iso(until), cart, reservation_id),
            )
        return Held(clock.iso(until))

    def _forget(self, cart: str, reservation_id: str) -> None:
        with self._store.transaction() as db:
            db.execute(
                "DELETE FROM hold WHERE cart_id = ? AND reservation_id = ?", (cart, reservation_id)
            )


def _content(lines) -> str:
    items = [{"sku": line["sku"], "quantity": line["quantity"]} for line in lines]
    return json.dumps(sorted(items, key=lambda item: item["sku"]), ensure_ascii=False)


def _until(row: sqlite3.Row) -> str | None:
    """When a hold ends, if that is still to come."""
    held_until = row["expires_at"]
    return held_until if held_until and held_until > clock.iso(clock.now()) else None
