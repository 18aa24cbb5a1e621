from datetime import timedelta

from odoo.tests import tagged

from .reservations_common import DRONE, GUARD, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestPutReservation(ReservationCommon):
    """``PUT /api/inventory/reservations/{reservation_id}``"""

    def put(self, *items, reference="CART-1", **values):
        return self.call("PUT", f"{PATH}/{reference}", {
            "items": [{"sku": sku, "quantity": quantity} for sku, quantity in items], **values,
        })

    def test_a_hold_is_made(self):
        response = self.put((DRONE, 2))
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(response.json(), self.call("GET", f"{PATH}/CART-1").json())
        self.assertEqual(response.json()["status"], "held")
        self.assertEqual(self.sellable(self.drone), [10, 3])

    def test_a_hold_is_changed(self):
        self.hold("CART-1", (DRONE, 2), (GUARD, 1))
        before = self.env["enord.webhook.event"].search([])
        response = self.put((DRONE, 3))
        self.assertEqual((response.status_code, response.json()["items"]), (
            200, [{"sku": DRONE, "quantity": 3, "location_code": "WH-TECH-01"}],
        ))
        self.assertEqual(self.sellable(self.drone), [9, 3])
        self.assertEqual(self.sellable(self.guard), [80, 25])
        self.assertEqual(self.reserved(self.drone), 3)
        self.assertEqual(self.told(self.env["enord.webhook.event"].search([]) - before), {
            (DRONE, "WH-TECH-01"): "RESERVATION", (GUARD, "WH-TECH-01"): "RELEASE",
        })
        # what was held before leaves no transfer
        self.assertEqual(self.reservation().picking_ids.mapped("state"), ["assigned"])

    def test_it_may_have_its_own_units_and_all_that_are_free(self):
        self.hold("CART-1", (DRONE, 10))
        response = self.put((DRONE, 15))
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual(self.sellable(self.drone), [0, 0])

    def test_what_stays_is_held_where_it_was(self):
        self._put(self.drone, self.warehouse, -12)
        self.hold("CART-1", (DRONE, 2))
        self._put(self.drone, self.warehouse, 12)
        items = self.put((DRONE, 3)).json()["items"]
        self.assertEqual({(item["location_code"], item["quantity"]) for item in items},
                         {("WH-MUM-01", 2), ("WH-TECH-01", 1)})

    def test_where_there_is_not_enough_the_hold_stays_as_it_was(self):
        self.hold("CART-1", (DRONE, 2), expires_in_seconds=300)
        before = self.call("GET", f"{PATH}/CART-1").json()
        transfers = self.reservation().picking_ids
        problem = self.assertProblem(
            self.put((GUARD, 1), (DRONE, 16), expires_in_seconds=900), 409, "out_of_stock",
            "/items/1/quantity",
        )
        self.assertEqual(problem["errors"][0]["available"], 15)
        self.assertEqual(self.call("GET", f"{PATH}/CART-1").json(), before)
        self.assertEqual(self.reservation().picking_ids, transfers)
        self.assertEqual((transfers.state, self.reserved(self.drone)), ("assigned", 2))
        self.assertEqual(self.sellable(self.guard), [80, 25])
        self.assertEqual(self.hold("CART-1", (DRONE, 2), expires_in_seconds=300).status_code, 200)

    def test_the_same_content_again_holds_on(self):
        self.put((DRONE, 2), expires_in_seconds=60)
        transfers = self.reservation().picking_ids
        before = self.env["enord.webhook.event"].search([])
        response = self.put((DRONE, 1), (DRONE, 1), expires_in_seconds=600)
        self.assertEqual(response.status_code, 200, response.text)
        reservation = self.reservation()
        self.assertEqual(reservation.picking_ids, transfers)
        self.assertAlmostEqual(
            (reservation.expires_at - reservation._now()).total_seconds(), 600, delta=60
        )
        self.assertFalse(self.env["enord.webhook.event"].search([]) - before)

    def test_parts_of_a_unit(self):
        self._make_product("RICE", 80.0, (2, 0.7), uom_id=self.env.ref("uom.product_uom_kgm").id)
        self.put(("RICE", 0.1), ("RICE", 0.2))
        transfers = self.reservation().picking_ids
        self.assertEqual(self.put(("RICE", 0.3)).status_code, 200)
        self.assertEqual(self.reservation().picking_ids, transfers)
        response = self.put(("RICE", 2.7))
        self.assertEqual(response.status_code, 200, response.text)
        self.assertEqual([item["quantity"] for item in response.json()["items"]], [2, 0.7])
        self.assertProblem(self.put(("RICE", 2.71)), 409, "out_of_stock")
        self.assertProblem(self.put((DRONE, 0.5)), 422, "invalid_request", "/items/0/quantity")
        self.assertEqual(self.order(2.7, sku="RICE", reservation_id="CART-1").status_code, 201)

    def test_nobody_holds_longer_than_the_longest_time_by_changing(self):
        self.put((DRONE, 2))
        reservation = self.reservation()
        reservation.held_since -= timedelta(minutes=50)
        for units in (2, 3):
            self.put((DRONE, units), expires_in_seconds=3600)
            self.assertEqual(
                reservation.expires_at - reservation.held_since, timedelta(minutes=60)
            )

    def test_one_that_has_ended_begins_anew(self):
        for end in (
            lambda: self.call("DELETE", f"{PATH}/CART-1"),
            self.let_expire,
            lambda: (self.let_expire(), self.sweep()),
        ):
            self.put((DRONE, 2))
            self.reservation().held_since -= timedelta(minutes=50)
            end()
            response = self.put((DRONE, 3))
            self.assertEqual((response.status_code, response.json()["status"]), (201, "held"))
            reservation = self.reservation()
            self.assertAlmostEqual(
                (reservation.expires_at - reservation._now()).total_seconds(), 900, delta=60
            )
            self.assertEqual(self.reserved(self.drone), 3)
            self.assertEqual(self.sellable(self.drone), [9, 3])
            self.call("DELETE", f"{PATH}/CART-1")
            self.assertEqual(self.sellable(self.drone), [12, 3])

    def test_one_that_has_ended_stays_so_where_there_is_not_enough(self):
        self.put((DRONE, 2))
        self.call("DELETE", f"{PATH}/CART-1")
        self.assertProblem(self.put((DRONE, 16)), 409, "out_of_stock")
        self.assertEqual(self.call("GET", f"{PATH}/CART-1").json()["status"], "released")

    def test_one_that_became_an_order_is_not_changed(self):
        self.put((DRONE, 2))
        self.order(2, reservation_id="CART-1")
        problem = self.assertProblem(
            self.put((DRONE, 3)), 409, "reservation_converted", "/reservation_id",
        )
        self.assertEqual(problem["errors"][0]["transaction_id"], "ORD-1")
        self.assertEqual(self.sellable(self.drone), [10, 3])

    def test_it_is_the_same_hold_for_post(self):
        self.hold("CART-1", (DRONE, 2))
        self.put((DRONE, 3))
        self.assertEqual(self.hold("CART-1", (DRONE, 3)).status_code, 200)
        self.assertProblem(self.hold("CART-1", (DRONE, 2)), 409, "conflict", "/reservation_id")

    def test_the_order_takes_what_is_held_now(self):
        self.hold("CART-1", (GUARD, 80))
        self.put((DRONE, 15))
        self.assertEqual(self.order(15, reservation_id="CART-1").status_code, 201)
        self.assertEqual(self.sellable(self.guard), [80, 25])

    def test_bad_requests_are_named(self):
        self.assertProblem(self.put(("NOPE", 1)), 422, "unknown_sku", "/items/0/sku")
        self.assertProblem(self.put(), 422, "invalid_request", "/items")
        self.assertProblem(self.put((DRONE, 0)), 422, "invalid_request", "/items/0/quantity")
        self.assertProblem(
            self.put((DRONE, 1), reservation_id="CART-1"), 422, "invalid_request",
            "/reservation_id",
        )
        self.assertProblem(
            self.put((DRONE, 1), reference="a%20b"), 422, "invalid_request", "/reservation_id",
        )
        self.assertProblem(self.call("PUT", f"{PATH}/CART-1", []), 422, "invalid_request", "")
        self.assertFalse(self.env["enord.reservation"].search([]))
