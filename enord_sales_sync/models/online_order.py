import logging
from dataclasses import dataclass

from odoo import models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..contract.problem import Problem
from ..contract.requests import SalesOrder
from .locked_transaction import TryAgain
from .order_memory import MEMORY, Memory
from .quiet_documents import QUIET

_logger = logging.getLogger(__name__)


@dataclass
class OrderRequest:
    """An order that is being asked for, and what was found of it.

    :ivar products: ``{sku: product}`` of its lines
    :ivar reservation: the ``enord.reservation`` that it names, or none
    :ivar waiting: the ``enord.waiting.order`` by which others may record it, or none
    :ivar others: those by which this request may record others, or none
    :ivar failed: whether it could not be recorded together with them
    """

    order: SalesOrder
    content_hash: str
    products: dict
    reservation: models.Model
    waiting: models.Model
    others: models.Model = None
    failed: bool = False


class EnordStorefront(models.Model):
    """``POST /api/sales/orders``: a paid cart becomes an order, an invoice and reserved stock."""

    _inherit = "enord.storefront"

    def _accept_order(self, order, content_hash, text=None):
        """Record an online sale (specification, section 5.1).

        :param order: :class:`~..contract.requests.SalesOrder`
        :param str content_hash: of the request's content
        :param str text: the request as it was sent; with it, whoever sells the same products at
            this moment may record this order along with their own
        :return: the response as JSON text, and whether it is the answer to an earlier request
        :rtype: tuple[str, bool]
        :raise Problem: 409 for a reference with other content and for missing stock, 422 for an
            unknown SKU and for values that cannot be, 503 when it could not be done in time
        """
        self.ensure_one()
        Transaction = self.env["enord.api.transaction"].with_context(enord_order=True)
        Waiting = self.env["enord.waiting.order"]

        def known():
            return Transaction._replay(self, "order", order.transaction_id, content_hash)

        if before := known():
            return before.response, True
        self._check_values(order)
        products = self._products_by_sku(
            [(f"/line_items/{index}/sku", line.sku) for index, line in enumerate(order.line_items)]
        )
        request = OrderRequest(
            order, content_hash, products, self._order_reservation(order), Waiting, Waiting,
        )
        locks = self._order_locks(request)

        def before_waiting():
            if self.oversell_policy == "reject" and not request.reservation:
                # who comes too late is told at once, and does not wait for those who are buying
                self._allocate(order.line_items, products)
            if text and not request.reservation:
                request.waiting = Waiting._begin(self, request, text, locks)

        def once_held(held):
            if request.waiting and not request.waiting.exists():
                return
            if not request.reservation:
                Waiting._gather(self, locks, request.waiting)
                request.others = Waiting._lock_along(self, held)

        def work():
            if request.waiting:
                by_another = not request.waiting._end()
                if answered := known():
                    Waiting._recorded_together(locks)
                    return answered.response, not by_another
            answer = self._record_with_others(request)
            if request.others:
                Waiting._recorded_together(locks)
            return (answer, False) if answer else (known().response, True)

        try:
            return self._in_locked_transaction(locks, work, before_waiting, once_held)
        except Exception:
            waits = request.waiting and not self.env.cr.closed
            if waits and not request.waiting._end_at_once() and (answered := known()):
                # too late to refuse it: another process has recorded it
                return answered.response, False
            raise

    def _order_locks(self, request):
        products = self.env["product.product"].union(*request.products.values())
        return (
            self._product_locks(products | request.reservation.move_ids.product_id)
            + self._customer_locks(request.order.customer_details)
        )

    def _check_values(self, order):
        errors = self._money_errors(order) + self._address_errors(order.customer_details)
        if errors:
            raise Problem(
                422, "invalid_request",
                "Some fields are not as they should be; nothing was written.", errors,
            )

    def _record_with_others(self, request):
        """Record this order, and others that wait for the same products along with it.

        :return: the answer to this request as JSON text, or None where it was recorded before
        :raise TryAgain: together they fail; the next time this one is alone
        """
        self = self.with_context(  # noqa: PLW0642
            enord_change_reason="ONLINE_SALE", **QUIET, **{MEMORY: Memory()},
        )
        others = request.others.exists()
        if request.failed:
            # it is not this order's fault: each of the others is to be recorded by its own request
            others._end()
            others = others.browse()
        allocated = None
        try:
            allocated = self._allocate_orders(request, others._requests(self))
            return self._record_orders(allocated) if allocated else None
        except Exception as error:  # whatever an order, an add-on or a configuration may bring
            if not others or (allocated is None and isinstance(error, Problem)):
                raise
            if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                # who has the stock of the others' products does not hold up this one
                request.others = others.browse()
                raise
            _logger.warning(
                "Order %s and %s others cannot be recorded together: %s",
                request.order.transaction_id, len(others), error,
                exc_info=None if isinstance(error, (Problem, UserError)) else error,
            )
            request.failed = True
            raise TryAgain(str(error)) from error
