"""The cart: SKUs and whole quantities, kept in the database under an id in the session cookie.

Prices are not kept: a cart shows what the ERP says today.
"""

import secrets
import sqlite3

from flask import session

from . import holds, money, products
from .store import Store

MOST_OF_ONE = 999
# Lines of all carts together, begun lately: anybody begins one without a login.
KEEP_LINES = 100_000


def cart_id() -> str:
    if "cart" not in session:
        session["cart"] = secrets.token_urlsafe(16)
    return session["cart"]


def add(store: Store, cart: str, sku: str, quantity: int) -> None:
    with store.transaction() as db:
        put_back(db, cart, [{"sku": sku, "quantity": quantity}])
        db.execute(
            "DELETE FROM cart_line WHERE rowid <= (SELECT MAX(rowid) FROM cart_line) - ?",
            (KEEP_LINES,),
        )


def put_back(db: sqlite3.Connection, cart: str, lines: list[dict]) -> None:
    """Add lines inside the caller's transaction; also for an order that the ERP refused."""
    for line in lines:
        db.execute(
            "INSERT INTO cart_line VALUES (?, ?, ?) ON CONFLICT (cart_id, sku)"
            " DO UPDATE SET quantity = MIN(quantity + excluded.quantity, ?)",
            (cart, line["sku"], line["quantity"], MOST_OF_ONE),
        )


def change(store: Store, cart: str, sku: str, quantity: int) -> None:
    """Set a line's quantity; 0 takes it out."""
    with store.transaction() as db:
        if quantity <= 0:
            db.execute("DELETE FROM cart_line WHERE cart_id = ? AND sku = ?", (cart, sku))
        else:
            db.execute(
                "UPDATE cart_line SET quantity = ? WHERE cart_id = ? AND sku = ?",
                (min(quantity, MOST_OF_ONE), cart, sku),
            )


def count(store: Store, cart: str) -> int:
    row = store.row("SELECT SUM(quantity) AS n FROM cart_line WHERE cart_id = ?", cart)
    return row["n"] or 0


def contents(store: Store, cart: str) -> dict:
    """{"lines": [{"product", "quantity", "amount", "short"}], "total", "orderable"}.

    `short` tells that the shop knows of fewer units than wanted. It warns and does not forbid:
    the ERP decides, because only there can nobody else take a unit in between.
    """
    lines = []
    held = holds.units(store, cart)
    for row in store.rows("SELECT * FROM cart_line WHERE cart_id = ? ORDER BY rowid", cart):
        product = products.find(store, row["sku"])
        if product is None:
            continue
        # What is held for this customer is out of the stock, and theirs all the same.
        stock = product["stock"] + held.get(row["sku"], 0)
        lines.append(
            {
                "product": {**product, **products.availability(stock)},
                "quantity": row["quantity"],
                "amount": money.times(product["price"], row["quantity"]),
                "short": stock < row["quantity"],
            }
        )
    return {
        "lines": lines,
        "total": sum((line["amount"] for line in lines), money.exact(0)),
        "orderable": bool(lines) and all(line["product"]["sellable"] for line in lines),
    }
