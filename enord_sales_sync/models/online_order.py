from odoo import models

from ..contract.problem import Problem
from ..contract.requests import utc_naive


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
            unknown SKU and for values that cannot be, 503 when it could not be done in time
        """
        self.ensure_one()
        Transaction = self.env["enord.api.transaction"].with_context(enord_order=True)
        known = Transaction._replay(self, "order", order.transaction_id, content_hash)
        if known:
            return known.response, True
        self._check_values(order)
        products = self._products_by_sku(
            [(f"/line_items/{index}/sku", line.sku) for index, line in enumerate(order.line_items)]
        )
        reservation = self._order_reservation(order)
        if self.oversell_policy == "reject" and not reservation:
            # who comes too late is told at once, and does not wait for those who are buying
            self._allocate(order.line_items, products)

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
            + self._customer_locks(order.customer_details),
            work,
        )

    def _check_values(self, order):
        errors = self._money_errors(order) + self._address_errors(order.customer_details)
        if errors:
            raise Problem(
                422, "invalid_request",
                "Some fields are not as they should be; nothing was written.", errors,
            )

    def _create_order(self, order, products, reservation):
        # nobody follows an online order; one note says where it came from
        self = self.with_context(  # noqa: PLW0642
            enord_change_reason="ONLINE_SALE", tracking_disable=True,
        )
        held = self._take_over(reservation, self.env["product.product"].union(*products.values()))
        lines = self._allocate(
            order.line_items, products, held=held, backorder=self.oversell_policy == "backorder",
        )
        customer = self._customer_of_order(order)
        priced = self._priced_lines(order, products, lines, customer["fiscal_position_id"])
        sale = self.env["sale.order"].create({
            **self._order_values(order),
            **customer,
            "warehouse_id": lines[0][1].id,
            "order_line": [(0, 0, values) for values, _amount in priced],
        })
        reservation.sale_order_id = sale
        self._settle_amounts(sale, [amount for _values, amount in priced], order.total_amount)
        sale._message_log(body=self.env._(
            "Online order %(reference)s from %(storefront)s",
            reference=order.transaction_id, storefront=self.name,
        ))
        sale.action_confirm()
        # after the confirmation, which plans the delivery from now on and not from a moment that
        # may lie in a closed period
        sale.date_order = utc_naive(order.transaction_date)
        self._reserve(sale)
        if self.delivery_policy == "deliver":
            self._deliver(sale)
        self._invoice(sale)
        return sale

    def _order_values(self, order):
        """Values of the ``sale.order``, less customer and lines. Override to fill fields of other
        add-ons."""
        return {
            "company_id": self.company_id.id,
            "enord_storefront_id": self.id,
            "enord_transaction_reference": order.transaction_id,
            "client_order_ref": order.transaction_id,
            "origin": self.name,
            "pricelist_id": self.pricelist_id.id,
            "currency_id": self.currency_id.id,
            "team_id": self.team_id.id,
            "user_id": False,
            "require_signature": False,
            "require_payment": False,
            **self._payment_values(order),
        }

    def _customer_of_order(self, order):
        """Customer, addresses and what follows from them, as values of the ``sale.order``."""
        customer = order.customer_details
        partner = self._customer(customer)
        values = {"partner_id": partner.id}
        billing, shipping = customer.billing_address, customer.shipping_address
        delivery = partner
        if billing:
            values["partner_invoice_id"] = self._address_contact(partner, billing, "invoice").id
        if shipping or billing:
            delivery = self._address_contact(partner, shipping or billing, "delivery")
        else:
            delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
        values["partner_shipping_id"] = delivery.id
        values["fiscal_position_id"] = self.env["account.fiscal.position"].with_company(
            self.company_id
        )._get_fiscal_position(partner, delivery).id
        return values

    def _priced_lines(self, order, products, lines, fiscal_position_id):
        """The order's lines: each request line's parts by warehouse, then the shipping.

        :param lines: ``(line item, warehouse, units)`` as allocated
        :return: list of ``(values, amount)``; the amount in the storefront's terms
        """
        fiscal_position = self.env["account.fiscal.position"].browse(fiscal_position_id)
        amounts = dict(zip(map(id, order.line_items), self._line_amounts(order), strict=True))
        taken = {}
        priced = []
        for line, warehouse, units in lines:
            product = products[line.sku]
            # of an amount that does not divide, the parts still add up
            before, after = taken.get(id(line), 0), taken.get(id(line), 0) + units
            taken[id(line)] = after
            amount = (
                self._coins(amounts[id(line)] * after / line.quantity)
                - self._coins(amounts[id(line)] * before / line.quantity)
            )
            priced.append((self._line_values(
                product, line.unit_price, units, amount, fiscal_position,
                enord_warehouse_id=warehouse.id,
            ), amount))
        if order.shipping_charge:
            priced.append((self._line_values(
                self.shipping_product_id, order.shipping_charge, 1, order.shipping_charge,
                fiscal_position,
            ), order.shipping_charge))
        return priced

    def _line_values(self, product, unit_price, units, amount, fiscal_position, **values):
        taxes = fiscal_position.map_tax(self._product_taxes(product))
        return {
            "product_id": product.id,
            "product_uom_qty": units,
            **self._price_values(unit_price, units, amount, taxes, product),
            **values,
        }
