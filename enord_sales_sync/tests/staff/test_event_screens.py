import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ...contract.events import StockLevel
from ...delivery.sender import Result
from ...models.staff import send_again
from ...models.staff.event_told import reasons
from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestEventScreens(OrdersCommon):
    """Why is the website wrong? As the list of events answers."""

    def newest(self, product=None):
        return self.env["enord.webhook.event"].search(
            [("product_id", "=", (product or self.drone).id)], limit=1,
        )

    def test_an_event_says_what_was_told_and_what_before(self):
        self._put(self.drone, self.warehouse, 1)
        self.leaving()
        first = self.newest()
        self.assertEqual((first.told, first.told_before), ("13", False))
        self._put(self.drone, self.warehouse, -3)
        self.leaving()
        self.assertEqual((self.newest().told, self.newest().told_before), ("10", "13"))
        self.assertEqual(first.told_before, False)

    def test_an_event_says_why_in_words(self):
        self._put(self.drone, self.warehouse, 1)
        self.leaving()
        event = self.newest()
        self.assertEqual((event.change_reason, event.reason), ("ADJUSTMENT", "Count or correction"))
        # one that another add-on tells, as it is told
        event.change_reason = "LENT"
        self.assertEqual(event.reason, "LENT")

    def test_staff_and_developers_are_told_of_the_same_reasons(self):
        documented = StockLevel.model_fields["change_reason"].description
        self.assertEqual(set(re.findall("``([A-Z_]+)``", documented)), set(reasons(self.env)))

    def test_a_product_event_says_its_prices(self):
        self.drone.list_price = 40000
        self.leaving()
        event = self.env["enord.webhook.event"].search([("event_type", "=", "catalog.update")])
        self.assertIn("40,000", event.told)
        self.drone.enord_published = False
        self.leaving()
        event = self.env["enord.webhook.event"].search(
            [("event_type", "=", "catalog.update")], limit=1,
        )
        self.assertEqual(event.told, "Withdrawn")
        self.assertIn("40,000", event.told_before)

    def test_every_attempt_is_kept_with_its_answer(self):
        self._put(self.drone, self.warehouse, 1)
        self.recorded()
        for status, error in ((503, "HTTP 503: <busy>"), (0, "No answer"), (200, "")):
            self.env.cr.execute("UPDATE enord_webhook_event SET next_attempt_at = recorded_at")
            [delivery] = self.claim()
            self.env["enord.webhook.event"]._record([Result(delivery, status, error, 0.25)])
            self.env.invalidate_all()
        event = self.newest()
        self.assertEqual(
            [(one["status"], one["ms"], one["answer"]) for one in event.attempt_log],
            [(503, 250, "HTTP 503: <busy>"), (0, 250, "No answer"), (200, 250, "")],
        )
        self.assertIn("HTTP 503: &lt;busy&gt;", event.attempt_table)
        self.assertEqual(event.sent_headers, delivery.headers)
        self.assertIn("X-Event-Type: inventory.change", event.header_text)

    def test_what_is_sent_again_because_of_a_rule_names_no_move_of_the_same_transaction(self):
        self._move(self.drone, 1, self.warehouse.lot_stock_id, self.env.ref(
            "stock.stock_location_customers"))
        self.warehouse.delivery_route_id.rule_ids[0].sequence += 1
        events = self.recorded()
        again = events.filtered(lambda event: event.change_reason == "RESYNC")
        self.assertIn(self.guard, again.product_id)
        self.assertFalse(again.move_id)
        [sold] = (events - again).filtered(lambda event: event.product_id == self.drone)
        self.assertEqual(sold.move_id.product_id, self.drone)

    def test_what_is_sent_again_begins_anew(self):
        self._put(self.drone, self.warehouse, 1)
        self.leaving()
        self.newest().action_send_again()
        self.assertFalse(self.newest().attempt_log or self.newest().sent_headers)

    def test_single_events_are_sent_again_in_small_numbers_and_once(self):
        for _time in range(2):
            self._put(self.drone, self.warehouse, 1)
            self.leaving()
        told = self.env["enord.webhook.event"].search([("product_id", "=", self.drone.id)])
        self.assertEqual(len(told), 2)
        told.action_send_again()
        told[0].action_send_again()
        [again] = self.env["enord.webhook.event"].search([("state", "=", "pending")])
        self.assertEqual((again.key, again.priority), (told[0].key, 1))
        self.assertEqual(len(self.leaving()), 1)
        self.patch(send_again, "MOST_AT_ONCE", 1)
        with self.assertRaisesRegex(UserError, "At most 1 events .* not 2"):
            told.action_send_again()

    def test_one_that_was_tried_does_not_stand_in_for_the_present(self):
        self._put(self.drone, self.warehouse, 1)
        self.leaving()
        told = self.newest()
        self._put(self.drone, self.warehouse, 1)
        self.recorded()
        [delivery] = self.claim()
        self.env["enord.webhook.event"]._record([Result(delivery, 503, "HTTP 503", 0.1)])
        self.env.invalidate_all()
        told.action_send_again()
        self.assertEqual(len(self.env["enord.webhook.event"].search([
            ("state", "=", "pending"), ("body", "=", False),
        ])), 1)

    def test_a_context_over_rpc_names_no_origin(self):
        self.storefront.with_context(enord_origins=[["uuid", [[self.drone.id, 7]]]]).action_resync()
        queued = self.env["enord.webhook.event"].search([("state", "=", "pending")])
        self.assertEqual(set(queued.mapped("uuid")), {False})

    def test_the_event_of_a_count_leads_to_the_moves_history(self):
        self.env["stock.quant"].with_context(inventory_mode=True).create({
            "product_id": self.drone.id, "location_id": self.warehouse.lot_stock_id.id,
            "inventory_quantity": 7,
        }).action_apply_inventory()
        self.recorded()
        event = self.newest()
        self.assertEqual(event.origin, event.move_id.reference)
        action = event.action_open_origin()
        self.assertEqual(action["res_model"], "stock.move.line")
        found = self.env["stock.move.line"].search(action["domain"])
        self.assertEqual(found.product_id, self.drone)

    def test_an_event_leads_to_what_changed_the_stock(self):
        self.post()
        self.recorded()
        sale = self.sale()
        event = self.newest()
        self.assertEqual(event.origin, f"ORD-WEB-2024-999 ({sale.name})")
        self.assertEqual(event.action_open_origin()["res_id"], sale.id)
        self.leaving()
        self.call("POST", "/api/sales/orders/ORD-WEB-2024-999/cancel", {})
        self.recorded()
        self.assertGreater(self.newest().id, event.id)
        self.assertEqual(self.newest().origin, event.origin, "cancelled: given free")

    def test_a_transfer_a_count_and_nothing_known(self):
        customers = self.env.ref("stock.stock_location_customers")
        move = self._move(self.drone, 2, self.warehouse.lot_stock_id, customers)
        move.picking_id = self.env["stock.picking"].create({
            "picking_type_id": self.warehouse.out_type_id.id, "location_id":
            self.warehouse.lot_stock_id.id, "location_dest_id": customers.id,
        })
        self.recorded()
        self.assertEqual(self.newest().origin, move.picking_id.name)
        quant = self.env["stock.quant"]._gather(self.guard, self.warehouse.lot_stock_id)
        quant.with_context(inventory_mode=True).inventory_quantity = 70
        quant.action_apply_inventory()
        self.recorded()
        event = self.newest(self.guard)
        self.assertEqual(event.move_id.product_id, self.guard)
        self.assertTrue(event.move_id.is_inventory and event.origin)
        self._put(self.guard, self.warehouse, 1)
        self.recorded()
        self.assertFalse(self.newest(self.guard).origin)
        with self.assertRaises(UserError):
            self.newest(self.guard).action_open_origin()

    def test_whoever_may_not_see_an_order_reads_its_number_only(self):
        user = new_test_user(self.env, "looker", "enord_sales_sync.group_user")
        self.post()
        self.recorded()
        # users of Online Sales see online orders
        self.sale().enord_storefront_id = False
        event = self.newest().with_user(user)
        self.assertIn("ORD-WEB-2024-999", event.origin)
        with self.assertRaises(AccessError):
            event.action_open_origin()
