from unittest.mock import patch

from odoo.tests import tagged

from ..orders_common import PATH, OrdersCommon

PAYMENT = {"reference": "pay_29Q", "method": "upi", "amount": 500.0}


@tagged("post_install", "-at_install")
class TestPaymentReferences(OrdersCommon):
    """A payment pays once for each storefront and method, whatever becomes of the order."""

    def paid(self, number, key=None, **payment):
        return self.call("POST", PATH, self.order(
            number, line_items=self.lines(("PROP-GUARD-X1", 1, 500.0)),
            payment={**PAYMENT, **payment},
        ), key=key)

    def assertUsed(self, response, by):
        problem = self.assertProblem(
            response, 409, "payment_reference_used", "/payment/reference"
        )
        self.assertEqual(problem["errors"][0]["transaction_id"], by)

    def test_a_second_order_with_a_payment_is_refused_and_nothing_is_written(self):
        self.assertEqual(self.paid("FIRST").status_code, 201)
        self.assertUsed(self.paid("SECOND"), "FIRST")
        self.assertUsed(self.paid("SECOND", method="UPI", amount=400.0), "FIRST")
        self.assertFalse(self.sale("SECOND"))
        self.assertEqual(self.env["account.payment"].search_count(
            [("payment_reference", "=", "pay_29Q")]
        ), 1)
        self.assertEqual(self.sellable(self.guard), [79, 25])

    def test_a_repeat_is_no_second_order(self):
        for status in (201, 200, 200):
            self.assertEqual(self.paid("FIRST").status_code, status)

    def test_another_method_or_storefront_has_numbers_of_its_own(self):
        other = self.another()._generate_api_key()
        self.assertEqual(self.paid("FIRST").status_code, 201)
        self.assertEqual(self.paid("SECOND", method="card").status_code, 201)
        self.assertEqual(self.paid("THIRD", reference="PAY_29Q").status_code, 201)
        self.assertEqual(self.paid("FIRST", key=other).status_code, 201)

    def test_the_money_of_a_cancelled_or_deleted_order_stays_where_it_is(self):
        self.paid("FIRST")
        sale = self.sale("FIRST")
        self.call("POST", f"{PATH}/FIRST/cancel")
        self.assertUsed(self.paid("SECOND"), "FIRST")
        sale.invoice_ids.line_ids.sale_line_ids = False
        sale.unlink()
        self.assertUsed(self.paid("SECOND"), "FIRST")

    def test_an_order_that_was_refused_has_used_nothing(self):
        refused = self.call("POST", PATH, self.order(
            "FIRST", line_items=self.lines(("PROP-GUARD-X1", 500, 500.0)), payment=PAYMENT,
        ))
        self.assertProblem(refused, 409, "out_of_stock")
        self.assertEqual(self.paid("SECOND").status_code, 201)

    def test_the_database_refuses_what_came_at_the_same_moment(self):
        self.paid("FIRST")
        transaction_class = self.env.registry["enord.api.transaction"]
        original, looked = transaction_class._check_payment, []

        def too_early(transaction, *args):
            looked.append(args)
            return len(looked) > 1 and original(transaction, *args)

        with patch.object(transaction_class, "_check_payment", too_early):
            self.assertUsed(self.paid("SECOND"), "FIRST")
        self.assertEqual(len(looked), 2, "the second look is after the database's refusal")
