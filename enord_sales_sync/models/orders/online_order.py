from odoo import api, models

from ...contract.problem import Problem
from ..api.locked_transaction import in_locked_transaction
from ..customers.address import address_errors
from ..stock.allocation import allocate, with_what_can_be_reserved
from .answers import order_answer
from .money import OrderMoney


class SaleOrder(models.Model):
    """``POST /api/sales/orders``: a paid cart becomes an order, an invoice and reserved stock.

    In two steps, each a transaction. The first holds the products: the order is made, confirmed and
    reserved. The second makes the invoice; whatever becomes of it the order stands.
    """

    _inherit = "sale.order"

    @api.model
    def _enord_accept(self, storefront, order, content_hash, answer=order_answer):
        """Record an online sale (specification, section 5.1).

        :param storefront: who sends it
        :param order: :class:`~...contract.requests.SalesOrder`
        :param content_hash: :class:`~...contract.content_hash.ContentHash` of it
        :param answer: callable that takes the order as it is in the end
        :return: what ``answer`` returns, and whether an earlier request has made the order
        :rtype: tuple[dict, bool]
        :raise Problem: 409 for a reference with other content, for a payment that came with another
            order and for missing stock, 422 for an unknown SKU, for values that cannot be and for
            what Odoo does not confirm, 503 when it could not be done in time
        """
        sale, replayed = self._enord_known(storefront, order, content_hash), True
        if not sale:
            sale, replayed = self._enord_record_alone(storefront, order, content_hash)
        told = None
        if not replayed or sale._enord_awaits_completion():
            told = sale._enord_complete(answer)
        return told or answer(sale), replayed

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
    def _enord_record_alone(self, storefront, order, content_hash):
        """The first step, while nobody else sells the same products or makes the same customer."""
        details = order.customer_details
        errors = OrderMoney(storefront).errors(order) + address_errors(storefront, details)
        if errors:
            raise Problem(
                422, "invalid_request",
                "Some fields are not as they should be; nothing was written.", errors,
            )
        reservation = self.env["enord.reservation"]._of_order(storefront, order)
        by_sku = reservation._products_of_order(storefront, order)
        products = self.env["product.product"].union(
            *by_sku.values(), reservation.move_ids.product_id
        )

        customers = self.env["enord.customer"]
        asked = customers._ask_before(storefront, details)

        def before_waiting():
            if storefront.oversell_policy == "reject" and not reservation:
                # who comes too late is told at once, and does not wait for those who are buying
                allocate(storefront, order.line_items, by_sku)

        def work(unreservable):
            if known := self._enord_known(storefront, order, content_hash):
                return known, True
            return self.with_context(
                enord_change_reason="ONLINE_SALE", enord_asked=asked
            )._enord_record(
                storefront, order, content_hash, by_sku, reservation, unreservable
            ), False

        locks = products._enord_locks(storefront.company_id) + customers._locks(storefront, details)
        return with_what_can_be_reserved(lambda unreservable: in_locked_transaction(
            self.env, locks, lambda: work(unreservable), before_waiting
        ))

    @api.model
    def _enord_record(self, storefront, order, content_hash, by_sku, reservation, unreservable):
        """The first step: the order, confirmed, its units held.

        :param dict by_sku: products of the order's lines
        :param reservation: the ``enord.reservation`` that the order names, or none
        :param dict unreservable: see :func:`~..stock.allocation.allocate`
        :rtype: sale.order
        """
        transaction = self.env["enord.api.transaction"]._begin(
            storefront, "order", order.transaction_id, content_hash, order.payment
        )
        held = reservation._take_over(
            storefront, self.env["product.product"].union(*by_sku.values())
        )
        lines = allocate(
            storefront, order.line_items, by_sku, held=held,
            backorder=storefront.oversell_policy == "backorder", unreservable=unreservable,
        )
        sale = self._enord_create(storefront, order, by_sku, lines)
        reservation.sale_order_id = sale
        sale._enord_reserve()
        if storefront.delivery_policy == "deliver":
            sale._enord_deliver()
        sale._enord_await_invoice()
        transaction.sale_order_id = sale
        return sale
