"""``GET /api/inventory/snapshot`` (specification, section 6)."""

import hashlib
import tempfile
import zlib
from typing import IO, NamedTuple

from odoo.tools import SQL

from ..sellable.sellable_quantity import Terms

#: Rows that are held at a time while the snapshot is read.
FETCH_ROWS = 5_000
#: Up to this size a snapshot waits in memory to be sent, beyond it in a temporary file.
IN_MEMORY = 16 * 1024 * 1024
#: On a fast network more compression costs more time than it saves.
COMPRESSION_LEVEL = 1
GZIP = 16 + zlib.MAX_WBITS


class Snapshot(NamedTuple):
    body: IO[bytes]
    length: int
    etag: str


def snapshot(storefront, warehouses, compressed=False):
    """The stock of every published SKU, by SKU: ``[{"sku": …, "qty": …}]``.

    One statement, read in pieces. It is read to its end before the first byte is sent: a
    storefront with a slow line holds no transaction open, an error is still an error, and the
    ETag is known.

    :param warehouses: whose stock is counted
    :param bool compressed: as gzip
    :rtype: Snapshot
    :raise Problem: 503 while it is not known what the storefront sells
    """
    storefront.env["product.product"]._enord_check_listed(storefront)
    body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it is sent
    deflate = zlib.compressobj(COMPRESSION_LEVEL, wbits=GZIP) if compressed else None
    digest = hashlib.sha256()
    for piece in _pieces(storefront, warehouses):
        digest.update(piece)
        body.write(deflate.compress(piece) if deflate else piece)
    if deflate:
        body.write(deflate.flush())
    length = body.tell()
    body.seek(0)
    return Snapshot(body, length, digest.hexdigest()[:32] + "-gzip" * compressed)


def _pieces(storefront, warehouses):
    cr = storefront.env.cr
    query = _query(storefront, warehouses)
    # All of it is wanted, so the plan that is fast to its end. The planner takes what lies where it
    # is sold from for few rows, and would look up one product after the other.
    cr.execute(
        "SET LOCAL cursor_tuple_fraction = 1; SET LOCAL enable_nestloop = off;"
        " SET LOCAL work_mem = '64MB'"
    )
    cr.execute(SQL("DECLARE enord_snapshot NO SCROLL CURSOR FOR %s", query))
    separator = "["
    while True:
        cr.execute(SQL("FETCH %s FROM enord_snapshot", FETCH_ROWS))
        items = [item for [item] in cr.fetchall()]
        if not items:
            break
        yield (separator + ",\n".join(items)).encode()
        separator = ",\n"
    cr.execute(
        "CLOSE enord_snapshot; SET LOCAL enable_nestloop = DEFAULT; SET LOCAL work_mem = DEFAULT"
    )
    yield b"]" if separator != "[" else b"[]"


def _query(storefront, warehouses):
    """One column, an item's JSON text, by SKU in the order of its characters' numbers, which is
    the same on every server."""
    Product = storefront.env["product.product"].with_context(active_test=False)
    published = Product._search(Product._enord_published_domain(storefront))
    return SQL(
        """
        SELECT '{"sku": ' || to_json(enord_sku)::text || ', "qty": ' || total || '}'
          FROM (SELECT DISTINCT ON (product.enord_sku COLLATE "C")
                       product.enord_sku, COALESCE(stock.total, 0) AS total
                  FROM (%(published)s) AS product
             LEFT JOIN (SELECT product_id, ROUND(SUM(quantity) * 1e6) / 1e6 AS total
                          FROM (%(sellable)s) AS by_warehouse GROUP BY product_id) AS stock
                    ON stock.product_id = product.id
              ORDER BY product.enord_sku COLLATE "C", product.id) AS item
        """,
        sellable=Product._enord_sellable_sql(warehouses, Terms.of(storefront)),
        published=published.select(
            SQL.identifier(published.table, "id"),
            SQL.identifier(published.table, "enord_sku"),
        ),
    )
