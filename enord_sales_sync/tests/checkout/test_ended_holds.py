from datetime import timedelta

from odoo.tests import tagged

from ...models.checkout.retention import RETENTION_PARAMETER
from .reservations_common import DRONE, GUARD, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestEndedHolds(ReservationCommon):
    """They are forgotten after some days."""

    def days_ago(self, reference, days):
        self.reservation(reference).ended_at -= timedelta(days=days)

    def collect(self):
        self.env.flush_all()
        result = self.env["enord.reservation"]._gc_ended()
        self.env.invalidate_all()
        return result

    def end_in_every_way(self):
        self.hold("RELEASED", (DRONE, 1), (GUARD, 1))
        self.call("DELETE", f"{PATH}/RELEASED")
        self.hold("EXPIRED", (DRONE, 13))
        self.let_expire("EXPIRED")
        self.sweep()
        self.hold("CONVERTED", (DRONE, 2))
        self.assertEqual(self.order(2, reservation_id="CONVERTED").status_code, 201)
        self.hold("HELD", (DRONE, 1))
        return ("RELEASED", "EXPIRED", "CONVERTED")

    def test_nothing_stays_of_those_that_ended_30_days_ago(self):
        ended = self.end_in_every_way()
        all_ended = self.env["enord.reservation"].search([("reference", "in", ended)])
        pickings = all_ended.picking_ids
        moves = pickings.move_ids
        self.assertEqual(len(pickings), 4)
        for reference in ended:
            self.days_ago(reference, 29)
        self.collect()
        self.assertEqual(all_ended.exists(), all_ended)
        for reference in ended:
            self.days_ago(reference, 2)
        self.collect()
        self.assertFalse(all_ended.exists() or pickings.exists() or moves.exists())
        self.assertEqual(self.reservation("HELD").state, "held")
        self.assertEqual(self.reserved(self.drone), 3)

    def test_the_days_are_a_setting(self):
        self.end_in_every_way()
        self.env["res.config.settings"].create(
            {"enord_reservation_retention_days": 3}
        ).execute()
        self.assertEqual(
            self.env["ir.config_parameter"].get_param(RETENTION_PARAMETER), "3",
        )
        self.days_ago("RELEASED", 4)
        self.collect()
        self.assertFalse(self.reservation("RELEASED"))
        self.assertTrue(self.reservation("EXPIRED"))

    def test_its_order_stays_and_is_answered_as_before(self):
        self.end_in_every_way()
        before = self.call("GET", "/api/sales/orders/ORD-1").json()
        self.days_ago("CONVERTED", 31)
        self.collect()
        self.assertEqual(self.call("GET", "/api/sales/orders/ORD-1").json(), before)
        self.assertEqual(self.order(2, reservation_id="CONVERTED").status_code, 200)

    def test_its_number_is_free_again(self):
        for reference in self.end_in_every_way():
            self.days_ago(reference, 31)
        self.collect()
        self.assertProblem(self.call("GET", f"{PATH}/RELEASED"), 404, "not_found")
        for reference in ("RELEASED", "CONVERTED"):
            self.assertEqual(self.hold(reference, (DRONE, 1)).status_code, 201)

    def test_a_row_without_a_transfer_is_forgotten_too(self):
        self.end_in_every_way()
        self.reservation("RELEASED").picking_ids.unlink()
        self.days_ago("RELEASED", 31)
        self.collect()
        self.assertFalse(self.reservation("RELEASED"))
