from odoo import models

from ...contract.problem import Problem
from ...contract.requests import utc_naive


class EnordStorefront(models.Model):
    """What an accepted order becomes in Odoo."""

    _inherit = "enord.storefront"

    def _create_sale(self, order, products, lines):
        """The sales order, confirmed.

        :param dict products: by SKU
        :param lines: ``(line item, warehouse, units)`` as allocated
        :raise Problem: 422 where Odoo does not confirm it
        """
        partner = self._customer(order.customer_details)
        customer = self._customer_values(order.customer_details, partner)
        priced = self._priced_lines(order, products, lines, customer["fiscal_position_id"])
        # what an order is made with is no change to keep track of
        sale = self.env["sale.order"].with_context(tracking_disable=True).create({
            **self._order_values(order),
            **customer,
            "warehouse_id": lines[0][1].id,
            "order_line": [(0, 0, values) for values, _amount in priced],
        }).with_env(self.env)
        self._settle_amounts(sale, [amount for _values, amount in priced], order.total_amount)
        sale._message_log(body=self.env._(
            "Online order %(reference)s from %(storefront)s",
            reference=order.transaction_id, storefront=self.name,
        ))
        answer = sale.action_confirm()
        if sale.state != "sale":
            raise _not_confirmed(answer)
        # after the confirmation, which plans the delivery from now on and not from a moment that
        # may lie in a closed period
        sale.date_order = utc_naive(order.transaction_date)
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
                enord_warehouse_id=warehouse.id, enord_sku=line.sku,
                enord_unit_price=float(line.unit_price),
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
