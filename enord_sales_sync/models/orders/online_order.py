from odoo import models

from ...contract.problem import Problem
from ..api.locked_transaction import in_locked_transaction


class EnordStorefront(models.Model):
    """``POST /api/sales/orders``: a paid cart becomes an order, an invoice and reserved stock.

    In two steps, each a transaction. The first holds the products: the order is made, confirmed and
    reserved. The second makes the invoice; whatever becomes of it the order stands.
    """

    _inherit = "enord.storefront"

    def _accept_order(self, order, content_hash):
        """Record an online sale (specification, section 5.1).

        :param order: :class:`~..contract.requests.SalesOrder`
        :param str content_hash: of the request's content
        :return: the ``sale.order``, and whether an earlier request has made it
        :rtype: tuple[sale.order, bool]
        :raise Problem: 409 for a reference with other content and for missing stock, 422 for an
            unknown SKU, for values that cannot be and for what Odoo does not confirm, 503 when it
            could not be done in time
        """
        self.ensure_one()
        sale, replayed = self._known_order(order, content_hash), True
        if not sale:
            sale, replayed = self._record_in_locked_transaction(order, content_hash)
        sale._enord_complete()
        return sale, replayed

    def _known_order(self, order, content_hash):
        transaction = self.env["enord.api.transaction"].with_context(enord_order=True)._replay(
            self, "order", order.transaction_id, content_hash
        )
        if transaction and not transaction.sale_order_id:
            raise transaction._conflict(
                "order_deleted", f"{order.transaction_id} was accepted before; its order was "
                "deleted in the ERP since. Nothing was written.",
            )
        return transaction.sale_order_id

    def _record_in_locked_transaction(self, order, content_hash):
        self._check_values(order)
        by_sku = self._products_by_sku(
            [(f"/line_items/{index}/sku", line.sku) for index, line in enumerate(order.line_items)]
        )
        reservation = self._order_reservation(order)
        products = self.env["product.product"].union(*by_sku.values())

        def before_waiting():
            if self.oversell_policy == "reject" and not reservation:
                # who comes too late is told at once, and does not wait for those who are buying
                self._allocate(order.line_items, by_sku)

        def work():
            if known := self._known_order(order, content_hash):
                return known, True
            return self._record_order(order, content_hash, by_sku, reservation), False

        return in_locked_transaction(
            self.env,
            self._product_locks(products | reservation.move_ids.product_id)
            + self._customer_locks(order.customer_details),
            work, before_waiting,
        )

    def _check_values(self, order):
        errors = self._money_errors(order) + self._address_errors(order.customer_details)
        if errors:
            raise Problem(
                422, "invalid_request",
                "Some fields are not as they should be; nothing was written.", errors,
            )

    def _record_order(self, order, content_hash, by_sku, reservation):
        """The first step: the order, confirmed, its units held.

        :param dict by_sku: products of the order's lines
        :param reservation: the ``enord.reservation`` that the order names, or none
        :rtype: sale.order
        """
        self = self.with_context(enord_change_reason="ONLINE_SALE")  # noqa: PLW0642
        transaction = self.env["enord.api.transaction"]._begin(
            self, "order", order.transaction_id, content_hash
        )
        held = self._take_over(reservation, self.env["product.product"].union(*by_sku.values()))
        lines = self._allocate(
            order.line_items, by_sku, held=held, backorder=self.oversell_policy == "backorder",
        )
        sale = self._create_sale(order, by_sku, lines)
        reservation.sale_order_id = sale
        self._reserve(sale)
        if self.delivery_policy == "deliver":
            self._deliver(sale)
        sale._enord_await_invoice()
        transaction.sale_order_id = sale
        return sale
