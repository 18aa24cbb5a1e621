from odoo.tests import tagged

from .reservations_common import DRONE, GUARD, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestReservationBecomesOrder(ReservationCommon):

    def test_the_order_takes_the_units_where_they_were_held(self):
        self._put(self.drone, self.warehouse, -10)
        self.hold("CART-1", (DRONE, 4))
        self._put(self.drone, self.warehouse, 10)
        response = self.order(4, reservation_id="CART-1")
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(
            [(line["quantity"], line["location_code"]) for line in response.json()["line_items"]],
            [(2, "WH-TECH-01"), (2, "WH-MUM-01")],
        )
        reservation = self.reservation()
        self.assertEqual((reservation.state, reservation.sale_order_id.enord_transaction_reference),
                         ("converted", "ORD-1"))
        self.assertEqual(set(reservation.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(self.reserved(self.drone), 4)
        status = self.call("GET", f"{PATH}/CART-1").json()
        self.assertEqual((status["status"], status["transaction_id"]), ("converted", "ORD-1"))

    def test_units_held_are_sold_to_nobody_else(self):
        self.hold("CART-1", (DRONE, 15))
        self.assertProblem(self.order(1, "ORD-2"), 409, "out_of_stock")
        self.assertEqual(self.order(15, reservation_id="CART-1").status_code, 201)

    def test_an_order_of_other_items_releases_what_it_does_not_take(self):
        self.hold("CART-1", (DRONE, 5), (GUARD, 80))
        response = self.order(6, reservation_id="CART-1")
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(self.sellable(self.drone), [6, 3])
        self.assertEqual(self.sellable(self.guard), [80, 25])

    def test_an_expired_reservation_is_honoured_when_stock_allows(self):
        self.hold("CART-1", (DRONE, 15))
        self.let_expire()
        self.assertEqual(self.order(15, reservation_id="CART-1").status_code, 201)
        self.assertEqual(self.reservation().state, "converted")

    def test_a_released_reservation_is_honoured_when_stock_allows(self):
        self.hold("CART-1", (DRONE, 15))
        self.call("DELETE", f"{PATH}/CART-1")
        self.assertEqual(self.order(15, reservation_id="CART-1").status_code, 201)

    def test_an_expired_reservation_whose_units_are_sold_is_answered_with_what_is_there(self):
        self.hold("CART-1", (DRONE, 15))
        self.let_expire()
        self.order(14, "ORD-2")
        problem = self.assertProblem(
            self.order(15, reservation_id="CART-1"), 409, "out_of_stock", "/line_items/0/quantity",
        )
        self.assertEqual(problem["errors"][0]["available"], 1)
        self.assertEqual(self.reservation().state, "expired")

    def test_a_refused_order_leaves_the_hold_as_it_was(self):
        self.hold("CART-1", (DRONE, 2))
        self.assertProblem(self.order(16, reservation_id="CART-1"), 409, "out_of_stock")
        self.assertEqual(self.reservation().state, "held")
        self.assertEqual(self.sellable(self.drone), [10, 3])

    def test_a_reservation_becomes_one_order_only(self):
        self.hold("CART-1", (DRONE, 2))
        first = self.order(2, reservation_id="CART-1")
        self.assertEqual(self.order(2, reservation_id="CART-1").content, first.content)
        problem = self.assertProblem(
            self.order(2, "ORD-2", reservation_id="CART-1"), 409, "reservation_converted",
            "/reservation_id",
        )
        self.assertEqual(problem["errors"][0]["transaction_id"], "ORD-1")
        self.assertEqual(self.sellable(self.drone), [10, 3])

    def test_a_converted_reservation_is_neither_released_nor_extended(self):
        self.hold("CART-1", (DRONE, 2))
        self.order(2, reservation_id="CART-1")
        for method, body in (("DELETE", None), ("PATCH", {})):
            problem = self.assertProblem(
                self.call(method, f"{PATH}/CART-1", body), 409, "reservation_converted"
            )
            self.assertIn("ORD-1", problem["detail"])
        self.assertEqual(self.sellable(self.drone), [10, 3])

    def test_an_order_cannot_name_a_reservation_that_is_not_there(self):
        self.assertProblem(self.order(1, reservation_id="NOPE"), 422, "unknown_reservation",
                           "/reservation_id")

    def test_only_what_the_order_leaves_of_the_hold_is_told(self):
        self.hold("CART-1", (DRONE, 2), (GUARD, 1))
        before = self.env["enord.webhook.event"].search([])
        self.order(2, reservation_id="CART-1")
        self.assertEqual(
            self.told((self.env["enord.webhook.event"].search([]) - before).sorted("id")),
            # the drones were not for sale before and are not now
            {(GUARD, "WH-TECH-01"): "RELEASE"},
        )
