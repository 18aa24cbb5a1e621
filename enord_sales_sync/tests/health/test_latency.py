from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ...models.health import latency
from ...models.health.latency import HOUR, latencies
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestLatency(SalesSyncCommon):
    """How long changes took, told alike from the events and from hours that were counted."""

    def setUp(self):
        super().setUp()
        self.now = datetime(2026, 3, 20, 7, 20)
        self.patch(type(self.env.cr), "now", lambda cursor: self.now)
        self.Hour = self.env["enord.told.hour"]

    def event(self, hours_ago, latency_ms, priority=0, storefront=None, many=1):
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event (storefront_id, event_type, key, state, priority,
                   recorded_at, delivered_at, latency_ms)
            SELECT %s, 'inventory.change', 'stock:1:1', 'delivered', %s, moment, moment, %s
              FROM (SELECT %s::timestamp AS moment FROM generate_series(1, %s)) m
            """, (storefront or self.storefront).id, priority, latency_ms,
            self.now - hours_ago * HOUR, many,
        ))

    def figures(self, storefront=None):
        storefront = storefront or self.storefront
        return latencies(storefront)[storefront.id]

    def count(self):
        self.env.ref("enord_sales_sync.cron_hours").ir_actions_server_id.run()

    def spans_read(self):
        """How many spans of events one look reads."""
        spans = []
        _count = latency._count
        with patch.object(latency, "_count", lambda env, asked: (
            spans.extend(asked.values()) or _count(env, asked)
        )):
            self.figures()
        return spans

    def a_day(self):
        for hours_ago, took in (
            (0.01, 100), (0.5, 200), (0.9, 300), (1.1, 450), (5, 6000), (5.2, 4999), (5.3, 5000),
            (22.9, 400), (23.9, 70_000), (24.1, 9), (30, 9),
        ):
            self.event(hours_ago, took)
        self.event(3, 99_999, priority=1, many=2)
        self.event(0.2, 99_999, priority=2)

    def test_of_the_last_hour_and_day(self):
        self.a_day()
        seen = self.figures()
        self.assertEqual(seen["hour"], {"count": 3, "within": 1.0, "p50": 200, "p95": 300})
        self.assertEqual(seen["day"], {"count": 9, "within": 7 / 9, "p50": 450, "p95": 70_000})
        self.assertEqual(seen["apart"], 3)
        self.assertEqual(seen["first"], "2026-03-19 07:00:00")
        self.assertEqual(
            [(number, hour["count"]) for number, hour in enumerate(seen["hours"]) if hour],
            [(0, 1), (1, 1), (19, 3), (23, 3), (24, 1)],
        )
        self.assertEqual(seen["hours"][19]["p50"], 5000)

    def test_counted_hours_change_nothing_but_what_is_read(self):
        self.a_day()
        before = self.figures()
        self.assertEqual(len(self.spans_read()), 26)
        self.count()
        self.assertEqual(self.figures(), before)
        read = self.spans_read()
        self.assertEqual(len(read), 3, "the last hour, and what is of no whole hour")
        self.assertEqual(min(read), (self.now - 24 * HOUR, datetime(2026, 3, 19, 8)))
        self.count()
        self.assertEqual(self.figures(), before)

    def test_with_nothing_told_there_are_none(self):
        for counted in (False, True):
            with self.subTest(counted=counted):
                seen = self.figures()
                self.assertEqual((seen["hour"], seen["day"], seen["apart"]), (None, None, 0))
                self.assertEqual(seen["hours"], [None] * 25)
                self.count()

    def test_an_hour_is_counted_when_its_last_answers_are_written_down(self):
        self.now = datetime(2026, 3, 20, 7, 4)
        self.event(0.5, 100)
        self.count()
        self.assertEqual(max(self.Hour.search([]).mapped("begins")), datetime(2026, 3, 20, 5))
        # begun before 7, committed after it
        self.event(0.1, 200)
        self.now = datetime(2026, 3, 20, 7, 6)
        self.count()
        self.assertEqual(max(self.Hour.search([]).mapped("begins")), datetime(2026, 3, 20, 6))
        self.assertEqual(self.figures()["hours"][23]["count"], 2)

    def test_an_answer_of_after_the_look_began_counts(self):
        self.event(-0.001, 100)
        self.assertEqual((self.figures()["hour"]["count"], self.figures()["day"]["count"]), (1, 1))

    def test_where_the_job_has_not_run_for_hours_the_events_tell(self):
        self.event(1, 100)
        self.count()
        self.now += 6 * HOUR
        self.event(2, 200)
        self.event(0, 300)
        seen = self.figures()
        self.assertEqual((seen["day"]["count"], seen["hour"]["count"]), (3, 1))
        self.count()
        self.assertEqual(self.figures(), seen)

    def test_events_that_are_forgotten_were_told(self):
        self.event(3, 100)
        self.count()
        self.env["enord.webhook.event"].search([
            ("storefront_id", "=", self.storefront.id),
        ]).unlink()
        self.assertEqual(self.figures()["day"]["count"], 1)

    def test_each_storefront_has_its_own(self):
        other = self.another()
        self.event(3, 100)
        self.event(3, 200, storefront=other, many=2)
        for _counted in (False, True):
            self.assertEqual(self.figures()["day"]["p95"], 100)
            self.assertEqual(self.figures(other)["day"]["count"], 2)
            both = latencies(self.storefront | other)
            self.assertEqual(both, {
                self.storefront.id: self.figures(), other.id: self.figures(other),
            })
            self.count()
        other.unlink()
        self.assertFalse(self.Hour.search([("storefront_id", "not in", self.storefront.ids)]))

    def test_counted_hours_of_before_the_day_are_forgotten(self):
        self.count()
        kept = self.Hour.search_count([])
        self.now += timedelta(days=2)
        self.count()
        self.assertEqual(self.Hour.search_count([]), kept)
        self.assertFalse(self.Hour.search([("begins", "<", self.now - 26 * HOUR)]))

    def test_what_a_clock_that_was_ahead_has_counted_is_counted_again(self):
        self.now += 5 * HOUR
        self.count()
        self.now -= 5 * HOUR
        self.count()
        self.now += 3 * HOUR
        self.event(1.5, 100)
        self.count()
        self.assertEqual(self.figures()["day"]["count"], 1)

    def test_ever_longer_ones_are_told_to_two_digits(self):
        for took in (7, 99, 123, 5678, 45_678, 456_789, 4_567_890):
            self.event(0, took)
            self.assertLessEqual(self.figures()["day"]["p95"], took)
            self.assertGreater(self.figures()["day"]["p95"], took * 0.9)

    def test_of_a_long_history_only_the_last_day_is_read(self):
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event (storefront_id, event_type, key, state, priority,
                   recorded_at, delivered_at, latency_ms)
            SELECT %s, 'inventory.change', 'stock:' || number, 'delivered', 0, moment, moment, 9
              FROM (SELECT number, %s - make_interval(mins => number * 10)
                           AS moment FROM generate_series(1, 20000) AS number) past
            """, self.storefront.id, self.now,
        ))
        self.env.cr.execute("ANALYZE enord_webhook_event")
        since = [self.now - number * HOUR for number in range(25)]
        self.env.cr.execute(SQL("EXPLAIN %s", latency.count_query(
            self.storefront.ids * 25, since, [begins + HOUR for begins in since],
        )))
        plan = "\n".join(line for [line] in self.env.cr.fetchall())
        self.assertIn("delivered_at_idx", plan)
        self.assertNotIn("Join", plan)
