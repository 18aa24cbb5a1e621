from odoo.tests import tagged

from ..orders_common import PATH, OrdersCommon

ORDER = f"{PATH}/BACK"


@tagged("post_install", "-at_install")
class TestReturns(OrdersCommon):
    """An order is what is with the customer: delivered, less what has come back."""

    def setUp(self):
        super().setUp()
        self.post("BACK", line_items=self.lines(("PROP-GUARD-X1", 2, 500.0)))
        self.order_sold = self.sale("BACK")

    def deliver(self, units, give_up_the_rest=False):
        picking = self.order_sold.picking_ids.filtered(lambda p: p.state == "assigned")
        picking.move_ids.quantity = units
        picking.move_ids.picked = True
        picking.with_context(cancel_backorder=give_up_the_rest)._action_done()
        self.assertEqual(picking.state, "done")
        return picking

    def come_back(self, picking, units, to_refund=True):
        wizard = self.env["stock.return.picking"].with_context(
            active_id=picking.id, active_ids=picking.ids, active_model="stock.picking",
        ).create({})
        wizard.product_return_moves.write({"quantity": units, "to_refund": to_refund})
        back = wizard._create_return()
        back.action_assign()
        back.move_ids.picked = True
        back._action_done()
        return back

    def credit(self, units, price=500.0):
        """What staff give back by hand, of the order's only invoice."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.invoice.ids,
        ).create({"journal_id": self.invoice.journal_id.id})
        wizard.reverse_moves()
        credit_note = wizard.new_move_ids
        credit_note.invoice_line_ids.write({"quantity": units, "price_unit": price})
        credit_note.action_post()
        return credit_note

    @property
    def invoice(self):
        return self.order_sold.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")

    def assertStatus(self, status, delivered, cancellable):
        answer = self.call("GET", ORDER).json()
        self.assertEqual(
            (answer["status"], answer["line_items"][0]["delivered_quantity"],
             answer["cancellable"]), (status, delivered, cancellable),
        )
        return answer

    def assertCancelled(self, credited):
        response = self.call("POST", f"{ORDER}/cancel")
        self.assertEqual(response.status_code, 200, response.text)
        answer = response.json()
        self.assertEqual((answer["status"], answer["cancellable"]), ("cancelled", False))
        self.assertEqual([note["amount_total"] for note in answer["credit_notes"]], credited)
        self.assertEqual(answer["credit_note"], answer["credit_notes"][-1])
        self.assertEqual(sum(credited), self.invoice.amount_total)
        posted = self.order_sold.invoice_ids.filtered(lambda move: move.state == "posted")
        self.assertEqual(set(posted.mapped("amount_residual")), {0.0})
        return answer

    def test_what_has_come_back_makes_an_order_cancellable_again(self):
        picking = self.deliver(2)
        self.assertStatus("delivered", 2, False)
        self.come_back(picking, 2)
        self.assertStatus("returned", 0, True)
        self.assertCancelled([1000.0])

    def test_while_a_part_is_with_the_customer_it_is_not(self):
        picking = self.deliver(2)
        self.come_back(picking, 1)
        self.assertStatus("partly_delivered", 1, False)
        self.assertProblem(self.call("POST", f"{ORDER}/cancel"), 409, "needs_return")
        self.come_back(picking, 1)
        self.assertCancelled([1000.0])

    def test_what_is_returned_for_another_unit_is_with_the_customer_for_odoo(self):
        picking = self.deliver(2)
        self.come_back(picking, 2, to_refund=False)
        self.assertStatus("delivered", 2, False)

    def test_half_of_it_with_the_rest_given_up_is_not_delivered(self):
        self.deliver(1, give_up_the_rest=True)
        answer = self.assertStatus("partly_delivered", 1, False)
        self.assertEqual({delivery["state"] for delivery in answer["deliveries"]}, {"done"})

    def test_half_of_it_with_the_rest_to_come_is_not_delivered(self):
        self.deliver(1)
        answer = self.assertStatus("partly_delivered", 1, False)
        self.assertEqual({delivery["state"] for delivery in answer["deliveries"]},
                         {"done", "assigned"})
        self.deliver(1)
        self.assertStatus("delivered", 2, False)

    def test_one_that_staff_have_taken_out_of_the_warehouse_is_confirmed(self):
        self.order_sold.picking_ids.action_cancel()
        self.assertStatus("confirmed", 0, True)
        self.assertCancelled([1000.0])

    def test_one_that_comes_back_and_is_sent_again_is_confirmed(self):
        picking = self.deliver(2)
        back = self.come_back(picking, 2)
        again = self.env["stock.return.picking"].with_context(
            active_id=back.id, active_ids=back.ids, active_model="stock.picking",
        ).create({})
        again.product_return_moves.write({"quantity": 2, "to_refund": True})
        again = again._create_return()
        again.action_assign()
        self.assertStatus("confirmed", 0, True)

    def test_a_return_with_a_credit_note_is_not_invoiced_again(self):
        picking = self.deliver(2)
        for policy in ("order", "delivery"):
            self.guard.invoice_policy = policy
            self.come_back(picking, 1)
            self.credit(1)
            line = self.order_sold.order_line
            self.assertEqual(line.qty_to_invoice, 0, policy)
            self.assertNotEqual(self.order_sold.invoice_status, "to invoice")

    def test_what_is_given_up_and_credited_is_not_invoiced_again(self):
        self.deliver(1, give_up_the_rest=True)
        self.assertEqual(self.order_sold.order_line.qty_to_invoice, -1, "to be given back")
        self.credit(1)
        self.assertEqual(self.order_sold.order_line.qty_to_invoice, 0)

    def test_what_was_paid_is_invoiced_as_a_whole_though_less_was_delivered(self):
        self.storefront.invoice_policy = "background"
        self.post("LATER", line_items=self.lines(("PROP-GUARD-X1", 2, 500.0)))
        self.order_sold = self.sale("LATER")
        self.deliver(1, give_up_the_rest=True)
        self.order_sold.action_enord_invoice()
        self.assertEqual(self.invoice.amount_total, 1000.0)

    def test_what_is_still_to_come_is_paid_for(self):
        self.deliver(1)
        self.assertEqual(self.order_sold.order_line.qty_to_invoice, 0)
        self.assertEqual(self.order_sold.invoice_status, "invoiced")

    def test_what_was_credited_by_hand_is_not_credited_again(self):
        self.credit(1, 100.0)
        answer = self.assertCancelled([100.0, 900.0])
        self.assertEqual(self.invoice.payment_state, "reversed")
        self.assertEqual(self.call("POST", f"{ORDER}/cancel").json(), answer)

    def test_nothing_is_credited_where_all_has_been(self):
        self.credit(2)
        self.assertCancelled([1000.0])

    def test_what_was_credited_after_a_return_is_not_credited_again(self):
        picking = self.deliver(2)
        self.come_back(picking, 1)
        self.credit(1)
        self.come_back(picking, 1)
        self.assertCancelled([500.0, 500.0])

    def test_a_credit_note_that_nobody_has_posted_gives_nothing_back(self):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=self.invoice.ids,
        ).create({"journal_id": self.invoice.journal_id.id})
        wizard.reverse_moves()
        self.assertCancelled([1000.0])
        self.assertEqual(wizard.new_move_ids.state, "cancel")

    def test_the_money_of_a_paid_order_is_the_customers_again(self):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids,
        ).create({})._create_payments()
        self.credit(1, 100.0)
        self.assertCancelled([100.0, 900.0])
        self.assertEqual(self.invoice.payment_state, "reversed")

    def test_what_was_paid_back_already_stays_settled(self):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids,
        ).create({})._create_payments()
        before = self.credit(1, 100.0)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=before.ids,
        ).create({})._create_payments()
        self.assertCancelled([100.0, 900.0])

    def test_an_invoice_of_two_orders_is_credited_by_half(self):
        self.post("STAYS", line_items=self.lines(("PROP-GUARD-X1", 3, 500.0)))
        both = self.order_sold | self.sale("STAYS")
        both.invoice_ids.button_draft()
        both.invoice_ids.button_cancel()
        shared = both._create_invoices()
        self.assertEqual((len(shared), shared.amount_total), (1, 2500.0))
        shared.action_post()
        answer = self.call("POST", f"{ORDER}/cancel").json()
        self.assertEqual([note["amount_total"] for note in answer["credit_notes"]], [1000.0])
        self.assertEqual(shared.amount_residual, 1500.0)
