from odoo import Command
from odoo.tests import tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestPaymentTerms(OrdersCommon):
    """The terms of a known customer change nothing of what was paid."""

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
