from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..orders_common import PATH, OrdersCommon

REFERENCE = "ORD-WEB-2024-999"


@tagged("post_install", "-at_install")
class TestOrderReplay(OrdersCommon):
    """An order that is sent again: nothing is written, and the answer tells its present state."""

    def again(self, reference=REFERENCE):
        response = self.call("POST", PATH, self.order(reference))
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(response.headers["Idempotency-Replayed"], "true")
        self.assertEqual(len(self.sale(reference)), 1)
        return response.json()

    @contextmanager
    def no_invoice_is_tried(self):
        with patch.object(self.env.registry["sale.order"], "_enord_invoice") as invoice:
            yield
        self.assertFalse(invoice.called)

    def run_background(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("enord_sales_sync.cron_invoice").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_cancelled_order_is_told_as_cancelled(self):
        first = self.post()
        self.call("POST", f"{PATH}/{REFERENCE}/cancel")
        again = self.again()
        self.assertEqual((again["status"], again["order"]["state"]), ("cancelled", "cancel"))
        self.assertEqual(again["order"]["name"], first["order"]["name"])
        self.assertEqual([line["reserved_quantity"] for line in again["line_items"]], [0, 0])
        self.assertEqual(self.sellable(self.drone), [12, 3])

    def test_units_that_were_picked_are_still_reserved(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.assertEqual([line["reserved_quantity"] for line in self.post()["line_items"]], [1, 2])
        [pick] = self.sale().picking_ids
        pick.move_ids.picked = True
        pick._action_done()
        self.assertEqual([line["reserved_quantity"] for line in self.again()["line_items"]], [1, 2])

    def test_one_that_is_cancelled_is_not_looked_for_by_the_job(self):
        self.storefront.invoice_policy = "background"
        self.post()
        self.assertTrue(self.sale().enord_invoice_due)
        self.call("POST", f"{PATH}/{REFERENCE}/cancel")
        self.assertFalse(self.sale().enord_invoice_due)

    def test_one_that_staff_cancelled_before_there_was_an_invoice_gets_none(self):
        self.storefront.invoice_policy = "background"
        self.post()
        self.sale().action_cancel()
        self.storefront.invoice_policy = "posted"
        with self.no_invoice_is_tried():
            again = self.again()
        self.assertEqual((again["status"], again["invoice"]), ("cancelled", None))

    def test_a_delivered_order_is_told_as_delivered(self):
        self.post()
        picking = self.sale().picking_ids
        picking.move_ids.picked = True
        picking._action_done()
        again = self.again()
        self.assertEqual(again["status"], "delivered")
        self.assertEqual(
            [(line["reserved_quantity"], line["delivered_quantity"])
             for line in again["line_items"]], [(0, 1), (0, 2)],
        )

    def test_an_order_that_was_deleted_is_a_conflict(self):
        self.storefront.invoice_policy = "background"
        self.post()
        sale = self.sale()
        sale.action_cancel()
        sale.unlink()
        problem = self.assertProblem(
            self.call("POST", PATH, self.order()), 409, "conflict", "/transaction_id",
        )
        self.assertEqual([error["code"] for error in problem["errors"]], ["order_deleted"])
        self.assertFalse(self.sale())
        self.assertEqual(self.sellable(self.drone), [12, 3])

    def test_an_invoice_that_failed_is_left_to_the_job(self):
        order_class = self.env.registry["sale.order"]
        with patch.object(
            order_class, "_create_invoices", side_effect=UserError("closed period"),
        ) as create:
            self.assertIsNone(self.post()["invoice"])
            due = self.sale().enord_invoice_due
            self.assertIsNone(self.again()["invoice"])
        self.assertEqual(create.call_count, 1)
        self.assertEqual(self.sale().enord_invoice_attempts, 1)
        self.assertEqual((self.sale().enord_invoice_due, len(self.sale().activity_ids)), (due, 1))

    def test_one_in_the_background_does_not_wait_for_the_job(self):
        self.storefront.invoice_policy = "background"
        with patch.object(self.env.registry["sale.order"], "_enord_lock") as lock:
            self.post()
            self.again()
        lock.assert_not_called()

    def test_an_invoice_in_the_background_is_made_by_the_job_alone(self):
        self.storefront.invoice_policy = "background"
        with self.no_invoice_is_tried():
            self.assertIsNone(self.post()["invoice"])
            self.assertIsNone(self.again()["invoice"])
        self.run_background()
        again = self.again()
        self.assertEqual(again["invoice"]["state"], "posted")
        self.assertEqual(again["invoice"]["name"], self.sale().invoice_ids.name)

    def test_a_draft_is_made_once_and_told_as_posted_when_staff_have_posted_it(self):
        self.storefront.invoice_policy = "draft"
        first = self.post()
        self.assertEqual(first["invoice"]["state"], "draft")
        with self.no_invoice_is_tried():
            self.assertEqual(self.again(), first)
        self.run_background()
        self.assertEqual(self.sale().invoice_ids.mapped("state"), ["draft"])
        self.sale().invoice_ids.action_post()
        self.assertEqual(self.again()["invoice"]["state"], "posted")

    def test_a_second_step_that_did_not_come_to_it_is_done_by_the_repeat(self):
        with patch.object(
            self.env.registry["sale.order"], "_enord_complete", return_value=None,
        ):
            self.assertIsNone(self.post()["invoice"])
        self.assertFalse(self.sale().invoice_ids)
        self.assertEqual(self.again()["invoice"]["state"], "posted")
        with self.no_invoice_is_tried():
            self.again()
        self.assertEqual(len(self.sale().invoice_ids), 1)
