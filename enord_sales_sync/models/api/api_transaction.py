import json

from odoo import api, fields, models
from odoo.tools import SQL

from ...contract.problem import MAX_ERRORS, FieldError, Problem

#: Members that are named in the sentence where a request is not what it was.
MOST_NAMED = 5


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
    # a telephone number can be found again from its hash
    member_hashes = fields.Json(readonly=True, groups=fields.NO_ACCESS)
    response = fields.Text(
        readonly=True, help="The answer to an adjustment, to be repeated to the letter.",
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Order", readonly=True, ondelete="set null", index="btree_not_null",
    )
    picking_ids = fields.One2many(
        "stock.picking", "enord_transaction_id", "Transfers", readonly=True,
    )
    payment_method = fields.Char(readonly=True)
    payment_reference = fields.Char(
        readonly=True, help="The storefront's payment that an order has brought: it pays once.",
    )

    # an order's transaction_id and an adjustment's reference_id share one name space: a stock
    # deduction for an order that is known already would take the units twice
    _reference_uniq = models.Constraint(
        "unique (storefront_id, reference)",
        "This storefront has used the reference before.",
    )

    # whatever becomes of the order: its money is in the books, and stays there where the order is
    # cancelled or deleted
    _payment_uniq = models.UniqueIndex(
        "(storefront_id, lower(payment_method), payment_reference)"
        " WHERE payment_reference IS NOT NULL"
    )

    @api.model
    def _replay(self, storefront, kind, reference, content_hash):
        """The transaction that this request repeats, or none.

        :param content_hash: :class:`~...contract.content_hash.ContentHash`
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
        if known and not content_hash.is_of(known.content_hash):
            raise content_differs(
                known._pointer(), reference, content_hash.differing(known.member_hashes)
            )
        return known

    @api.model
    def _begin(self, storefront, kind, reference, content_hash, payment=None):
        """Insert the row for a request that is new.

        :param payment: :class:`~...contract.requests.Payment` that it brings, or None
        :raise Problem: 409 where the payment came with another order
        :raise psycopg2.errors.UniqueViolation: another process was faster
        """
        if payment:
            self._check_payment(storefront, payment)
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_api_transaction
                   (storefront_id, kind, reference, content_hash, member_hashes,
                    payment_method, payment_reference,
                    create_date, create_uid, write_date, write_uid)
            VALUES (%(storefront)s, %(kind)s, %(reference)s, %(hash)s, %(members)s,
                    %(method)s, %(payment)s,
                    now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s)
            RETURNING id
            """,
            storefront=storefront.id, kind=kind, reference=reference, hash=content_hash,
            members=json.dumps(content_hash.members), uid=self.env.uid,
            method=payment and payment.method, payment=payment and payment.reference,
        ), log_exceptions=False)
        return self.browse(self.env.cr.fetchone())

    def _check_payment(self, storefront, payment):
        # in the words of the unique index, the products being held
        known = self.env.execute_query(SQL(
            """
            SELECT reference FROM enord_api_transaction
             WHERE storefront_id = %s AND lower(payment_method) = lower(%s)
               AND payment_reference = %s
            """, storefront.id, payment.method, payment.reference,
        ))
        for [reference] in known:
            detail = (
                f"The {payment.method} payment {payment.reference} came with the order "
                f"{reference}, and pays once. Nothing was written."
            )
            raise Problem(409, "payment_reference_used", detail, [FieldError(
                "/payment/reference", "payment_reference_used", detail,
                {"transaction_id": reference},
            )])

    def _answer(self, body):
        """Keep the answer, as the JSON text that is sent."""
        self.response = json.dumps(body, ensure_ascii=False)
        return self.response

    def _conflict(self, code, detail):
        return Problem(409, "conflict", detail, [FieldError(self._pointer(), code, detail)])

    def _pointer(self):
        """Where the request that is being worked on has its reference."""
        return "/transaction_id" if self.env.context.get("enord_order") else "/reference_id"


def content_differs(pointer, reference, differing):
    """409 for a reference that was accepted with other content.

    :param pointer: of the reference
    :param differing: JSON Pointers of the members that differ; none where it is not known
    """
    detail = f"{reference} was accepted before with other content. Nothing was written."
    named = ", ".join(differing[:MOST_NAMED]) + (", …" if len(differing) > MOST_NAMED else "")
    return Problem(409, "conflict", detail, [FieldError(
        pointer, "content_differs", f"other than what was accepted: {named}" if named else detail,
        {"differing": differing[:MAX_ERRORS]} if differing else {},
    )])
