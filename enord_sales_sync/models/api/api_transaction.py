import hashlib
import json

from odoo import api, fields, models
from odoo.tools import SQL

from ...contract.problem import FieldError, Problem


class ContentHash(str):
    """Hash of a request's content.

    :ivar former: as version 19.0.1 wrote it, by which a request that it has accepted is known
    """

    former = None


class EnordApiTransaction(models.Model):
    """What a storefront asked for under a reference of its own; of an adjustment also the answer.

    One row for each accepted order or adjustment, written in the same transaction as the records
    it made; the database refuses a second row.
    """

    _name = "enord.api.transaction"
    _description = "Accepted Storefront Request"
    _order = "id desc"
    _rec_name = "reference"

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, ondelete="restrict",
    )
    kind = fields.Selection(
        [("order", "Order"), ("adjustment", "Stock Adjustment")], required=True, readonly=True,
    )
    reference = fields.Char(required=True, readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    response = fields.Text(
        readonly=True, help="The answer to an adjustment, to be repeated to the letter.",
    )
    sale_order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="set null", index="btree_not_null",
    )
    picking_ids = fields.One2many("stock.picking", "enord_transaction_id", readonly=True)

    # an order's transaction_id and an adjustment's reference_id share one name space: a stock
    # deduction for an order that is known already would take the units twice
    _reference_uniq = models.Constraint(
        "unique (storefront_id, reference)",
        "This storefront has used the reference before.",
    )

    @api.model
    def _content_hash(self, body):
        """Hash of a request's content; the same whatever the order of members, the spaces
        or the spelling of numbers."""
        content_hash = ContentHash(_hash(body, _canonical_number))
        content_hash.former = _hash(body, lambda value: str(_canonical_number(value)))
        return content_hash

    @api.model
    def _replay(self, storefront, kind, reference, content_hash):
        """The transaction that this request repeats, or none.

        :raise Problem: 409 where the reference was used for something else
        """
        known = self.search([("storefront_id", "=", storefront.id), ("reference", "=", reference)])
        if known and known.kind != kind:
            raise known._conflict(
                "reference_used_by_order" if known.kind == "order" else
                "reference_used_by_adjustment",
                f"{reference} is an {known.kind} that was accepted before; its stock has been "
                "taken already. Nothing was written.",
            )
        if known and known.content_hash not in (
            content_hash, getattr(content_hash, "former", content_hash)
        ):
            raise known._conflict(
                "content_differs",
                f"{reference} was accepted before with other content. Nothing was written.",
            )
        return known

    @api.model
    def _begin(self, storefront, kind, reference, content_hash):
        """Insert the row for a request that is new.

        :raise psycopg2.errors.UniqueViolation: another process was faster
        """
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_api_transaction
                   (storefront_id, kind, reference, content_hash,
                    create_date, create_uid, write_date, write_uid)
            VALUES (%(storefront)s, %(kind)s, %(reference)s, %(hash)s,
                    now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s)
            RETURNING id
            """,
            storefront=storefront.id, kind=kind, reference=reference, hash=content_hash,
            uid=self.env.uid,
        ), log_exceptions=False)
        return self.browse(self.env.cr.fetchone())

    def _answer(self, body):
        """Keep the answer, as the JSON text that is sent."""
        self.response = json.dumps(body, ensure_ascii=False)
        return self.response

    def _conflict(self, code, detail):
        pointer = "/transaction_id" if self.env.context.get("enord_order") else "/reference_id"
        return Problem(409, "conflict", detail, [FieldError(pointer, code, detail)])


def _hash(body, canonical_number):
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, default=canonical_number)
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical_number(value):
    # 45000 is an integer, and 45000.0, 45000.00 and 4.5e4 are Decimals, of the same price
    normal = value.normalize()
    return int(normal) if normal == normal.to_integral_value() else format(normal, "f")
