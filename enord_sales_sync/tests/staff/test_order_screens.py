from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ..orders_common import OrdersCommon

PAYMENT = {"reference": "pay_29Q", "method": "upi", "amount": 46000.0}


@tagged("post_install", "-at_install")
class TestOrderScreens(OrdersCommon):
    """Online orders as staff find them."""

    def found(self, view, name, model="sale.order"):
        """What a filter of a search view finds."""
        arch = self.env[model].get_view(
            self.env.ref(f"enord_sales_sync.{view}").id, "search"
        )["arch"]
        domain = arch.split(f'name="{name}"')[1].split('domain="')[1].split('"')[0]
        domain = domain.replace("&gt;", ">").replace("&lt;", "<")
        return self.env[model].search(safe_eval(domain))

    def test_the_list_says_what_was_paid_delivered_and_went_wrong(self):
        self.post(payment=PAYMENT)
        sale = self.sale()
        self.assertEqual(
            (sale.enord_payment_state, sale.delivery_status, sale.enord_problem),
            ("paid", "pending", False),
        )
        self.assertIn(sale, self.found("view_online_order_search", "to_deliver"))
        sale.enord_notices = [{
            "code": "overpaid", "pointer": "/payment/amount", "detail": "Too much.",
        }]
        self.assertIn("more", sale.enord_problem)

    def test_an_order_on_invoice_is_paid_once_its_invoice_is(self):
        self.post()
        sale = self.sale()
        self.assertEqual(sale.enord_payment_state, "none")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=sale.invoice_ids.ids,
        ).create({}).action_create_payments()
        self.assertEqual(sale.enord_payment_state, "paid")

    def test_an_order_whose_payment_failed_is_among_the_problems(self):
        self.storefront.payment_journal_id.active = False
        self.storefront.payment_journal_id = False
        self.post(payment=PAYMENT)
        sale = self.sale()
        self.assertEqual(sale.enord_payment_state, "announced")
        self.assertEqual(sale.enord_problem, "The payment could not be registered")
        self.assertIn(sale, self.found("view_online_order_search", "problem"))

    def test_a_paid_order_that_is_cancelled_is_to_be_refunded(self):
        self.post(payment=PAYMENT)
        self.call("POST", "/api/sales/orders/ORD-WEB-2024-999/cancel", {})
        sale = self.sale()
        self.assertEqual(sale.enord_payment_state, "to_refund")
        self.assertIn(sale, self.found("view_online_order_search", "not_refunded"))
        sale.activity_ids.action_done()
        self.env.invalidate_all()
        self.assertEqual(sale.enord_payment_state, "refunded")
        self.assertNotIn(sale, self.found("view_online_order_search", "not_refunded"))

    def test_no_order_is_made_there(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "enord_sales_sync.action_online_orders"
        )
        self.assertEqual(safe_eval(action["context"]), {"create": False})

    def test_a_refused_order_is_found_by_its_number_and_leads_to_what_it_became(self):
        self.refused(422, "unknown_sku", None, line_items=self.lines(("NO-SUCH", 1, 1.0)))
        refused = self.env["enord.api.call"].search([("reference", "=", "ORD-WEB-2024-999")])
        self.assertIn(refused, self.found("view_api_call_search", "orders", "enord.api.call"))
        self.assertEqual(refused.reason, "SKU not sold here: NO-SUCH")
        self.assertFalse(refused.sale_order_id)
        self.post()
        self.env.invalidate_all()
        self.assertEqual(refused.sale_order_id, self.sale())

    def test_a_call_about_a_hold_leads_to_it(self):
        self.call("PUT", "/api/inventory/reservations/CART-1",
                  {"items": [{"sku": "DRONE-X1-PRO-KIT", "quantity": 1}]})
        call = self.env["enord.api.call"].search([("reference", "=", "CART-1")])
        self.assertEqual(call.reservation_id.reference, "CART-1")

    def test_transfers_show_and_find_the_web_number(self):
        self.post()
        picking = self.sale().picking_ids
        self.assertEqual(picking.enord_web_number, "ORD-WEB-2024-999")
        view = self.env["stock.picking"].get_view(
            self.env.ref("stock.view_picking_internal_search").id, "search",
        )["arch"]
        self.assertIn("sale_id.enord_transaction_reference", view)
        self.assertEqual(self.env["stock.picking"].search(
            [("enord_web_number", "ilike", "WEB-2024-999")]
        ), picking)
        self.assertEqual(self.env["stock.picking"].search(
            [("sale_id.enord_transaction_reference", "ilike", "WEB-2024-999")]
        ), picking)

    def test_reports_are_by_storefront(self):
        self.post()
        self.env.flush_all()
        for model, measure in (("sale.report", "price_total"),
                               ("account.invoice.report", "price_subtotal")):
            [(storefront, total)] = self.env[model]._read_group(
                [("enord_storefront_id", "=", self.storefront.id)],
                ["enord_storefront_id"], [f"{measure}:sum"],
            )
            self.assertEqual(storefront, self.storefront, model)
            self.assertGreater(total, 0, model)

    def test_the_form_has_what_is_online_together(self):
        self.post(payment=PAYMENT)
        form = Form(self.sale())
        self.assertEqual(form.enord_transaction_reference, "ORD-WEB-2024-999")
        self.assertEqual(form.enord_payment_state, "paid")
