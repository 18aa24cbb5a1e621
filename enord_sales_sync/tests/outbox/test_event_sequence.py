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

    def test_where_the_clock_is_put_back_numbers_grow_all_the_same(self):
        self.draw_next(BEYOND_32_BITS)
        self._put(self.drone, self.warehouse, 1)
        self._put(self.guard, self.warehouse, 1)
        events = self.recorded()
        self.claim()
        self.assertEqual(
            sorted(events.mapped("sequence")), [BEYOND_32_BITS, BEYOND_32_BITS + 1],
        )
