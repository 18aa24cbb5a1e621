import json
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.tools import SQL

from ..contract.requests import SalesOrder, read
from ..contract.strict_json import parse
from .locked_transaction import DEADLINE_SECONDS
from .online_order import OrderRequest

#: Orders that are recorded in one transaction, at most.
BATCH = 20


class EnordWaitingOrder(models.Model):
    """An order whose request waits for others that sell the same products.

    Whoever has their turn records the orders that wait along with their own: Odoo confirms five
    orders together in half the time that it takes for one after the other. The row goes with the
    transaction that records the order, so it is there exactly as long as nobody has.
    """

    _name = "enord.waiting.order"
    _description = "Order that Waits for its Products"
    _log_access = False

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    reference = fields.Char(required=True)
    content_hash = fields.Char(required=True)
    content = fields.Text(required=True, help="The request as it was sent.")
    locks = fields.Text(required=True, help="What must be locked to record it, as JSON.")
    since = fields.Datetime(required=True)
    alone = fields.Boolean(help="It failed together with others.")

    @api.model
    def _begin(self, storefront, request, content, locks):
        """Let others record this request's order from the next commit on."""
        return self.create({
            "storefront_id": storefront.id,
            "reference": request.order.transaction_id,
            "content_hash": request.content_hash,
            "content": content,
            "locks": json.dumps(sorted(set(locks))),
            "since": fields.Datetime.now(),
        })

    def _end(self):
        """Have nobody else record it.

        :return: the row as a dict, or none where somebody has
        """
        self.env.cr.execute(SQL(
            "DELETE FROM enord_waiting_order WHERE id = %s RETURNING alone", self.id
        ))
        return next(iter(self.env.cr.dictfetchall()), None)

    def _end_at_once(self):
        """The same in a transaction of its own; waits for who is just recording it."""
        cr = self.env.cr
        while True:
            cr.rollback()
            try:
                ended = self._end()
                cr.commit()  # pylint: disable=invalid-commit
                return ended
            except psycopg2.errors.SerializationFailure:
                continue

    @api.model
    def _within_reach(self, storefront, held):
        """The orders that wait and can be recorded in this transaction.

        Their requests cannot record them meanwhile, as they do not get the locks.

        :param held: the locks that are held; those that these orders need are added where nobody
            else has them
        :return: list of :class:`~.online_order.OrderRequest`
        """
        # a caller who has waited longer has been told that nothing was written
        since = fields.Datetime.now() - timedelta(seconds=DEADLINE_SECONDS)
        waiting = self.search(
            [("storefront_id", "=", storefront.id), ("since", ">", since), ("alone", "=", False)],
            order="id", limit=BATCH - 1,
        ).filtered(lambda one: held.try_all(map(tuple, json.loads(one.locks))))
        orders = {one: read(SalesOrder, parse(one.content.encode())) for one in waiting}
        products = storefront._published_by_sku(
            {line.sku for order in orders.values() for line in order.line_items}
        ) if orders else {}
        return [
            OrderRequest(
                order, one.content_hash,
                {line.sku: products[line.sku] for line in order.line_items},
                self.env["enord.reservation"], one,
            )
            for one, order in orders.items()
            if all(line.sku in products for line in order.line_items)
        ]

    def _leave_alone(self):
        """Have each of these recorded by its own request."""
        self.write({"alone": True})
        # whatever becomes of the order that they failed with
        self.env.cr.commit()  # pylint: disable=invalid-commit

    @api.autovacuum
    def _gc_waiting(self):
        """Rows of requests that came to a sudden end."""
        self.search([("since", "<", fields.Datetime.now() - timedelta(hours=1))]).unlink()
