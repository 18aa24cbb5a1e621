import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS

from ...contract.problem import Problem
from ..api.locked_transaction import in_locked_transaction, lock_timeout
from ..customers.address import address_errors
from ..stock.allocation import allocate
from .money import OrderMoney
from .waiting_order import OrderRequest, alone_or_together

_logger = logging.getLogger(__name__)

#: How long an order waits for whoever moves in Odoo what only those need that it takes along.
OTHERS_MILLISECONDS = 200


class SaleOrder(models.Model):
    """``POST /api/sales/orders``: a paid cart becomes an order, an invoice and reserved stock.

    In two steps, each a transaction. The first holds the products: the order is made, confirmed and
    reserved. The second makes the invoice; whatever becomes of it the order stands.
    """

    _inherit = "sale.order"

    @api.model
    def _enord_accept(self, storefront, order, content_hash, text=None):
        """Record an online sale (specification, section 5.1).

        :param storefront: who sends it
        :param order: :class:`~...contract.requests.SalesOrder`
        :param str content_hash: of the request's content
        :param str text: the request as it was sent; with it, whoever sells the same products at
            this moment may record this order along with their own
        :return: the order, and whether an earlier request has made it
        :rtype: tuple[sale.order, bool]
        :raise Problem: 409 for a reference with other content and for missing stock, 422 for an
            unknown SKU, for values that cannot be and for what Odoo does not confirm, 503 when it
            could not be done in time
        """
        sale, replayed = self._enord_known(storefront, order, content_hash), True
        if not sale:
            sale, replayed = self._enord_first_step(storefront, order, content_hash, text)
        sale._enord_complete()
        return sale, replayed

    @api.model
    def _enord_is_known(self, storefront, order):
        return self.env["enord.api.transaction"].search_count([
            ("storefront_id", "=", storefront.id), ("reference", "=", order.transaction_id),
        ], limit=1)

    @api.model
    def _enord_known(self, storefront, order, content_hash):
        transaction = self.env["enord.api.transaction"].with_context(enord_order=True)._replay(
            storefront, "order", order.transaction_id, content_hash
        )
        if transaction and not transaction.sale_order_id:
            raise transaction._conflict(
                "order_deleted", f"{order.transaction_id} was accepted before; its order was "
                "deleted in the ERP since. Nothing was written.",
            )
        return transaction.sale_order_id

    @api.model
    def _enord_first_step(self, storefront, order, content_hash, text):
        """The order, confirmed and reserved, while nobody else sells the same products or makes
        the same customer.

        Whoever has to wait for that leaves the order where the next one finds it, who records it
        along with their own.
        """
        request = self._enord_request(storefront, order, content_hash)
        Waiting = self.env["enord.waiting.order"]
        others = Waiting
        products = self.env["product.product"].union(
            *request.by_sku.values(), request.reservation.move_ids.product_id
        )
        locks = products._enord_locks(storefront.company_id) + self.env["enord.customer"]._locks(
            storefront, order.customer_details
        )

        def before_waiting():
            if request.reservation:
                return
            if storefront.oversell_policy == "reject":
                # who comes too late is told at once, and does not wait for those who are buying
                allocate(storefront, order.line_items, request.by_sku)
            if text:
                request.waiting = Waiting._begin(storefront, text, content_hash, locks)

        def once_held(held):
            nonlocal others
            if not request.reservation:
                others = Waiting._lock_along(storefront, held) - request.waiting

        def work():
            nonlocal others
            is_recorded = not request.waiting._end()
            if known := self._enord_known(storefront, order, content_hash):
                return known, not is_recorded
            try:
                return self.with_context(enord_change_reason="ONLINE_SALE")._enord_record(
                    storefront, request, others
                ), False
            except CONCURRENCY_ERRORS:
                # who has what the others need does not hold up this one
                others = Waiting
                raise

        try:
            return in_locked_transaction(self.env, locks, work, before_waiting, once_held)
        except Exception:
            waits = request.waiting and not self.env.cr.closed
            if waits and not request.waiting._end_at_once() and (
                known := self._enord_known(storefront, order, content_hash)
            ):
                # too late to refuse it: somebody else has recorded it
                return known, False
            raise

    @api.model
    def _enord_request(self, storefront, order, content_hash):
        """What is asked for, as far as it can be judged without the locks.

        :rtype: OrderRequest
        """
        errors = OrderMoney(storefront).errors(order) + address_errors(
            storefront, order.customer_details
        )
        if errors:
            raise Problem(
                422, "invalid_request",
                "Some fields are not as they should be; nothing was written.", errors,
            )
        by_sku = self.env["product.product"]._enord_asked_for(
            storefront,
            [(f"/line_items/{index}/sku", line.sku) for index, line in enumerate(order.line_items)],
        )
        reservation = self.env["enord.reservation"]._of_order(storefront, order)
        return OrderRequest(
            order, content_hash, by_sku, reservation, self.env["enord.waiting.order"]
        )

    @api.model
    def _enord_record(self, storefront, request, others):
        """Record an order, and those that wait along with it.

        :param others: ``enord.waiting.order`` whose locks are held, too
        :return: the order
        :raise Problem: this one is refused; of the others, those that would be are left out
        """
        requests = [request, *others._requests(storefront)]
        products = self.env["product.product"].union(
            *(product for one in requests for product in one.by_sku.values())
        )
        requests = alone_or_together(requests, products._enord_components(storefront.company_id))
        held = request.reservation._take_over(
            storefront, self.env["product.product"].union(*request.by_sku.values())
        )
        if len(requests) > 1:
            with lock_timeout(self.env.cr, OTHERS_MILLISECONDS):
                self.env["enord.reservation"]._release_expired(storefront, products)
        stock = storefront._sellable(products)
        allocated = [(request, self._enord_allocate(storefront, request, stock, held))]
        recorded = {request.order.transaction_id}
        for other in requests[1:]:
            reference = other.order.transaction_id
            if reference in recorded or self._enord_is_known(storefront, other.order):
                continue
            try:
                allocated.append((other, self._enord_allocate(storefront, other, stock)))
            except Problem:
                continue  # its own request is told, when it has its turn
            recorded.add(reference)
        if len(allocated) > 1:
            try:
                with self.env.cr.savepoint():
                    return self._enord_make(storefront, allocated)[0]
            except CONCURRENCY_ERRORS:
                raise
            except Exception as error:  # whatever an order, an add-on or a configuration may bring
                _logger.warning(
                    "Order %s and %s others cannot be recorded together: %s",
                    request.order.transaction_id, len(allocated) - 1, error,
                    exc_info=None if isinstance(error, (Problem, UserError)) else error,
                )
                # each of them is to be recorded by its own request
                others._end()
        return self._enord_make(storefront, allocated[:1])[0]

    def _enord_allocate(self, storefront, request, stock, held=None):
        return allocate(
            storefront, request.order.line_items, request.by_sku, held=held, stock=stock,
            backorder=storefront.oversell_policy == "backorder",
        )

    @api.model
    def _enord_make(self, storefront, allocated):
        """Sales orders, confirmed, their units held.

        :param allocated: list of ``(OrderRequest, lines as allocated)``
        :rtype: sale.order
        """
        # from now on whoever gives up waiting for one of them waits for this transaction
        for request, _lines in allocated:
            request.waiting._end()
        transactions = [
            self.env["enord.api.transaction"]._begin(
                storefront, "order", request.order.transaction_id, request.content_hash
            ) for request, _lines in allocated
        ]
        sales = self._enord_create(
            storefront, [(one.order, one.by_sku, lines) for one, lines in allocated]
        )
        sales._enord_reserve()
        for (request, _lines), transaction, sale in zip(
            allocated, transactions, sales, strict=True
        ):
            request.reservation.sale_order_id = sale
            if storefront.delivery_policy == "deliver":
                sale._enord_deliver()
            transaction.sale_order_id = sale
        sales._enord_await_invoice()
        return sales
