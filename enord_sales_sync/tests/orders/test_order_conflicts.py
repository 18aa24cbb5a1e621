import time
from unittest.mock import patch

from odoo.tests import tagged

from ...models.api import locked_transaction
from ..orders_common import PATH, OrdersCommon


@tagged("post_install", "-at_install")
class TestOrderConflicts(OrdersCommon):
    """Unique violations: on this add-on's own constraints tried again, once; others not at all."""

    def setUp(self):
        super().setUp()
        # not time.sleep itself, which the server's threads use
        clock = patch.object(locked_transaction, "time", wraps=time)
        self.pauses = clock.start().sleep
        self.addCleanup(clock.stop)

    def counted(self, model, method):
        model_class = self.env.registry[model]
        counting = patch.object(
            model_class, method, autospec=True, side_effect=getattr(model_class, method),
        )
        self.addCleanup(counting.stop)
        return counting.start()

    def known_after(self, looks):
        """Requests do not find orders that were sent before until somebody has looked so often."""
        order_class = self.env.registry["sale.order"]
        known = order_class._enord_known
        seen = []

        def look(orders, *args):
            seen.append(args)
            return known(orders, *args) if len(seen) > looks else orders.browse()

        looking = patch.object(order_class, "_enord_known", look)
        self.addCleanup(looking.stop)
        looking.start()

    def test_a_conflict_on_another_add_ons_constraint_is_an_error_at_once(self):
        self.env.cr.execute("CREATE UNIQUE INDEX other_add_on_origin_uniq ON sale_order (origin)")
        self.post("FIRST")
        creations = self.counted("sale.order", "create")
        with self.assertLogs("odoo.http", "WARNING"):
            self.refused(422, "refused", None, "SECOND")
        self.assertEqual(creations.call_count, 1)
        self.assertFalse(self.pauses.called)
        self.assertFalse(self.sale("SECOND"))
        self.assertEqual(self.sellable(self.drone), [11, 3])

    def test_who_sends_what_another_request_has_just_written_gets_that_order(self):
        first = self.post()
        # one look before the locks are taken, one with them
        self.known_after(looks=2)
        creations = self.counted("sale.order", "create")
        repeat = self.call("POST", PATH, self.order())
        self.assertEqual((repeat.status_code, repeat.json()), (200, first))
        self.assertEqual(repeat.headers["Idempotency-Replayed"], "true")
        self.assertEqual(self.pauses.call_count, 1)
        self.assertFalse(creations.called)
        self.assertEqual(len(self.sale()), 1)
        self.assertEqual(self.sellable(self.drone), [11, 3])

    def test_a_conflict_on_an_own_constraint_is_tried_again_only_once(self):
        self.post()
        self.known_after(looks=3)
        with self.assertLogs("odoo.http", "WARNING"):
            self.refused(422, "refused", None)
        self.assertEqual(self.pauses.call_count, 1)
        self.assertEqual(len(self.sale()), 1)

    def test_an_adjustment_that_another_request_has_just_written_is_answered_as_that(self):
        body = {"reference_id": "ADJ-1", "adjustments": [
            {"sku": "DRONE-X1-PRO-KIT", "quantity_change": -2, "location_code": "WH-TECH-01"},
        ]}
        first = self.call("POST", "/api/inventory/adjust", body)
        self.assertEqual(first.status_code, 201, first.text)
        transaction_class = self.env.registry["enord.api.transaction"]
        replay = transaction_class._replay
        looks = []

        def look(transactions, *args):
            looks.append(args)
            return replay(transactions, *args) if len(looks) > 2 else transactions.browse()

        with patch.object(transaction_class, "_replay", look):
            repeat = self.call("POST", "/api/inventory/adjust", body)
        self.assertEqual((repeat.status_code, repeat.content), (200, first.content))
        self.assertEqual(self.sellable(self.drone), [10, 3])
