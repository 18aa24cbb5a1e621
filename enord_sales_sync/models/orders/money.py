from decimal import ROUND_HALF_UP, Decimal

from odoo import models

from ...contract.problem import FieldError, Problem
from ..catalogue.prices import product_taxes


class OrderMoney:
    """What the customer paid is what the order and its invoice come to, to the cent.

    :param storefront: one ``enord.storefront``: its currency and what its prices mean
    """

    def __init__(self, storefront):
        self.storefront = storefront
        self.currency = storefront.currency_id

    def errors(self, order):
        """Amounts and currency that cannot be meant, as a list of field errors."""
        errors = []
        if order.currency and order.currency != self.currency.name:
            errors.append(FieldError(
                "/currency", "other_currency",
                f"this storefront sells in {self.currency.name}, not {order.currency}",
            ))
        amounts = {
            "/discount_amount": order.discount_amount,
            "/shipping_charge": order.shipping_charge,
            "/total_amount": order.total_amount,
            "/payment/amount": order.payment and order.payment.amount,
            **{f"/line_items/{index}/discount_amount": line.discount_amount
               for index, line in enumerate(order.line_items)},
        }
        errors += [
            FieldError(pointer, "too_many_decimals",
                       f"expected an amount in {self.currency.name}, without parts of the "
                       f"smallest coin ({self.currency.rounding:g})")
            for pointer, amount in amounts.items() if amount and amount != self.coins(amount)
        ]
        return errors

    def coins(self, amount):
        """An amount rounded to the storefront's currency.

        :rtype: Decimal
        """
        coin = Decimal(str(self.currency.rounding)).normalize()
        return (amount / coin).quantize(Decimal(1), ROUND_HALF_UP) * coin

    def line_amounts(self, order):
        """What each line comes to after its own discount and its share of the order's, in coins.

        The order's discount is shared in proportion; the shares add up to it exactly.

        :rtype: list[Decimal]
        """
        amounts = [self.coins(line.amount()) for line in order.line_items]
        discount = order.discount_amount or Decimal(0)
        total = sum(amounts)
        before = given = Decimal(0)
        reduced = []
        for amount in amounts:
            before += amount
            share = self.coins(discount * before / total) - given if total else Decimal(0)
            given += share
            reduced.append(amount - share)
        return reduced

    def price_values(self, unit_price, units, amount, taxes, product):
        """``price_unit`` and ``discount`` of a sales order line that comes to ``amount``.

        The price is the storefront's where that gives the amount, and otherwise has as many
        decimals as it takes.

        :param Decimal unit_price: as sent, before discounts
        :param Decimal amount: of the line, in the storefront's terms (with or without taxes)
        :param taxes: of the line, after the fiscal position
        """
        full = self.coins(units * unit_price)
        decimals = min(2, self.storefront.env["decimal.precision"].precision_get("Discount"))
        discount = round(100 * (1 - amount / full), decimals) if full else Decimal(0)
        remaining = 1 - discount / 100
        if amount and not remaining:
            discount, remaining = Decimal(0), Decimal(1)
        comes_to = units * unit_price * remaining
        if self.storefront.company_id.tax_calculation_rounding_method == "round_per_line":
            comes_to = self.coins(comes_to)
        if remaining and comes_to != amount:
            unit_price = amount / remaining / units
        price_unit = self._in_terms_of(taxes, float(unit_price), units, product)
        return {"price_unit": price_unit, "discount": float(discount)}

    def includes_taxes(self, product):
        """Whether ``unit_price`` of a product contains the taxes; None where some of them."""
        if self.storefront.price_policy != "stored":
            return self.storefront.price_policy == "tax_included"
        included = _include(product_taxes(self.storefront, product)) or {True}
        return included.pop() if len(included) == 1 else None

    def _in_terms_of(self, taxes, unit_price, units, product):
        """A price with or without taxes, as the policy has it, as taxes that are configured
        otherwise expect it."""
        include, units = self.includes_taxes(product), float(units)
        if include is None or _include(taxes) <= {include}:
            return unit_price
        details = taxes._get_tax_details(
            unit_price, units, rounding_method="round_globally", product=product,
            special_mode="total_included" if include else "total_excluded",
        )
        return (details["total_excluded"] + sum(
            data["tax_amount"] for data in details["taxes_data"] if data["tax"].price_include
        )) / units

    def settle(self, sale, amounts, total):
        """Make the order come to what was paid where Odoo's rounding differs.

        :param amounts: of each line, in the storefront's terms
        :param total: what the customer says to have paid, or None
        :raise Problem: 422 where more than rounding is between the two
        """
        for line, amount in zip(sale.order_line, amounts, strict=True):
            line._enord_settle(float(amount), self.includes_taxes(line.product_id))
        included = all(self.includes_taxes(line.product_id) for line in sale.order_line)
        if total is None and included:
            total = sum(amounts)
        if total is None:
            return
        term = sale.payment_term_id
        if term.early_discount and term.early_pay_discount_computation == "mixed":
            # the amount is settled: no tax is taken off it because it is paid early
            sale.payment_term_id = False
        currency = sale.currency_id
        delta = float(total) - sale.amount_total
        if currency.is_zero(delta):
            return
        # each tax of each line may have been rounded up here and down there
        roundings = sum(
            len(line.tax_ids.flatten_taxes_hierarchy()) or 1 for line in sale.order_line
        )
        if currency.compare_amounts(abs(delta), roundings * currency.rounding) > 0:
            raise Problem(
                422, "total_differs",
                f"The order comes to {currency.round(sale.amount_total)} {currency.name}, not "
                f"{total}; nothing was written.",
                [FieldError(
                    "/total_amount", "total_differs",
                    f"{total} was sent, the ERP computes {currency.round(sale.amount_total)}",
                    {"sent": float(total), "computed": currency.round(sale.amount_total)},
                )],
            )
        # every line, or rounding all lines together would move the other lines again
        sale.order_line._enord_add_rounding(delta, included)


