from odoo import models

from ..contract.requests import utc_naive
from .locked_transaction import CUSTOMER_LOCK


class EnordStorefront(models.Model):
    """``POST /api/sales/orders``: a paid cart becomes an order, an invoice and reserved stock."""

    _inherit = "enord.storefront"

    def _accept_order(self, order, content_hash):
        """Record an online sale (specification, section 5.1).

        :param order: :class:`~..contract.requests.SalesOrder`
        :param str content_hash: of the request's content
        :return: the response as JSON text, and whether it is the answer to an earlier request
        :rtype: tuple[str, bool]
        :raise Problem: 409 for a reference with other content and for missing stock, 422 for an
            unknown SKU, 503 when it could not be done in time
        """
        self.ensure_one()
        Transaction = self.env["enord.api.transaction"].with_context(enord_order=True)
        known = Transaction._replay(self, "order", order.transaction_id, content_hash)
        if known:
            return known.response, True
        products = self._products_by_sku(
            [(f"/line_items/{index}/sku", line.sku) for index, line in enumerate(order.line_items)]
        )
        reservation = self._order_reservation(order)

        def work():
            transaction = Transaction._begin(self, "order", order.transaction_id, content_hash)
            if not transaction:
                known = Transaction._replay(self, "order", order.transaction_id, content_hash)
                return known.response, True
            sale = self._create_order(order, products, reservation)
            transaction.sale_order_id = sale
            return transaction._answer(self._order_response(order, sale)), False

        return self._in_locked_transaction(
            self._product_locks([*products.values(), *reservation.move_ids.product_id])
            + [(CUSTOMER_LOCK, self._customer_number(order.customer_details))],
            work,
        )

    def _create_order(self, order, products, reservation):
        held = self._take_over(reservation, self.env["product.product"].union(*products.values()))
        lines = self._allocate(order.line_items, products, held=held)
        sale = self.env["sale.order"].with_context(enord_change_reason="ONLINE_SALE").create(
            self._order_values(order, products, lines)
        )
        reservation.sale_order_id = sale
        sale.action_confirm()
        sale.date_order = utc_naive(order.transaction_date)
        self._reserve(sale, order)
        self._invoice(sale)
        return sale

    def _order_values(self, order, products, lines):
        """Values of the ``sale.order``. Override to fill fields of other add-ons."""
        partner = self._customer(order.customer_details)
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "enord_storefront_id": self.id,
            "enord_transaction_reference": order.transaction_id,
            "client_order_ref": order.transaction_id,
            "origin": self.name,
            "pricelist_id": self.pricelist_id.id,
            "currency_id": self.currency_id.id,
            "warehouse_id": lines[0][1].id,
            "team_id": self.team_id.id,
            "user_id": False,
            "date_order": utc_naive(order.transaction_date),
            "require_signature": False,
            "require_payment": False,
            "order_line": [
                (0, 0, {
                    "product_id": products[line.sku].id,
                    "product_uom_qty": units,
                    "price_unit": float(line.unit_price),
                    "discount": 0.0,
                    "enord_warehouse_id": warehouse.id,
                })
                for line, warehouse, units in lines
            ],
        }
