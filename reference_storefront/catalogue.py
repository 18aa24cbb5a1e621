"""What an event changes: the rules of the contract, inside the caller's transaction.

Each function returns False, and changes nothing, when the shop already has something as new.
"""

import json
import sqlite3

from .events import CatalogueUpdate, InventoryChange, Variant

# Reconciliation may find that the ERP's total is not the sum of the locations the shop has heard
# of: more, when another location never spoke; less, when the ERP keeps a safety stock back. The
# difference is kept under this name.
OTHER_LOCATIONS = "(other)"


def apply_inventory(
    db: sqlite3.Connection, change: InventoryChange, sequence: int, number: int, at: str
) -> bool:
    """Set the absolute quantity of one SKU at one location.

    `sequence` is the body's, `number` this shop's own number of the event, `at` the time.
    """
    place = (change.sku, change.location_code)
    known = db.execute(
        "SELECT sequence FROM stock WHERE sku = ? AND location_code = ?", place
    ).fetchone()
    if known and sequence <= known["sequence"]:
        return False
    if not known:
        # A new location may be (part of) what reconciliation called "other". Counting it twice
        # would oversell; forgetting "other" shows too little until the next reconciliation.
        db.execute(
            "DELETE FROM stock WHERE sku = ? AND location_code = ? AND quantity > 0",
            (change.sku, OTHER_LOCATIONS),
        )
    db.execute(
        "INSERT OR REPLACE INTO stock"
        " (sku, location_code, quantity, sequence, updated_at, event_number)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (*place, change.quantity, sequence, at, number),
    )
    return True


def apply_catalogue(
    db: sqlite3.Connection, update: CatalogueUpdate, sequence: int, number: int, at: str
) -> bool:
    """Replace a whole group: what is in the event is sold, what is not any more is withdrawn."""
    known = db.execute(
        "SELECT sequence FROM product_group WHERE group_id = ?", (update.group_id,)
    ).fetchone()
    if known and sequence <= known["sequence"]:
        return False
    put_group(db, update, sequence, number, at)
    return True


def put_group(
    db: sqlite3.Connection, update: CatalogueUpdate, sequence: int, number: int, at: str
) -> None:
    """Replace a whole group, whatever is known of it."""
    db.execute(
        "INSERT OR REPLACE INTO product_group"
        " (group_id, name, description, category_path, tax_code, is_active, sequence)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            update.group_id,
            update.name,
            update.description,
            json.dumps(update.category_path, ensure_ascii=False),
            update.tax_code,
            update.is_active,
            sequence,
        ),
    )
    # Withdrawn rows are kept: their page says "no longer available" instead of "never heard of".
    db.execute("UPDATE variant SET withdrawn = 1 WHERE group_id = ?", (update.group_id,))
    for position, variant in enumerate(update.variants):
        _put_variant(db, update.group_id, position, variant, (sequence, at, number))


def withdraw(db: sqlite3.Connection, group_id: str) -> None:
    """Sell a group no longer, until an event says otherwise, whatever its sequence."""
    db.execute(
        "UPDATE product_group SET is_active = 0, sequence = 0 WHERE group_id = ?", (group_id,)
    )
    db.execute("UPDATE variant SET withdrawn = 1 WHERE group_id = ?", (group_id,))


def _put_variant(
    db: sqlite3.Connection, group_id: str, position: int, variant: Variant, origin: tuple
) -> None:
    db.execute(
        "INSERT OR REPLACE INTO variant (group_id, sku, position, variant_title, price, mrp,"
        " catalogue_stock, specifications, images, sequence, updated_at, event_number)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            group_id,
            variant.sku,
            position,
            variant.title,
            variant.price,
            variant.mrp,
            variant.stock,
            json.dumps(variant.specifications, ensure_ascii=False),
            json.dumps(variant.images, ensure_ascii=False),
            *origin,
        ),
    )
