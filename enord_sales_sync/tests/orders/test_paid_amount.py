from odoo import Command
from odoo.tests import tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestPaidAmount(OrdersCommon):
    """Neither a known customer's terms nor Odoo's decimals change what was paid."""

    def ordered(self, reference, price):
        self.post(
            reference, line_items=self.lines(("PROP-GUARD-X1", 2, price)), total_amount=1180.0,
            payment={"reference": reference, "method": "upi", "amount": 1180.0},
        )
        return self.sale(reference)

    def test_a_discount_for_early_payment_takes_no_tax_off_a_paid_cart(self):
        tax = self.guard.taxes_id = self.env["account.tax"].create({"name": "18 %", "amount": 18.0})
        for included, price in (("tax_included", 590.0), ("tax_excluded", 500.0)):
            tax.price_include_override = self.storefront.price_policy = included
            customer = self.ordered(included, price).partner_id
            for computation in ("mixed", "included", "excluded"):
                customer.property_payment_term_id = self.env["account.payment.term"].create({
                    "name": computation, "early_discount": True, "discount_percentage": 2,
                    "discount_days": 10, "early_pay_discount_computation": computation,
                    "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
                })
                reference = f"{included}-{computation}"
                with self.subTest(reference):
                    sale = self.ordered(reference, price)
                    self.assertEqual(sale.partner_id, customer)
                    self.assertEqual(sale.amount_total, 1180.0)
                    self.assertEqual(sale.invoice_ids.amount_total, 1180.0)
                    self.assertEqual(sale.invoice_ids.amount_residual, 0)
                    self.assertEqual(sale.enord_payment_id.amount, 1180.0)
            customer.property_payment_term_id = False

    def test_a_discount_with_few_decimals_gives_the_amount_all_the_same(self):
        precision = self.env["decimal.precision"].search([("name", "=", "Discount")])
        for digits in (0, 1, 2, 4):
            precision.digits = digits
            [line] = self.lines(("PROP-GUARD-X1", 1, 99.99))
            answer = self.post(f"D-{digits}", line_items=[{**line, "discount_amount": 33.37}])
            self.assertEqual(answer["amount_total"], 66.62)
            self.assertEqual(answer["invoice"]["amount_total"], 66.62)
