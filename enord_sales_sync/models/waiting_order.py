import json
import math
from datetime import timedelta
from time import monotonic, sleep

import psycopg2
from odoo import api, fields, models
from odoo.tools import SQL

from ..contract.problem import Problem
from ..contract.requests import SalesOrder, read
from ..contract.strict_json import parse
from .locked_transaction import DEADLINE_SECONDS, PRODUCT_LOCK
from .online_order import OrderRequest

#: Orders and lines that are recorded in one transaction, at most; one order may have more lines.
ORDERS, LINES = 20, 100
#: Orders that are looked at for this, and those of them whose locks somebody else may have.
LOOKED_AT, IN_VAIN = 100, 20

#: For how long an order lets others join it, how often it looks whether any are on their way, and
#: how often in vain.
GATHER_SECONDS, LOOK_SECONDS, MOST_LOOKS = 0.15, 0.02, 4
#: For how long after orders were recorded together the next one of their products expects others.
BUSY_SECONDS = 1.0

#: By database and lock of a product: when orders were last recorded together, as far as this
#: process knows.
_together = {}


class EnordWaitingOrder(models.Model):
    """An order whose request waits for others that sell the same products.

    Whoever has their turn records the orders that wait along with their own: Odoo confirms several
    orders together in less time than one after the other. The row is an offer: it goes with the
    transaction that records the order, and a request whose order nobody has recorded does so
    itself.
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
    def _begin(self, storefront, request, content, locks):
        """Let others record this request's order from the next commit on."""
        return self.create({
            "storefront_id": storefront.id,
            "content_hash": request.content_hash,
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
    def _gather(self, storefront, locks, own):
        """Let those join who are on their way.

        Where orders come faster than they can be recorded, those whom the last one has answered
        bring their next ones at the same moment: the first of them waits for the others. An order
        that nobody else is near does not wait.

        :param own: the caller's row, or none where it had not to wait for its locks
        """
        now = monotonic()
        together = [_together.get((self.env.cr.dbname, *lock), -math.inf) for lock in locks]
        if not own and now - max(together) > BUSY_SECONDS:
            return
        waiting = looks = 0
        while looks < MOST_LOOKS and monotonic() < now + GATHER_SECONDS:
            self.env.cr.rollback()
            sleep(LOOK_SECONDS)
            before, waiting = waiting, self.search_count([("storefront_id", "=", storefront.id)])
            # what else the storefront asks for at this moment never comes to wait here
            looks = 0 if waiting > before else looks + 1
            if storefront._in_flight() <= waiting + (not own):
                break

    @api.model
    def _recorded_together(self, locks):
        """Remember of which products orders were recorded together."""
        now = monotonic()
        # a copy: a server without worker processes has other threads here
        for lock, when in list(_together.items()):
            if now - when > BUSY_SECONDS:
                _together.pop(lock, None)
        _together.update(
            ((self.env.cr.dbname, *lock), now) for lock in locks if lock[0] == PRODUCT_LOCK
        )

    @api.model
    def _lock_along(self, storefront, held):
        """Lock what orders that wait need, as far as nobody else has it.

        Their requests cannot record them meanwhile. What is decided on must be read in a
        transaction that begins afterwards.

        :param held: :class:`~.session_locks.SessionLocks`
        :return: the rows of these orders
        """
        self.flush_model()
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
            if len(reached) == ORDERS - 1 or in_vain == IN_VAIN:
                break
        return self.browse(reached)

    def _requests(self, storefront):
        """Those of these that are still there and whose products are still sold.

        :return: list of :class:`~.online_order.OrderRequest`
        """
        orders = {}
        for one in self.exists():
            try:
                orders[one] = read(SalesOrder, parse(one.content.encode()))
            except Problem:
                continue  # it was sent to another version of this server
        if not orders:
            return []
        products = storefront._published_by_sku(
            {line.sku for order in orders.values() for line in order.line_items}
        )
        requests = []
        lines = 0
        for one, order in orders.items():
            lines += len(order.line_items)
            if lines <= LINES and all(line.sku in products for line in order.line_items):
                requests.append(OrderRequest(
                    order, one.content_hash,
                    {line.sku: products[line.sku] for line in order.line_items},
                    self.env["enord.reservation"], waiting=one,
                ))
        return requests

    @api.model
    def _sweep(self):
        """Rows of requests that came to a sudden end; they hold customers' addresses."""
        self.search([("since", "<", self.env.cr.now() - timedelta(minutes=1))]).unlink()
