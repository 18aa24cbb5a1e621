from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import SalesSyncHttpCommon, example

PATH = "/api/sales/orders/ORD-WEB-2024-999"


@tagged("post_install", "-at_install")
class TestOrderStatusApi(SalesSyncHttpCommon):
    """``GET /api/sales/orders/{transaction_id}`` and its cancellation."""

    def setUp(self):
        super().setUp()
        self.call("POST", "/api/sales/orders", example("sales-order"))
        self.sale = self.env["sale.order"].search(
            [("enord_transaction_reference", "=", "ORD-WEB-2024-999")]
        )

    def deliver(self, quantities=None):
        picking = self.sale.picking_ids
        for move in picking.move_ids:
            move.quantity = (quantities or {}).get(
                move.product_id.default_code, 0 if quantities else move.product_uom_qty
            )
            move.picked = bool(move.quantity)
        picking._action_done()

    def test_an_order_is_shown_with_invoice_and_deliveries(self):
        picking = self.sale.picking_ids
        invoice = self.sale.invoice_ids
        self.assertEqual(self.call("GET", PATH).json(), {
            "transaction_id": "ORD-WEB-2024-999",
            "status": "confirmed",
            "order": {"name": self.sale.name, "state": "sale"},
            "invoice": {"name": invoice.name, "state": "posted", "amount_total": 46000.0,
                        "payment_state": "not_paid"},
            "credit_note": None,
            "credit_notes": [],
            "amount_total": 46000.0,
            "currency": self.company.currency_id.name,
            "line_items": [
                {"sku": sku, "quantity": quantity, "unit_price": price,
                 "reserved_quantity": quantity, "delivered_quantity": 0,
                 "location_code": "WH-TECH-01"}
                for sku, quantity, price in (
                    ("DRONE-X1-PRO-KIT", 1, 45000.0), ("PROP-GUARD-X1", 2, 500.0),
                )
            ],
            "deliveries": [{"name": picking.name, "state": "assigned",
                            "location_code": "WH-TECH-01", "tracking_reference": None,
                            "delivered_at": None}],
            "cancellable": True,
            "notices": [],
        })

    def test_a_delivered_order_says_so_and_needs_a_return(self):
        self.deliver()
        status = self.call("GET", PATH).json()
        self.assertEqual((status["status"], status["cancellable"]), ("delivered", False))
        self.assertEqual(status["deliveries"][0]["state"], "done")
        self.assertTrue(status["deliveries"][0]["delivered_at"])
        self.assertProblem(self.call("POST", f"{PATH}/cancel", {}), 409, "needs_return")
        self.assertEqual(self.sale.state, "sale")

    def test_a_partly_delivered_order_needs_a_return_too(self):
        self.deliver({"PROP-GUARD-X1": 1})
        self.assertEqual(self.call("GET", PATH).json()["status"], "partly_delivered")
        self.assertProblem(self.call("POST", f"{PATH}/cancel", {}), 409, "needs_return")

    def test_cancelling_gives_stock_free_and_credits_the_invoice(self):
        before = self.env["enord.webhook.event"].search([])
        response = self.call("POST", f"{PATH}/cancel", {"reason": "changed my mind"})
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.sale.state, "cancel")
        self.assertEqual(self.sale.picking_ids.mapped("state"), ["cancel"])
        self.assertEqual(self.sellable(self.drone), [12, 3])
        invoice = self.sale.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        credit = self.sale.invoice_ids - invoice
        self.assertEqual((credit.state, credit.amount_total), ("posted", 46000.0))
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual((invoice + credit).mapped("amount_residual"), [0.0, 0.0])
        self.assertIn("changed my mind", "".join(self.sale.message_ids.mapped("body")))
        status = response.json()
        self.assertEqual(
            (status["status"], status["cancellable"], status["credit_note"]["amount_total"]),
            ("cancelled", False, 46000.0),
        )
        told = self.env["enord.webhook.event"].search([]) - before
        self.assertEqual(set(self.told(told).values()), {"RELEASE"})

    def test_a_long_reason_is_whole_in_the_orders_history(self):
        reason = "changed\nmy mind, " + "for a while " * 60
        response = self.call("POST", f"{PATH}/cancel", {"reason": reason})
        self.assertEqual(response.status_code, 200, response.text)
        credit = self.sale.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        self.assertIn("changed my mind, for a while", credit.ref)
        self.assertNotIn(reason.strip(), credit.ref)
        bodies = "".join(self.sale.message_ids.mapped("body")).replace("<br>", "\n")
        self.assertIn(reason.strip().split("\n")[1], bodies)

    def test_cancelling_again_changes_nothing(self):
        first = self.call("POST", f"{PATH}/cancel")
        second = self.call("POST", f"{PATH}/cancel")
        self.assertEqual((second.status_code, second.json()), (200, first.json()))
        self.assertEqual(len(self.sale.invoice_ids), 2)

    def test_a_paid_order_is_credited(self):
        invoice = self.sale.invoice_ids
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids,
        ).create({})._create_payments()
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        response = self.call("POST", f"{PATH}/cancel")
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self.sale.state, "cancel")

    def test_of_an_order_that_staff_cancelled_the_call_makes_the_credit_note_that_is_missing(self):
        move_class = self.env.registry["account.move"]
        with patch.object(move_class, "_reverse_moves", side_effect=UserError("closed period")):
            self.sale.action_cancel()
        self.assertEqual(self.sale.invoice_ids.payment_state, "not_paid")
        self.call("POST", f"{PATH}/cancel")
        self.assertEqual(len(self.sale.invoice_ids), 2)

    def test_a_draft_invoice_is_cancelled(self):
        self.sale.invoice_ids.button_draft()
        response = self.call("POST", f"{PATH}/cancel")
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.sale.invoice_ids.mapped("state"), ["cancel"])
        self.assertIsNone(response.json()["invoice"])

    def test_a_draft_invoice_is_shown(self):
        self.sale.invoice_ids.button_draft()
        self.sale.invoice_ids.name = False
        invoice = self.call("GET", PATH).json()["invoice"]
        self.assertEqual((invoice["name"], invoice["state"]), (None, "draft"))

    def test_a_locked_order_is_cancelled(self):
        self.sale.action_lock()
        self.assertEqual(self.call("POST", f"{PATH}/cancel").status_code, 200)

    def test_an_order_closed_to_crediting_is_cancelled_and_staff_are_told(self):
        move_class = self.env.registry["account.move"]
        with patch.object(move_class, "_reverse_moves", side_effect=UserError("closed period")):
            response = self.call("POST", f"{PATH}/cancel")
        self.assertEqual(response.status_code, 200, response.text)
        self.assertIsNone(response.json()["credit_note"])
        self.assertEqual((self.sale.state, self.sale.enord_invoice_error),
                         ("cancel", "closed period"))
        self.assertEqual(self.sellable(self.drone), [12, 3])
        self.call("POST", f"{PATH}/cancel")
        self.assertEqual(len(self.sale.invoice_ids), 2)

    def test_an_order_in_a_later_period_is_credited_when_it_was_invoiced(self):
        self.sale.invoice_ids.button_draft()
        later = fields.Date.add(fields.Date.today(), days=3)
        self.sale.invoice_ids.write({"invoice_date": later, "date": later})
        self.sale.invoice_ids.action_post()
        self.call("POST", f"{PATH}/cancel")
        self.assertEqual(set(self.sale.invoice_ids.mapped("date")), {later})

    def test_an_order_of_another_storefront_is_unknown(self):
        key = self.another()._generate_api_key()
        self.assertProblem(self.call("GET", PATH, key=key), 404, "not_found")
        self.assertProblem(self.call("POST", f"{PATH}/cancel", {}, key=key), 404, "not_found")
        self.assertEqual(self.sale.state, "sale")

    def test_what_is_no_order_is_unknown(self):
        self.assertProblem(self.call("GET", "/api/sales/orders/NOPE"), 404, "not_found")
        self.assertProblem(self.call("GET", "/api/sales/orders/a%00b"), 404, "not_found")
        self.assertProblem(self.call("POST", f"{PATH}/cancel", {"reason": 7}), 422,
                           "invalid_request", "/reason")
