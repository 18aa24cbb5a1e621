from unittest.mock import patch

from odoo.tests import tagged

from .reservations_common import DRONE, GUARD, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestExpiredHolds(ReservationCommon):
    """What has expired counts nowhere, and a job gives it free."""

    def test_an_expired_hold_counts_nowhere_though_nobody_has_swept(self):
        self.hold("CART-1", (DRONE, 15))
        self.assertEqual(self.sellable(self.drone), [0, 0])
        self.let_expire()
        self.assertEqual(self.reserved(self.drone), 15)
        self.assertEqual(self.sellable(self.drone), [12, 3])
        self.assertIn({"sku": DRONE, "qty": 15},
                      self.call("GET", "/api/inventory/snapshot").json())
        [variant] = self.catalog_data(self.drone.product_tmpl_id)["variants"]
        self.assertEqual(variant["current_stock"], 15)
        response = self.call("GET", f"/api/inventory/availability?sku={DRONE}")
        self.assertEqual(response.json()[0]["available"], 15)
        self.assertEqual(self.call("GET", f"{PATH}/CART-1").json()["status"], "expired")

    def test_an_order_gets_what_an_expired_hold_still_has_reserved(self):
        self.hold("CART-1", (DRONE, 15), (GUARD, 1))
        self.let_expire()
        response = self.order(15)
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(self.reservation().ended, "expired")
        self.assertEqual(self.reservation().picking_ids.mapped("state"), ["cancel", "cancel"])
        self.assertEqual(self.reserved(self.drone), 15)
        self.assertEqual(self.sellable(self.guard), [80, 25])

    def test_another_hold_gets_what_an_expired_one_still_has_reserved(self):
        self.hold("CART-1", (DRONE, 15))
        self.let_expire()
        self.assertEqual(self.hold("CART-2", (DRONE, 15)).status_code, 201)
        self.assertEqual(self.reserved(self.drone), 15)

    def test_an_adjustment_gets_what_an_expired_hold_still_has_reserved(self):
        self.hold("CART-1", (DRONE, 15))
        self.let_expire()
        response = self.call("POST", "/api/inventory/adjust", {
            "reference_id": "ADJ-1", "adjustments": [
                {"sku": DRONE, "quantity_change": -12, "location_code": "WH-TECH-01"},
            ],
        })
        self.assertEqual(response.status_code, 201, response.text)

    def test_the_job_releases_what_has_expired_and_nothing_else(self):
        self.hold("CART-1", (DRONE, 2))
        self.hold("CART-2", (DRONE, 3))
        self.let_expire("CART-1")
        before = self.env["enord.webhook.event"].search([])
        self.sweep()
        self.env.invalidate_all()
        self.assertEqual(self.reservation("CART-1").ended, "expired")
        self.assertEqual(self.reservation("CART-2").state, "held")
        self.assertEqual(self.reserved(self.drone), 3)
        told = self.env["enord.webhook.event"].search([]) - before
        self.assertEqual(self.told(told), {(DRONE, "WH-TECH-01"): "RELEASE"})

    def test_one_hold_that_cannot_be_released_does_not_keep_the_others(self):
        self.hold("CART-1", (DRONE, 2))
        self.hold("CART-2", (DRONE, 3))
        self.let_expire("CART-1")
        self.let_expire("CART-2")
        stuck = self.reservation("CART-1").id
        reservation_class = self.env.registry["enord.reservation"]
        end = reservation_class._end

        def fail_for_one(reservation, *args, **values):
            if reservation.id == stuck:
                raise ValueError("stuck")
            return end(reservation, *args, **values)

        with (
            patch.object(reservation_class, "_end", fail_for_one),
            self.assertLogs("odoo.addons.enord_sales_sync", "ERROR"),
        ):
            self.sweep()
        self.env.invalidate_all()
        self.assertFalse(self.reservation("CART-1").ended)
        self.assertEqual(self.reservation("CART-2").ended, "expired")

    def test_the_dispatcher_wakes_the_job_when_a_hold_expires(self):
        cron = self.env.ref("enord_sales_sync.cron_release_expired")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.hold(expires_in_seconds=60)
        # nothing else falls due
        self.env["enord.webhook.event"].search([]).unlink()
        _claimed, due_in = self.env["enord.webhook.event"]._claim(lambda *_args: 1)
        self.assertTrue(0 < due_in <= 60, due_in)
        self.assertFalse(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.let_expire()
        self.env["enord.webhook.event"].flush_model()
        self.env["enord.reservation"].flush_model()
        for _time in range(2):
            self.env["enord.webhook.event"]._claim(lambda *_args: 1)
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), 1
        )

    def test_a_job_that_does_not_get_its_work_done_is_not_woken_without_a_pause(self):
        cron = self.env.ref("enord_sales_sync.cron_release_expired")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self.hold(expires_in_seconds=60)
        self.env["enord.reservation"].search([]).expires_at = "2024-01-01"
        self.env["enord.reservation"].flush_model()
        self.env["enord.webhook.event"]._claim(lambda *_args: 1)
        self.assertFalse(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_a_job_that_cannot_be_woken_stops_no_delivery(self):
        """It was deleted or switched off, or another add-on has broken it."""
        Event = self.env["enord.webhook.event"]
        cron = self.env.ref("enord_sales_sync.cron_release_expired")
        self.hold(expires_in_seconds=60)
        self.let_expire()
        self.env["enord.reservation"].flush_model()

        def claims():
            Event.search([]).write({"state": "pending", "next_attempt_at": "2024-01-01"})
            Event.flush_model()
            return bool(Event._claim(lambda *_args: 1)[0])

        cron.active = False
        self.assertTrue(claims())
        self.env["ir.cron.trigger"].search([]).unlink()
        with patch.object(type(cron), "_trigger", side_effect=ValueError("broken")):
            self.assertTrue(claims())
        name = self.env["ir.model.data"].search([
            ("module", "=", "enord_sales_sync"), ("name", "=", "cron_release_expired"),
        ])
        name.write({"model": "res.partner", "res_id": self.env.user.partner_id.id})
        self.assertTrue(claims())
        name.unlink()
        self.assertTrue(claims())
