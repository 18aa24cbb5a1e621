"""What the shop sells, read for pages and JSON."""

import json
import sqlite3

from .store import Store

FEW_LEFT = 5


def quantity(value: float) -> int | float:
    """A whole number as int, as the contract writes it; a weight without float dust."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def availability(stock: float) -> dict:
    """How a stock is told to a customer: {"stock", "level", "label"}.

    Here and nowhere else, so that the page made on the server and the page kept live by the
    script can not disagree.
    """
    stock = quantity(stock)
    if stock <= 0:
        return {"stock": stock, "level": "out", "label": "Sold out"}
    if stock <= FEW_LEFT:
        return {"stock": stock, "level": "low", "label": f"Only {stock} left"}
    return {"stock": stock, "level": "in", "label": f"{stock} in stock"}


def find(store: Store, sku: str) -> dict | None:
    """The product of this SKU, withdrawn or not; None when it was never heard of."""
    row = store.row("SELECT * FROM product WHERE sku = ?", sku)
    return _product(row) if row else None


def sellable(store: Store) -> list[dict]:
    """Every product on sale, by group and then in the order the ERP gave."""
    rows = store.rows(
        "SELECT * FROM product WHERE sellable ORDER BY group_name, group_id, position"
    )
    return [_product(row) for row in rows]


def siblings(store: Store, group_id: str) -> list[dict]:
    """The variants of a group that are on sale, in the order the ERP gave."""
    rows = store.rows(
        # By SKU, because the view is made SKU by SKU: SQLite then looks at these few only.
        "SELECT * FROM product WHERE sku IN (SELECT sku FROM variant WHERE group_id = ?)"
        " AND sellable AND group_id = ? ORDER BY position",
        group_id,
        group_id,
    )
    return [_product(row) for row in rows]


def groups(store: Store, *, category: str = "", words: str = "") -> list[dict]:
    """Products on sale as one entry per group, for the product list.

    `category` keeps the groups whose category path has it at any level; `words` those in whose
    texts every word occurs.
    """
    found: dict[str, dict] = {}
    for product in sellable(store):
        group = found.setdefault(product["group_id"], {**product, "variants": []})
        group["variants"].append(product)
    kept = [group for group in found.values() if _fits(group, category, words)]
    for group in kept:
        cheapest = min(group["variants"], key=lambda variant: variant["price"])
        group.update(price=cheapest["price"], mrp=cheapest["mrp"])
        # The card shows and opens the variant a customer can have.
        first = next((v for v in group["variants"] if v["stock"] > 0), group["variants"][0])
        group.update(sku=first["sku"])
        group.update(images=next((v["images"] for v in group["variants"] if v["images"]), []))
        group.update(availability(sum(v["stock"] for v in group["variants"])))
    return kept


def stock_by_group(store: Store) -> dict[str, dict]:
    """{"GRP-UAV-X1": {"stock", "level", "label"}}: what the product list keeps live."""
    rows = store.rows("SELECT group_id, SUM(stock) AS n FROM product WHERE sellable GROUP BY 1")
    return {row["group_id"]: availability(row["n"]) for row in rows}


def categories(store: Store) -> list[str]:
    """Top level categories first, then the second level, each once."""
    paths = [
        json.loads(row["category_path"])
        for row in store.rows("SELECT DISTINCT category_path FROM product WHERE sellable")
    ]
    by_level = (sorted({path[level] for path in paths if path[level:]}) for level in (0, 1))
    return list(dict.fromkeys(name for level in by_level for name in level))


def _fits(group: dict, category: str, words: str) -> bool:
    if category and category not in group["category_path"]:
        return False
    texts = [group["group_name"], group["description"], *group["category_path"]]
    for variant in group["variants"]:
        texts += [variant["sku"], variant["variant_title"], *variant["specifications"].values()]
    text = " ".join(texts).casefold()
    return all(word in text for word in words.casefold().split())


def _product(row: sqlite3.Row) -> dict:
    title, name = row["variant_title"], row["group_name"]
    return {
        "sku": row["sku"],
        "title": f"{name} – {title}" if title and title != name else name,
        "price": row["price"],
        "mrp": row["mrp"],
        "currency": "INR",
        **availability(row["stock"]),
        "stock_by_location": {
            place: quantity(units)
            for place, units in sorted(json.loads(row["stock_by_location"]).items())
        },
        "images": json.loads(row["images"]),
        "sequence": row["sequence"],
        "updated_at": row["updated_at"],
        "sellable": bool(row["sellable"]),
        "group_id": row["group_id"],
        "group_name": name,
        "variant_title": title,
        "category_path": json.loads(row["category_path"]),
        "tax_code": row["tax_code"],
        "specifications": json.loads(row["specifications"]),
        "description": row["description"],
    }
