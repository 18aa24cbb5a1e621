import json
import logging
from dataclasses import dataclass
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.tools import SQL

from ...contract.problem import Problem
from ...contract.requests import SalesOrder, read
from ...contract.strict_json import parse
from ..api.locked_transaction import DEADLINE_SECONDS
from ..outbox.timed_jobs import LATELY

_logger = logging.getLogger(__name__)

#: Orders and lines that are recorded in one transaction, at most; one order may have more lines.
ORDERS, LINES = 20, 100
#: Orders that are looked at for this, and those of them whose locks somebody else may have.
LOOKED_AT, IN_VAIN = 100, 20
#: No request waits longer; a row that is older was left by a process that has died.
FORGOTTEN_AFTER = timedelta(seconds=DEADLINE_SECONDS + 5)
JOB = "enord_sales_sync.cron_forget_waiting_orders"


@dataclass
class OrderRequest:
    """An order that is asked for, and what was found of it.

    :ivar by_sku: ``{sku: product}`` of its lines
    :ivar reservation: the ``enord.reservation`` that it names, or none
    :ivar waiting: the ``enord.waiting.order`` by which somebody else may record it, or none
    """

    order: SalesOrder
    content_hash: str
    by_sku: dict
    reservation: models.Model
    waiting: models.Model


class EnordWaitingOrder(models.Model):
    """An order whose request waits for others that sell the same products.

    Whoever gets the locks next records the orders that wait along with their own: Odoo confirms
    several orders together in less time than one after the other. The row is an offer. It goes with
    the transaction that records the order or with the request, and a request whose order nobody has
    recorded does so itself.
    """

    _name = "enord.waiting.order"
    _description = "Order that Waits for its Products"
    _log_access = False

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    content_hash = fields.Char(required=True)
    content = fields.Text(required=True, help="The request as it was sent.")
    locks = fields.Text(required=True, help="What must be locked to record it, as JSON.")
    since = fields.Datetime(required=True)

    @api.model
    def _begin(self, storefront, content, content_hash, locks):
        """Let others record an order from the next commit on.

        :param str content: the request as it was sent
        :param locks: ``(name space, number)`` pairs
        """
        return self.create({
            "storefront_id": storefront.id,
            "content_hash": content_hash,
            "content": content,
            "locks": json.dumps(sorted(set(locks))),
            "since": self.env.cr.now(),
        })

    def _end(self):
        """Have nobody record these from the next commit on.

        :return: whether nobody has
        """
        if not self:
            return True
        # a conflict with who is recording one is nothing to be logged as an error
        self.env.cr.execute(
            SQL("DELETE FROM enord_waiting_order WHERE id IN %s", self._ids), log_exceptions=False,
        )
        return self.env.cr.rowcount == len(self)

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
    def _lock_along(self, storefront, held):
        """Lock what orders that wait need, as far as nobody else has it.

        Their requests cannot record them meanwhile. What is decided on must be read in a
        transaction that begins afterwards.

        :param held: :class:`~..api.session_locks.SessionLocks`
        :return: the rows of these orders
        """
        # a caller who has waited longer has been told that nothing was written
        self.env.cr.execute(SQL(
            """
            SELECT id, locks FROM enord_waiting_order
             WHERE storefront_id = %s
               AND since > now() AT TIME ZONE 'UTC' - make_interval(secs => %s)
          ORDER BY id LIMIT %s
            """, storefront.id, DEADLINE_SECONDS, LOOKED_AT,
        ))
        reached = []
        in_vain = 0
        for id_, locks in self.env.cr.fetchall():
            if held.try_all(map(tuple, json.loads(locks))):
                reached.append(id_)
            else:
                in_vain += 1
            if len(reached) == ORDERS or in_vain == IN_VAIN:
                break
        return self.browse(reached)

    def _requests(self, storefront):
        """Those of these that are still there and whose products are still sold.

        :return: list of :class:`OrderRequest`
        """
        orders = {}
        for one in self.exists():
            try:
                orders[one] = read(SalesOrder, parse(one.content.encode()))
            except Problem:
                continue  # it was sent to another version of this server
        if not orders:
            return []
        by_sku = self.env["product.product"]._enord_by_sku(
            storefront, {line.sku for order in orders.values() for line in order.line_items}
        )
        requests = []
        lines = 0
        for one, order in orders.items():
            lines += len(order.line_items)
            if lines <= LINES and all(line.sku in by_sku for line in order.line_items):
                requests.append(OrderRequest(
                    order, one.content_hash,
                    {line.sku: by_sku[line.sku] for line in order.line_items},
                    self.env["enord.reservation"], waiting=one,
                ))
        return requests

    @api.model
    def _cron_forget(self):
        """Delete the rows of requests that came to a sudden end; they hold customers' addresses."""
        self.search([("since", "<", self.env.cr.now() - FORGOTTEN_AFTER)]).unlink()


class EnordWebhookEvent(models.Model):
    """The dispatcher wakes the job that forgets."""

    _inherit = "enord.webhook.event"

    @api.model
    def _timed_jobs(self):
        return super()._timed_jobs() | {
            JOB: SQL(
                "SELECT MIN(since + %s) FROM enord_waiting_order WHERE since + %s > %s",
                FORGOTTEN_AFTER, FORGOTTEN_AFTER, LATELY,
            ),
        }


def alone_or_together(requests, parts):
    """Of several orders those that can be recorded in one transaction with the first.

    What can be sold of a kit and of its component is counted for each alone; of two orders together
    that would be too much.

    :param list requests: :class:`OrderRequest`; the first one is always among the result
    :param dict parts: ``{kit_id: {component_id: units}}``
    """
    sold_as = {}
    together = []
    for request in requests:
        taken = {
            part: product.id
            for product in request.by_sku.values()
            for part in parts.get(product.id) or (product.id,)
        }
        if not together or all(sold_as.get(part, one) == one for part, one in taken.items()):
            sold_as.update(taken)
            together.append(request)
    return together
