from odoo.tests import tagged

from ..orders_common import OrdersCommon
from .gst_common import AWAY, HOME, GstCommon


@tagged("post_install", "-at_install")
class TestOrderMoneyApi(GstCommon, OrdersCommon):
    """Money over HTTP."""

    def test_everything_together(self):
        self.configure("tax_included", True)
        answer = self.post(
            customer={"shipping_address": {"state": AWAY}},
            line_items=[
                {"sku": "GST-18", "quantity": 3, "unit_price": 333.33, "discount_amount": 50},
                {"sku": "GST-5", "quantity": 1, "unit_price": 199.99},
            ],
            discount_amount=10, shipping_charge=49, currency="INR", total_amount=1188.98,
            payment={"reference": "pay_1", "method": "card", "amount": 1188.98},
        )
        self.assertEqual(answer["invoice"]["amount_total"], 1188.98)
        self.assertEqual(answer["amount_total"], 1188.98)
        sale = self.sale()
        invoice = sale.invoice_ids
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(len(sale.order_line), 3)
        self.assertEqual(sale.order_line[2].product_id, self.storefront.shipping_product_id)
        self.assertEqual([line["unit_price"] for line in answer["line_items"]], [333.33, 199.99])
        self.assertAlmostEqual(sale.order_line[0].discount, 5.83, 2)

    def test_a_wrong_total_names_both_amounts_and_writes_nothing(self):
        problem = self.refused(422, "total_differs", "/total_amount", total_amount=45000)
        self.assertEqual((problem["errors"][0]["sent"], problem["errors"][0]["computed"]),
                         (45000.0, 46000.0))
        self.assertIn("45000", problem["detail"])
        self.assertIn("46000", problem["detail"])
        self.assertEqual(self.sellable(self.drone), [12, 3])

    def test_another_currency_is_refused(self):
        self.refused(422, "invalid_request", "/currency", currency="USD")

    def test_parts_of_the_smallest_coin_are_refused(self):
        self.refused(422, "invalid_request", "/total_amount", total_amount=46000.001)
        self.refused(422, "invalid_request", "/shipping_charge", shipping_charge=1.005)

    def test_units_from_two_warehouses_add_up(self):
        self._put(self.taxed["GST-18"], self.warehouse, -(10**6 - 2))
        self._put(self.taxed["GST-18"], self.second_warehouse, 1)
        for policy in ("tax_included", "tax_excluded"):
            self.configure(policy, policy == "tax_excluded")
            answer = self.post(policy, line_items=[{
                "sku": "GST-18", "quantity": 3, "unit_price": 33.3333, "discount_amount": 10,
            }], customer={"shipping_address": {"state": HOME}})
            self.assertEqual(len(answer["line_items"]), 2)
            total = 90.0 if policy == "tax_included" else 106.2
            self.assertEqual(answer["invoice"]["amount_total"], total)
            self._put(self.taxed["GST-18"], self.warehouse, 2)
            self._put(self.taxed["GST-18"], self.second_warehouse, 1)

    def test_an_order_given_away_is_invoiced_at_nothing(self):
        answer = self.post(line_items=[{
            "sku": "GST-18", "quantity": 2, "unit_price": 10, "discount_amount": 20,
        }])
        self.assertEqual(answer["invoice"]["amount_total"], 0)
