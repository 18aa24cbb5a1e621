import json
import time

from odoo.tests import tagged
from odoo.tools import SQL

from ...delivery.sender import Result
from ..common import SalesSyncCommon

SEQUENCE = "enord_webhook_event_sequence"
#: Later than now in microseconds, and exact in JavaScript.
BEYOND_32_BITS = 2**52


@tagged("post_install", "-at_install")
class TestEventSequence(SalesSyncCommon):
    """X-Event-Sequence has 64 bits, so that it does not come to an end."""

    def draw_next(self, number):
        # a sequence knows no transaction
        [(before,)] = self.env.execute_query(SQL("SELECT nextval(%s)", SEQUENCE))
        self.addCleanup(self.env.cr.execute, "SELECT setval(%s, %s)", [SEQUENCE, before])
        self.env.cr.execute("SELECT setval(%s, %s, false)", [SEQUENCE, number])

    def told_of(self, product, status=200):
        """The number under which a change of a product's stock is told."""
        self._put(product, self.warehouse, 1)
        self.recorded()
        [delivery] = self.claim()
        self.env["enord.webhook.event"]._record([Result(delivery, status, "", 0.01)])
        self.env.invalidate_all()
        return json.loads(delivery.body)["sequence"]

    def test_a_number_beyond_32_bits_is_sent_stored_shown_and_found(self):
        self.draw_next(BEYOND_32_BITS)
        self._put(self.drone, self.warehouse, 1)
        event = self.recorded()
        [delivery] = self.claim()
        self.assertEqual(delivery.headers["X-Event-Sequence"], str(BEYOND_32_BITS))
        event._record([Result(delivery, 200, "", 0.01)])
        self.env.invalidate_all()
        self.assertEqual(event.sequence, BEYOND_32_BITS)
        # as the web client asks for it
        [shown] = event.web_read({"sequence": {}})
        self.assertEqual(shown["sequence"], BEYOND_32_BITS)
        self.assertEqual(event.search([("sequence", ">=", BEYOND_32_BITS)]), event)

    def test_after_a_restored_backup_numbers_are_larger_than_all_that_were_told(self):
        self._put(self.drone, self.warehouse, 1)
        first = self.recorded()
        self.claim()
        self.draw_next(1)
        self._put(self.guard, self.warehouse, 1)
        second = self.recorded()
        self.claim()
        self.assertGreater(second.sequence, first.sequence)

    def test_after_the_addon_was_installed_again_numbers_are_larger(self):
        first = self.told_of(self.drone)
        self.draw_next(1)  # so that the test leaves the sequence as it was
        self.env.cr.execute("DROP SEQUENCE enord_webhook_event_sequence")
        self.env["enord.webhook.event"].init()
        self.assertGreater(self.told_of(self.drone), first)

    def test_a_storefront_that_is_made_again_is_told_larger_numbers(self):
        first = self.told_of(self.drone)
        again = self.another(webhook_secret=self.SECRET)
        self.storefront.active = False
        self.env["enord.webhook.event"].search([("storefront_id", "=", again.id)]).unlink()
        self.assertGreater(self.told_of(self.drone), first)

    def test_what_is_withdrawn_after_a_restored_backup_has_a_larger_number(self):
        first = self.told_of(self.drone)
        self.draw_next(1)
        self.warehouse.enord_location_code = "WH-OTHER"
        withdrawn = self.env["enord.webhook.event"].search([("body", "!=", False)]).filtered(
            lambda event: event.state == "pending"
        )
        self.assertTrue(withdrawn)
        self.assertGreater(min(withdrawn.mapped("sequence")), first)

    def test_what_a_backup_was_about_to_repeat_gives_way_to_what_is_true_now(self):
        """Its number is as old as the backup; staff press Send Everything Again, once."""
        self.told_of(self.drone, status=500)
        self.draw_next(1)
        self.storefront.action_resync()
        told = [json.loads(delivery.body) for delivery in self.claim()]
        numbers = [
            body["sequence"] for body in told
            if body["data"].get("location_code") == "WH-TECH-01"
            and body["data"]["sku"] == "DRONE-X1-PRO-KIT"
        ]
        self.assertEqual(len(numbers), 1)
        self.assertGreater(numbers[0], (time.time() - 60) * 1_000_000)

    def test_where_the_clock_is_put_back_numbers_grow_all_the_same(self):
        self.draw_next(BEYOND_32_BITS)
        self._put(self.drone, self.warehouse, 1)
        self._put(self.guard, self.warehouse, 1)
        events = self.recorded()
        self.claim()
        self.assertEqual(
            sorted(events.mapped("sequence")), [BEYOND_32_BITS, BEYOND_32_BITS + 1],
        )
