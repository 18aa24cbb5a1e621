from odoo import api, models

from ...contract.problem import Problem
from ...contract.requests import utc_naive
from ..catalogue.prices import product_taxes
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
        customer = customers._order_values(storefront, order.customer_details, partner)
        priced = priced_lines(
            storefront, order, by_sku, lines,
            self.env["account.fiscal.position"].browse(customer["fiscal_position_id"]),
        )
        # what an order is made with is no change to keep track of
        sale = self.with_context(**QUIET, tracking_disable=True).create({
            **self._enord_values(storefront, order),
            **customer,
            "warehouse_id": lines[0][1].id,
            "order_line": [(0, 0, values) for values, _amount in priced],
        }).with_env(self.env)
        OrderMoney(storefront).settle(
            sale, [amount for _values, amount in priced], order.total_amount
        )
        sale._message_log(body=self.env._(
            "Online order %(reference)s from %(storefront)s",
            reference=order.transaction_id, storefront=storefront.name,
        ))
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
        add-ons."""
        return {
            "company_id": storefront.company_id.id,
            "enord_storefront_id": storefront.id,
            "enord_transaction_reference": order.transaction_id,
            "client_order_ref": order.transaction_id,
            "origin": storefront.name,
            "pricelist_id": storefront.pricelist_id.id,
            "currency_id": storefront.currency_id.id,
            "team_id": storefront.team_id.id,
            "user_id": False,
            "require_signature": False,
            "require_payment": False,
            **payment_values(order),
        }


def priced_lines(storefront, order, by_sku, lines, fiscal_position):
    """The order's lines: each request line's parts by warehouse, then the shipping.

    :param lines: ``(line item, warehouse, units)`` as allocated
    :return: list of ``(values, amount)``; the amount in the storefront's terms
    """
    money = OrderMoney(storefront)
    amounts = dict(zip(map(id, order.line_items), money.line_amounts(order), strict=True))
    taken = {}
    priced = []
    for line, warehouse, units in lines:
        product = by_sku[line.sku]
        # of an amount that does not divide, the parts still add up
        before, after = taken.get(id(line), 0), taken.get(id(line), 0) + units
        taken[id(line)] = after
        amount = (
            money.coins(amounts[id(line)] * after / line.quantity)
            - money.coins(amounts[id(line)] * before / line.quantity)
        )
        priced.append((_line_values(
            money, product, line.unit_price, units, amount, fiscal_position,
            enord_warehouse_id=warehouse.id, enord_sku=line.sku,
            enord_unit_price=float(line.unit_price),
        ), amount))
    if order.shipping_charge:
        priced.append((_line_values(
            money, storefront.shipping_product_id, order.shipping_charge, 1,
            order.shipping_charge, fiscal_position,
        ), order.shipping_charge))
    return priced


def _line_values(money, product, unit_price, units, amount, fiscal_position, **values):
    taxes = fiscal_position.map_tax(product_taxes(money.storefront, product))
    return {
        "product_id": product.id,
        "product_uom_qty": units,
        **money.price_values(unit_price, units, amount, taxes, product),
        **values,
    }


def _not_confirmed(answer):
    """422 for an order that stayed a quotation.

    :param answer: what ``action_confirm`` returned: a window that asks a person, as an exception
        to be approved does, or nothing of use
    """
    asks = answer.get("name") if isinstance(answer, dict) else None
    detail = f"Odoo did not confirm the order: it asks “{asks}”" if asks else (
        "Odoo did not confirm the order and does not say why"
    )
    return Problem(422, "not_confirmed", f"{detail}; nothing was written.")
