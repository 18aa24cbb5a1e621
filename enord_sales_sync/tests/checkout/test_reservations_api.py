from odoo.tests import tagged

from ..blocked_location import block
from .reservations_common import DRONE, GUARD, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestReservationsApi(ReservationCommon):
    """``/api/inventory/reservations``"""

    def test_units_are_held_by_a_transfer_that_the_warehouse_sees(self):
        response = self.hold("CART-1", (DRONE, 2), (GUARD, 1), (DRONE, 1))
        self.assertEqual(response.status_code, 201, response.text)
        reservation = self.reservation()
        self.assertEqual(response.json(), {
            "reservation_id": "CART-1",
            "status": "held",
            "expires_at": reservation.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "items": [
                {"sku": DRONE, "quantity": 3, "location_code": "WH-TECH-01"},
                {"sku": GUARD, "quantity": 1, "location_code": "WH-TECH-01"},
            ],
            "transaction_id": None,
        })
        self.assertAlmostEqual(
            (reservation.expires_at - reservation._now()).total_seconds(), 900, delta=60
        )
        self.assertEqual(reservation.picking_ids.state, "assigned")
        self.assertEqual(reservation.picking_ids.origin, "CART-1")
        self.assertEqual(reservation.picking_ids.picking_type_id.warehouse_id, self.warehouse)
        self.assertEqual(self.sellable(self.drone), [9, 3])
        self.assertEqual(self.sellable(self.guard), [79, 25])

    def test_the_storefront_is_told_of_holds_and_of_their_end(self):
        before = self.env["enord.webhook.event"].search([])
        self.hold()
        held = self.env["enord.webhook.event"].search([]) - before
        self.assertEqual(self.told(held), {(DRONE, "WH-TECH-01"): "RESERVATION"})
        self.call("DELETE", f"{PATH}/CART-1")
        released = self.env["enord.webhook.event"].search([]) - before - held
        self.assertEqual(self.told(released), {(DRONE, "WH-TECH-01"): "RELEASE"})

    def test_what_one_warehouse_cannot_hold_is_held_in_several(self):
        response = self.hold("CART-1", (DRONE, 14))
        self.assertEqual(
            [(item["quantity"], item["location_code"]) for item in response.json()["items"]],
            [(12, "WH-TECH-01"), (2, "WH-MUM-01")],
        )
        self.assertEqual(len(self.reservation().picking_ids), 2)

    def test_a_warehouse_that_does_not_reserve_is_passed_over(self):
        block(self, self.warehouse.lot_stock_id)
        for quantity, method, path, number in (
            (2, "POST", PATH, {"reservation_id": "CART-1"}), (3, "PUT", f"{PATH}/CART-1", {}),
        ):
            response = self.call(method, path, {
                "items": [{"sku": DRONE, "quantity": quantity}], **number,
            })
            self.assertEqual(response.json()["items"], [
                {"sku": DRONE, "quantity": quantity, "location_code": "WH-MUM-01"},
            ], response.text)
        problem = self.assertProblem(self.hold("CART-2", (DRONE, 1)), 409, "out_of_stock")
        self.assertEqual(problem["errors"][0]["available"], 0)

    def test_the_same_request_again_is_the_same_hold(self):
        first = self.hold()
        second = self.hold()
        self.assertEqual((second.status_code, second.json()), (200, first.json()))
        self.assertEqual(second.headers["Idempotency-Replayed"], "true")
        self.assertEqual(self.sellable(self.drone), [10, 3])

    def test_the_same_request_again_is_told_until_when_it_is_held_by_now(self):
        self.hold(expires_in_seconds=60)
        extended = self.call("PATCH", f"{PATH}/CART-1", {"expires_in_seconds": 600}).json()
        again = self.hold(expires_in_seconds=60)
        self.assertEqual((again.status_code, again.json()), (200, extended))

    def test_the_same_request_again_is_told_that_nothing_is_held_any_more(self):
        self.hold()
        self.let_expire()
        problem = self.assertProblem(self.hold(), 409, "reservation_ended", "/reservation_id")
        self.assertEqual(problem["errors"][0]["status"], "expired")
        self.call("DELETE", f"{PATH}/CART-1")
        self.assertProblem(self.hold(), 409, "reservation_ended", "/reservation_id")
        self.hold("CART-2")
        self.call("DELETE", f"{PATH}/CART-2")
        problem = self.assertProblem(
            self.hold("CART-2"), 409, "reservation_ended", "/reservation_id"
        )
        self.assertEqual(problem["errors"][0]["status"], "released")
        self.assertEqual(self.sellable(self.drone), [12, 3])

    def test_the_same_request_again_is_told_which_order_it_became(self):
        self.hold()
        self.order(2, reservation_id="CART-1")
        problem = self.assertProblem(self.hold(), 409, "reservation_converted", "/reservation_id")
        self.assertEqual(problem["errors"][0]["transaction_id"], "ORD-1")

    def test_the_same_number_with_other_content_is_refused(self):
        self.hold()
        problem = self.assertProblem(
            self.hold("CART-1", (DRONE, 1)), 409, "conflict", "/reservation_id"
        )
        self.assertEqual(problem["errors"][0]["code"], "content_differs")
        self.assertIn("/items/0/quantity", problem["errors"][0]["differing"])
        self.assertEqual(self.sellable(self.drone), [10, 3])

    def test_two_storefronts_may_use_the_same_number(self):
        self.hold()
        key = self.another()._generate_api_key()
        self.assertProblem(self.call("GET", f"{PATH}/CART-1", key=key), 404, "not_found")
        response = self.call("POST", PATH, {
            "reservation_id": "CART-1", "items": [{"sku": GUARD, "quantity": 1}],
        }, key=key)
        self.assertEqual(response.status_code, 201)

    def test_more_than_there_is_is_refused_with_what_there_is(self):
        problem = self.assertProblem(
            self.hold("CART-1", (DRONE, 10), (DRONE, 6)), 409, "out_of_stock", "/items/1/quantity",
        )
        self.assertEqual({error["available"] for error in problem["errors"]}, {15})
        self.assertFalse(self.reservation())

    def test_bad_requests_are_named(self):
        self.assertProblem(self.hold("CART-1", ("NOPE", 1)), 422, "unknown_sku", "/items/0/sku")
        self.assertProblem(self.hold(expires_in_seconds=0), 422, "invalid_request",
                           "/expires_in_seconds")
        self.assertProblem(self.hold("CART-1", (DRONE, -1)), 422, "invalid_request",
                           "/items/0/quantity")
        self.assertProblem(self.call("GET", f"{PATH}/NOPE"), 404, "not_found")
        self.assertProblem(self.call("GET", f"{PATH}/a%00b"), 404, "not_found")
        self.assertProblem(self.call("DELETE", f"{PATH}/NOPE"), 404, "not_found")
        self.assertProblem(self.call("PATCH", f"{PATH}/NOPE", {}), 404, "not_found")

    def test_a_hold_is_extended_up_to_the_longest_time(self):
        self.hold(expires_in_seconds=60)
        reservation = self.reservation()
        response = self.call("PATCH", f"{PATH}/CART-1", {"expires_in_seconds": 600})
        self.assertEqual(response.status_code, 200, response.text)
        self.assertAlmostEqual(
            (reservation.expires_at - reservation._now()).total_seconds(), 600, delta=60
        )
        self.assertEqual(
            response.json()["expires_at"], reservation.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        self.call("PATCH", f"{PATH}/CART-1", {"expires_in_seconds": 86400})
        self.assertAlmostEqual(
            (reservation.expires_at - reservation.create_date).total_seconds(), 3600, delta=60
        )

    def test_a_hold_is_extended_for_the_usual_time_without_a_body(self):
        self.hold(expires_in_seconds=60)
        reservation = self.reservation()
        for headers in ({}, {"Content-Type": "application/json"}):
            response = self.call("PATCH", f"{PATH}/CART-1", headers=headers)
            self.assertEqual(response.status_code, 200, response.text)
        self.assertAlmostEqual(
            (reservation.expires_at - reservation._now()).total_seconds(), 900, delta=60
        )

    def test_a_hold_never_begins_longer_than_the_longest_time(self):
        self.hold(expires_in_seconds=86400)
        reservation = self.reservation()
        self.assertAlmostEqual(
            (reservation.expires_at - reservation.create_date).total_seconds(), 3600, delta=60
        )

    def test_a_hold_that_has_ended_is_not_extended(self):
        self.hold()
        self.let_expire()
        problem = self.assertProblem(
            self.call("PATCH", f"{PATH}/CART-1", {}), 409, "reservation_ended"
        )
        self.assertEqual(problem["errors"][0]["status"], "expired")
        self.call("DELETE", f"{PATH}/CART-1")
        self.assertProblem(self.call("PATCH", f"{PATH}/CART-1", {}), 409, "reservation_ended")

    def test_a_released_hold_gives_its_units_free_once(self):
        self.hold()
        for _time in range(2):
            response = self.call("DELETE", f"{PATH}/CART-1")
            self.assertEqual((response.status_code, response.json()["status"]), (200, "released"))
            self.assertEqual(self.sellable(self.drone), [12, 3])
        self.assertEqual(response.json()["items"],
                         [{"sku": DRONE, "quantity": 2, "location_code": "WH-TECH-01"}])
