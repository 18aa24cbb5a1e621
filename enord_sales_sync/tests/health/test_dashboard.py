from datetime import timedelta

from odoo.tests import new_test_user, tagged
from odoo.tools import human_size
from odoo.tools.safe_eval import safe_eval

from ...delivery.sender import Result
from ...models.health.latency import latencies
from ...models.outbox import delivery_state
from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestDashboard(OrdersCommon):
    """One word for how a storefront does, and figures that open what they count."""

    def setUp(self):
        super().setUp()
        self.patch(delivery_state, "PROBE_DELAYS", (60,))
        self.Event = self.env["enord.webhook.event"]

    def status(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.storefront.status

    def deliver(self):
        self._put(self.guard, self.warehouse, 1)
        self.recorded()
        self.answer(self.claim())

    def answer(self, deliveries, status=200, error=""):
        self.Event._record([Result(delivery, status, error, 0.01) for delivery in deliveries])
        self.env.invalidate_all()

    def go_down(self, status, error):
        self.storefront.failure_streak = 4
        self._put(self.guard, self.warehouse, 1)
        self.recorded()
        self.answer(self.claim(), status, error)

    def test_without_an_address_it_is_not_connected(self):
        self.storefront.webhook_url = False
        self._put(self.guard, self.warehouse, 1)
        self.recorded()
        self.assertEqual(self.status(), "not_connected")

    def test_a_draft_is_not_tested_and_one_that_is_not_live_not_connected(self):
        self.deliver()
        for stage, status in (
            ("draft", "not_tested"), ("tested", "not_connected"), ("live", "in_step"),
        ):
            self.storefront.stage = stage
            self.Event.search([("state", "=", "pending")]).unlink()
            self.assertEqual(self.status(), status)

    def test_one_that_has_never_taken_anything_is_not_tested(self):
        self.assertEqual(self.status(), "not_tested")
        self.deliver()
        self.assertEqual(self.status(), "in_step")

    def test_while_changes_wait_it_is_behind_also_where_staff_have_just_resumed(self):
        self.deliver()
        self.go_down(503, "HTTP 503: Service Unavailable")
        self.assertEqual(self.status(), "unreachable")
        self.assertIn("503", self.storefront.status_text)
        self.storefront.action_resume()
        self.Event.search([("state", "=", "pending")]).recorded_at -= timedelta(seconds=10)
        self.assertEqual(self.status(), "behind")
        self.assertTrue(self.storefront.oldest_wait)

    def test_a_wrong_secret_is_said(self):
        self.deliver()
        self.go_down(401, "HTTP 401: {\"detail\": \"signature\"}")
        self.assertEqual(self.status(), "refused")
        self.assertIn("secret differs", self.storefront.status_text)

    def test_one_that_is_paused_is_paused(self):
        self.deliver()
        self.storefront.action_pause()
        self.assertEqual(self.status(), "paused")

    def test_one_with_dead_letters_needs_attention(self):
        self.deliver()
        self.Event.search([], limit=1).copy({"state": "dead"})
        self.env["enord.incident"]._cron_watch()
        self.assertEqual(self.status(), "attention")
        self.assertIn("given up", self.storefront.status_text)

    def paused_for_a_day(self):
        self._put(self.guard, self.warehouse, 1)
        self.recorded().recorded_at -= timedelta(days=1)

    def figures_of_the_day(self):
        self.env.flush_all()
        figures = latencies(self.storefront)[self.storefront.id]
        return figures["day"], figures["apart"]

    def test_what_waited_for_staff_to_resume_was_not_told_late_and_is_shown_apart(self):
        self.storefront.action_pause()
        self.paused_for_a_day()
        self.storefront.action_resume()
        self._put(self.drone, self.warehouse, 1)
        live = self.recorded().filtered(lambda event: not event.priority)
        deliveries = self.claim(1)
        self.assertEqual([one.event_id for one in deliveries], live.ids, "goes first")
        self.answer(deliveries)
        self.answer(self.claim())
        day, apart = self.figures_of_the_day()
        self.assertEqual((day["count"], day["within"], apart), (1, 1.0, 1))

    def test_what_waited_for_the_database_to_send_again_is_shown_apart(self):
        self.storefront.sending_database = "another"
        self.paused_for_a_day()
        self.env["enord.sending.database"]._go_on(self.storefront)
        self.answer(self.claim())
        self.assertEqual(self.figures_of_the_day(), (None, 1))

    def test_all_that_a_storefront_is_told_at_first_is_shown_apart(self):
        self.storefront.stage = "draft"
        self.Event.search([("storefront_id", "=", self.storefront.id)]).unlink()
        self.storefront.stage = "live"
        told = 0
        while deliveries := self.claim():
            told += len(deliveries)
            self.answer(deliveries)
        self.assertTrue(self.Event.search([("event_type", "=", "inventory.change")]))
        self.assertEqual(self.figures_of_the_day(), (None, told))

    def test_what_waited_for_a_storefront_that_was_down_was_told_late(self):
        self.deliver()
        self.go_down(503, "HTTP 503: Service Unavailable")
        self.paused_for_a_day()
        self.storefront.action_resume()
        while deliveries := self.claim():
            self.answer(deliveries)
        day, apart = self.figures_of_the_day()
        self.assertEqual((day["count"], apart), (2, 0))
        self.assertLess(day["within"], 1)

    def test_what_was_not_delivered_has_no_latency(self):
        self.deliver()
        self.Event.search([], limit=1).action_send_again()
        self._put(self.drone, self.warehouse, 1)
        self.recorded()
        self.Event.search([("state", "=", "delivered")]).latency_ms = 400
        self.env.flush_all()
        average = dict(self.Event._read_group([], ["state"], ["latency_ms:avg"]))
        self.assertEqual(average, {"delivered": 400, "pending": False})

    def listed(self, action, user):
        """What a figure opens."""
        record = self.env.ref(f"enord_sales_sync.{action}")
        domain = safe_eval(record.domain, {"active_id": self.storefront.id})
        return self.env[record.res_model].with_user(user).search(domain)

    def test_each_figure_opens_what_it_counts(self):
        self.post("WEB-1")
        for reference in ("WEB-2", "WEB-3", "WEB-2", "WEB-4"):
            self.refused(422, "unknown_sku", "/line_items/0/sku", reference,
                         line_items=self.lines(("NOPE", 1, 1.0)), total_amount=1.0)
        self.post("WEB-4")
        self.env["enord.api.call"].search([("reference", "=", "WEB-3")]).copy({
            "status": 429, "reference": "WEB-5",
        })
        self.env["enord.stock.check"].create({
            "storefront_id": self.storefront.id, "compared": 9, "drift": 3,
        })
        self.sale("WEB-1").enord_invoice_error = "closed"
        self.call("GET", "/api/inventory/snapshot")
        self.deliver()
        self._put(self.drone, self.warehouse, 1)
        self.recorded()
        self.Event.search([("state", "=", "delivered")], limit=1).copy({"state": "dead"})
        self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "PROP-GUARD-X1", "quantity": 1}],
        })
        self.env.flush_all()
        self.env.invalidate_all()
        user = new_test_user(
            self.env, "online.looker",
            "enord_sales_sync.group_user,sales_team.group_sale_salesman_all_leads",
        )
        storefront = self.storefront.with_user(user)
        for figure, action in (
            ("pending_count", "action_events_waiting"), ("dead_count", "action_events_dead"),
            ("order_count", "action_orders_lately"), ("refused_count", "action_orders_refused"),
            ("problem_count", "action_orders_with_problem"), ("hold_count", "action_open_holds"),
        ):
            with self.subTest(figure):
                self.assertEqual(len(self.listed(action, user)), storefront[figure])
                self.assertTrue(storefront[figure])
        self.assertEqual(self.listed("action_snapshots", user).called_at,
                         storefront.last_snapshot_at)
        self.assertTrue(self.listed("action_events_delivered", user))
        self.assertEqual(self.listed("action_orders_refused", user).mapped("reference"),
                         ["WEB-2", "WEB-3"])
        check = self.listed("action_checks_of_storefront", user)
        self.assertEqual((check.checked_at, check.drift),
                         (storefront.last_check_at, storefront.last_check_drift))

    def test_the_size_of_what_is_kept_is_that_of_its_list(self):
        admin = new_test_user(self.env, "online.admin", "enord_sales_sync.group_manager")
        Kept = self.env["enord.kept.data"].with_user(admin)
        self.patch(type(Kept), "_measure", lambda kept: [
            ("enord.webhook.event", 9, 2048), ("enord.api.call", 5, 1024),
        ])
        kept = Kept.search(Kept.action_open()["domain"])
        self.assertEqual(sorted(kept.mapped("size_kib"))[-2:], [1024, 2048])
        self.assertEqual(self.storefront.with_user(admin).kept_size, human_size(3 * 1024 * 1024))

    def test_the_refused_orders_are_found_and_the_others_too(self):
        self.post("WEB-1")
        self.refused(422, "unknown_sku", "/line_items/0/sku", "WEB-2",
                     line_items=self.lines(("NOPE", 1, 1.0)), total_amount=1.0)
        calls = self.env["enord.api.call"].search([("storefront_id", "=", self.storefront.id)])
        refused = calls.filtered("is_refused_order")
        self.assertEqual(refused.mapped("reference"), ["WEB-2"])
        for value in (True, False):
            found = calls.search([("id", "in", calls.ids), ("is_refused_order", "=", value)])
            self.assertEqual(found, refused if value else calls - refused)

    def test_who_may_read_a_storefront_may_see_how_it_does(self):
        for group in ("enord_sales_sync.group_user", "sales_team.group_sale_salesman",
                      "stock.group_stock_user", "account.group_account_invoice"):
            user = new_test_user(self.env, f"look.{group}", group)
            [seen] = self.storefront.with_user(user).read([
                "status", "status_text", "latency", "order_count", "refused_count",
                "problem_count", "hold_count", "last_snapshot_at", "oldest_wait",
                "last_check_at", "last_check_drift",
            ])
            self.assertEqual(seen["status"], "not_tested")

    def test_the_dashboard_is_the_first_menu(self):
        root = self.env.ref("enord_sales_sync.menu_root")
        self.assertEqual(root.child_id[0], self.env.ref("enord_sales_sync.menu_dashboard"))
