"""Orders of this shop: how one is written down before the ERP hears of it, and read again."""

import json
import secrets
import sqlite3
import time

from . import cart, clock, holds
from .store import Store

# Crockford's alphabet: no letter that is mistaken for a digit when read out on the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# While the request that made an order talks to the ERP itself, the worker leaves it alone for
# this long: the timeout of a call and some room.
LEASE_SECONDS = 20


def new_transaction_id() -> str:
    """`ORD-WEB-2024-…`: made once per order. 60 random bits also make it unguessable."""
    unique = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"ORD-WEB-{clock.now().year}-{unique}"


def request_body(
    transaction_id: str,
    lines: list[dict],
    name: str,
    tax_id: str,
    reservation_id: str | None = None,
) -> bytes:
    """The request of specification 5.1; `lines` are {"sku", "quantity", "unit_price"}."""
    customer = {"name": name}
    if tax_id:
        customer["tax_id"] = tax_id
    content = {
        "transaction_id": transaction_id,
        "transaction_date": clock.iso(clock.now()),
        "customer_details": customer,
        "line_items": lines,
    }
    if reservation_id:
        content["reservation_id"] = reservation_id
    return json.dumps(content, ensure_ascii=False).encode()


def write_down(
    db: sqlite3.Connection,
    lines: list[dict],
    name: str,
    tax_id: str = "",
    *,
    cart_id: str | None = None,
    checkout_token: str | None = None,
    reservation_id: str | None = None,
) -> str:
    """Keep a new order with its exact request, inside the caller's transaction.

    :return: its transaction id, which no retry ever changes.
    """
    transaction_id = new_transaction_id()
    db.execute(
        "INSERT INTO sale (transaction_id, checkout_token, cart_id, state, body, created_at,"
        " next_attempt_at) VALUES (?, ?, ?, 'pending', ?, ?, ?)",
        (
            transaction_id,
            checkout_token,
            cart_id,
            request_body(transaction_id, lines, name, tax_id, reservation_id),
            clock.iso(clock.now()),
            time.time() + LEASE_SECONDS,
        ),
    )
    return transaction_id


class NotOrderable(Exception):
    """The cart is empty, or holds something that is not sold (any more)."""


class PriceChanged(Exception):
    """The cart costs something else than the customer was shown."""


def place_cart(
    store: Store, cart_id: str, token: str, shown_total: str, name: str, tax_id: str
) -> tuple[str, bool]:
    """Turn the cart into an order, once per checkout form.

    :return: the transaction id and whether it is new: a second click on the same form finds the
        order of the first.
    :raise NotOrderable, PriceChanged: nothing was written.
    """
    with store.transaction() as db:
        known = db.execute(
            "SELECT transaction_id FROM sale WHERE checkout_token = ? AND cart_id = ?",
            (token, cart_id),
        ).fetchone()
        if known:
            return known["transaction_id"], False
        inside = cart.contents(store, cart_id)
        if not inside["orderable"]:
            raise NotOrderable
        if str(inside["total"]) != shown_total:
            raise PriceChanged
        lines = [
            {
                "sku": line["product"]["sku"],
                "quantity": line["quantity"],
                "unit_price": line["product"]["price"],
            }
            for line in inside["lines"]
        ]
        db.execute("DELETE FROM cart_line WHERE cart_id = ?", (cart_id,))
        order = write_down(
            db,
            lines,
            name,
            tax_id,
            cart_id=cart_id,
            checkout_token=token,
            reservation_id=holds.hand_over(db, cart_id),
        )
        return order, True


def find(store: Store, transaction_id: str) -> dict | None:
    """An order as JSON tells it: {"transaction_id", "state", "erp", "request", ...}.

    `erp` is the ERP's own last answer, as it came; None while there is none.
    """
    row = store.row("SELECT * FROM sale WHERE transaction_id = ?", transaction_id)
    if row is None:
        return None
    return {
        "transaction_id": row["transaction_id"],
        "state": row["state"],
        "erp": json.loads(row["answer"]) if row["answer"] else None,
        "erp_status": row["erp_status"],
        "replayed": bool(row["replayed"]),
        "attempts": row["attempts"],
        "last_error": row["last_error"],
        "created_at": row["created_at"],
        "request": json.loads(row["body"]),
    }


def body_of(store: Store, transaction_id: str) -> bytes | None:
    row = store.row("SELECT body FROM sale WHERE transaction_id = ?", transaction_id)
    return bytes(row["body"]) if row else None
