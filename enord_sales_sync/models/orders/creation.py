from odoo import api, models

from ...contract.moments import utc_naive
from ...contract.notices import Notice, adapted
from ...contract.problem import Problem
from ..customers.address import address_notices
from ..invoicing.payment import payment_values
from .money import OrderMoney

#: Context in which the order and its transfers are made: nobody follows them yet.
QUIET = {"mail_create_nolog": True, "mail_create_nosubscribe": True}


class SaleOrder(models.Model):
    """What an accepted order becomes in Odoo."""

    _inherit = "sale.order"

    @api.model
    def _enord_create(self, storefront, order, by_sku, lines):
        """The sales order, confirmed.

        :param dict by_sku: products of the order's lines
        :param lines: ``(line item, warehouse, units)`` as allocated
        :raise Problem: 422 where Odoo does not confirm it
        """
        customers = self.env["enord.customer"]
        partner = customers._of(storefront, order.customer_details)
        notices = [Notice("existing_customer")] if customers._is_new_to(storefront, partner) else []
        # what an order is made with is no change to keep track of
        sale = self.with_context(**QUIET, tracking_disable=True).create({
            **self._enord_values(storefront, order),
            **customers._order_values(storefront, order.customer_details, partner),
            "warehouse_id": lines[0][1].id,
        })
        sale._enord_add_lines(order, by_sku, lines)
        sale = sale.with_env(self.env)
        sale._message_log(body=self.env._(
            "Online order %(reference)s from %(storefront)s",
            reference=order.transaction_id, storefront=storefront.name,
        ))
        sale._enord_notice(
            adapted(order) + address_notices(storefront, order.customer_details)
            + sale._enord_payment_notices() + notices
        )
        sale._enord_flag_low_prices(order, by_sku, OrderMoney(storefront).line_amounts(order))
        answer = sale.with_context(**QUIET).action_confirm()
        if sale.state != "sale":
            raise _not_confirmed(answer)
        # after the confirmation, which plans the delivery from now on and not from a moment that
        # may lie in a closed period
        sale.date_order = utc_naive(order.transaction_date)
        return sale

    @api.model
    def _enord_values(self, storefront, order):
        """Values of an online order, less customer and lines. Override to fill fields of other
        add-ons.

        What is not here Odoo computes: fiscal position, terms, currency and its rate, …
        """
        team = {"team_id": storefront.team_id.id} if storefront.team_id else {}
        return {
            **team,
            "company_id": storefront.company_id.id,
            "enord_storefront_id": storefront.id,
            "enord_transaction_reference": order.transaction_id,
            "client_order_ref": order.transaction_id,
            "origin": storefront.name,
            "pricelist_id": storefront.pricelist_id.id,
            "user_id": False,
            "require_signature": False,
            "require_payment": False,
            **payment_values(storefront, order),
        }

    def _enord_add_lines(self, order, by_sku, lines):
        """The lines of an order that has none yet, and what was paid for them.

        :param order: :class:`~...contract.requests.SalesOrder`
        :param dict by_sku: products of the order's lines
        :param lines: ``(line item, warehouse, units)`` as allocated
        """
        # after the order: Odoo has computed whose taxes apply
        priced = _priced_lines(self, order, by_sku, lines)
        self.env["sale.order.line"].create([values for values, _amount in priced])
        OrderMoney(self.enord_storefront_id).settle(
            self, [amount for _values, amount in priced], order.total_amount
        )


def _priced_lines(sale, order, by_sku, lines):
    """The order's lines: each request line's parts by warehouse, then the shipping.

    :param lines: ``(line item, warehouse, units)`` as allocated
    :return: list of ``(values, amount)``; the amount in the storefront's terms
    """
    storefront = sale.enord_storefront_id
    money = OrderMoney(storefront)
    amounts = dict(zip(map(id, order.line_items), money.line_amounts(order), strict=True))
    # in one query
    sale.env["product.product"].union(*by_sku.values()).product_tmpl_id.fetch(["taxes_id"])
    taken = {}
    priced = []
    for line, warehouse, units in lines:
        # of an amount that does not divide, the parts still add up
        before, after = taken.get(id(line), 0), taken.get(id(line), 0) + units
        taken[id(line)] = after
        amount = (
            money.coins(amounts[id(line)] * after / line.quantity)
            - money.coins(amounts[id(line)] * before / line.quantity)
        )
        priced.append((_line_values(
            sale, by_sku[line.sku], line.unit_price, units, amount,
            enord_warehouse_id=warehouse.id, enord_sku=line.sku,
            enord_unit_price=float(line.unit_price),
        ), amount))
    if order.shipping_charge:
        priced.append((_line_values(
            sale, storefront.shipping_product_id, order.shipping_charge, 1, order.shipping_charge,
        ), order.shipping_charge))
    return priced


def _line_values(sale, product, unit_price, units, amount, **values):
    line = {"order_id": sale.id, "product_id": product.id}
    taxes = sale.env["sale.order.line"].new(line).tax_ids._origin
    return {
        **line,
        "product_uom_qty": units,
        **OrderMoney(sale.enord_storefront_id).price_values(
            unit_price, units, amount, taxes, product
        ),
        **values,
    }


def _not_confirmed(answer):
    """422 for an order that stayed a quotation.

    :param answer: what ``action_confirm`` returned: a window that asks a person, as an exception
        to be approved does, or nothing of use
    """
    asks = answer.get("name") if isinstance(answer, dict) else None
    return Problem(
        422, "not_confirmed",
        "The ERP did not confirm the order; its staff see why, in the API calls. Nothing was "
        "written.",
        cause=f"Odoo asks “{asks}”" if asks else "Odoo does not say why",
    )
