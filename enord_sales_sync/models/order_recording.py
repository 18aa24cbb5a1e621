from odoo import models

from ..contract.problem import Problem
from ..contract.requests import utc_naive
from .quiet_documents import origins_at_once


class EnordStorefront(models.Model):
    """What an accepted order becomes in Odoo.

    Several are created, confirmed, reserved and invoiced together: that is how Odoo is fast.
    """

    _inherit = "enord.storefront"

    def _allocate_orders(self, request, others=()):
        """Begin orders and find the units of their lines: of one, and of others as far as stock
        goes.

        :param request: :class:`~.online_order.OrderRequest`
        :param others: such that wait; none of them names a reservation
        :return: list of ``(request, its enord.api.transaction, lines as allocated)``, the one
            first; empty where that was recorded before
        :raise Problem: the one is refused; of the others, those that would be are left out
        """
        transaction = self._begin_order(request)
        if not transaction:
            return []
        products = self.env["product.product"].union(
            *(product for one in (request, *others) for product in one.products.values())
        )
        held = self._take_over(request.reservation, products)
        stock = self._sellable(products)
        parts = products._enord_components(self.company_id)
        sold_as = {}
        allocated = [(request, transaction, self._allocate_order(request, stock, held))]
        _share_no_stock(request, parts, sold_as)
        for other in others:
            if not _share_no_stock(other, parts, sold_as):
                continue
            try:
                lines = self._allocate_order(other, stock)
                transaction = self._begin_order(other)
            except Problem:
                continue  # its own request is told, when it has its turn
            if transaction:
                other.waiting._end()
                allocated.append((other, transaction, lines))
        return allocated

    def _record_orders(self, allocated):
        """Make sales orders of what :meth:`_allocate_orders` has returned.

        :return: the answer to the first as JSON text
        """
        sales = self._create_sales([(one.order, one.products, lines)
                                    for one, _transaction, lines in allocated])
        allocated[0][0].reservation.sale_order_id = sales[0]
        self._reserve(sales)
        if self.delivery_policy == "deliver":
            for sale in sales:
                self._deliver(sale)
        self._invoice(sales)
        for (one, transaction, _lines), sale in zip(allocated, sales, strict=True):
            transaction.sale_order_id = sale
            transaction._answer(self._order_response(one.order, sale))
        return allocated[0][1].response

    def _begin_order(self, request):
        return self.env["enord.api.transaction"]._begin(
            self, "order", request.order.transaction_id, request.content_hash
        )

    def _allocate_order(self, request, stock, held=None):
        return self._allocate(
            request.order.line_items, request.products, held=held,
            backorder=self.oversell_policy == "backorder", stock=stock,
        )

    def _create_sales(self, allocated):
        """Sales orders, confirmed.

        :param allocated: list of ``(order, products by SKU, lines as allocated)``
        """
        values_list, amounts = [], []
        partners = self._customers([order.customer_details for order, *_found in allocated])
        for (order, products, lines), partner in zip(allocated, partners, strict=True):
            customer = self._customer_values(order.customer_details, partner)
            priced = self._priced_lines(order, products, lines, customer["fiscal_position_id"])
            amounts.append([amount for _values, amount in priced])
            values_list.append({
                **self._order_values(order),
                **customer,
                "warehouse_id": lines[0][1].id,
                "order_line": [(0, 0, values) for values, _amount in priced],
            })
        sales = self.env["sale.order"].create(values_list)
        for sale, of_lines, (order, *_found) in zip(sales, amounts, allocated, strict=True):
            self._settle_amounts(sale, of_lines, order.total_amount)
        sales._message_log_batch({
            sale.id: self.env._(
                "Online order %(reference)s from %(storefront)s",
                reference=order.transaction_id, storefront=self.name,
            ) for sale, (order, *_found) in zip(sales, allocated, strict=True)
        })
        with origins_at_once(sales) as confirmed:
            confirmed._enord_create_references()
            confirmed.action_confirm()
        # after the confirmation, which plans the delivery from now on and not from a moment that
        # may lie in a closed period
        for sale, (order, *_found) in zip(sales, allocated, strict=True):
            sale.date_order = utc_naive(order.transaction_date)
        return sales

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

    def _customers(self, customers):
        """The partner of each, in one recordset: what is read of one is read of all."""
        return self.env["res.partner"].concat(*map(self._customer, customers))

    def _customer_values(self, customer, partner):
        """Customer, addresses and what follows from them, as values of the ``sale.order``."""
        values = {"partner_id": partner.id}
        billing, shipping = customer.billing_address, customer.shipping_address
        delivery = partner
        if billing:
            values["partner_invoice_id"] = self._address_contact(partner, billing, "invoice").id
        if shipping or billing:
            delivery = self._address_contact(partner, shipping or billing, "delivery")
        else:
            delivery_id = partner.address_get(["delivery"])["delivery"]
            # as itself it is read together with the other customers
            delivery = partner if delivery_id == partner.id else partner.browse(delivery_id)
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


def _share_no_stock(request, parts, sold_as):
    """Note what units an order takes.

    What can be sold of a kit and of its component is counted for each alone; of two orders
    together that would be too much.

    :param dict parts: ``{kit_id: {component_id: units}}``
    :param dict sold_as: ``{product_id: the product as which its units are sold}``, added to
    :return: whether none of its products is a part of another one that is sold
    """
    taken = {
        part: product.id
        for product in request.products.values()
        for part in parts.get(product.id) or (product.id,)
    }
    if any(sold_as.get(part, product) != product for part, product in taken.items()):
        return False
    sold_as.update(taken)
    return True