def _include(taxes):
    """Whether prices include these taxes: True, False, both, or neither as there are none."""
    return set(taxes.flatten_taxes_hierarchy().mapped("price_include"))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _enord_settle(self, amount, included):
        """Make this line come to ``amount``, which contains its taxes if ``included``, where its
        taxes are configured the other way round."""
        if included is None or _include(self.tax_ids) <= {included}:
            return
        AccountTax = self.env["account.tax"]
        company = self.order_id.company_id
        base_line = self._prepare_base_line_for_taxes_computation(
            price_unit=amount / self.product_uom_qty, discount=0.0,
            special_mode="total_included" if included else "total_excluded",
        )
        AccountTax._add_tax_details_in_base_line(base_line, company)
        AccountTax._round_base_lines_tax_details([base_line], company)
        AccountTax._fix_base_lines_tax_details_on_manual_tax_amounts([base_line], company)
        self._enord_keep_amounts(base_line)

    def _enord_add_rounding(self, delta, in_base):
        """Add a few coins to these lines, as amounts that Odoo's tax engine takes as given; the
        invoice and a credit note carry them on.

        :param bool in_base: to the amount without taxes of the largest line, else to its tax
        """
        taxed = self.filtered("tax_ids")
        if not taxed:
            largest = max(self, key=lambda line: line.price_subtotal)
            units = largest.product_uom_qty * (1 - largest.discount / 100) or 1.0
            largest.price_unit = (largest.price_subtotal + delta) / units
            return
        AccountTax = self.env["account.tax"]
        company = self.order_id.company_id
        base_lines = [line._prepare_base_line_for_taxes_computation() for line in taxed]
        AccountTax._add_tax_details_in_base_lines(base_lines, company)
        AccountTax._round_base_lines_tax_details(base_lines, company)
        AccountTax._fix_base_lines_tax_details_on_manual_tax_amounts(base_lines, company)
        _add_to_largest(base_lines, delta, in_base, self.currency_id)
        for line, base_line in zip(taxed, base_lines, strict=True):
            line._enord_keep_amounts(base_line)

    def _enord_keep_amounts(self, base_line):
        """Have the tax engine take the amounts of ``base_line`` as given."""
        base_line.update(price_unit=self.price_unit, discount=self.discount)
        # the company's currency follows at the rate of the invoice's day
        base_line["manual_total_excluded"] = None
        for amounts in base_line["manual_tax_amounts"].values():
            amounts.pop("tax_amount", None)
            amounts.pop("base_amount", None)
        self.extra_tax_data = self.env["account.tax"]._export_base_line_extra_tax_data(base_line)
        # Odoo does not recompute amounts for extra_tax_data
        self.modified(["price_unit"])


def _add_to_largest(base_lines, delta, in_base, currency):
    if in_base:
        largest = max(base_lines, key=lambda line: line["manual_total_excluded_currency"])
        amounts = [largest, "manual_total_excluded_currency"], *(
            [amounts, "base_amount_currency"]
            for amounts in largest["manual_tax_amounts"].values()
        )
    else:
        taxes = [
            amounts for line in base_lines for amounts in line["manual_tax_amounts"].values()
        ]
        largest = max(taxes, key=lambda amounts: amounts["tax_amount_currency"])
        amounts = [[largest, "tax_amount_currency"]]
    for values, key in amounts:
        values[key] = currency.round(values[key] + delta)
