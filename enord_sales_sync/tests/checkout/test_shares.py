from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .reservations_common import DRONE, GUARD, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestShares(ReservationCommon):
    """15 drones and 105 guards are for sale; one hold has a quarter of them, all have a half."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        defaults = cls.env["enord.storefront"].default_get(
            ["reservation_share", "reservation_total_share"]
        )
        cls.storefront.write(defaults)

    def hold_in_turn(self, units, sku=DRONE, holds=20):
        """Hold so many units again and again, as somebody with many browsers does.

        :return: how many holds there are
        """
        return sum(
            self.hold(f"{sku}-{number}", (sku, units)).status_code == 201
            for number in range(holds)
        )

    def put_in_stock(self, units, product=None):
        """All there is of the product, in the first warehouse."""
        product = product or self.drone
        for warehouse, there in zip(self.warehouses, self.sellable(product), strict=True):
            self._put(product, warehouse, -there)
        self._put(product, self.warehouse, units)

    def test_one_reservation_holds_a_quarter(self):
        problem = self.assertProblem(
            self.hold("CART-1", (DRONE, 3), (GUARD, 1), (DRONE, 1)), 409, "reservation_too_large",
            "/items/0/quantity",
        )
        self.assertEqual(
            [(error["pointer"], error["requested"]) for error in problem["errors"]],
            [("/items/0/quantity", 4), ("/items/2/quantity", 4)],
        )
        self.assertEqual({error["limit"] for error in problem["errors"]}, {3})
        self.assertFalse(self.reservation())
        self.assertEqual(self.hold("CART-1", (DRONE, 3), (GUARD, 26)).status_code, 201)

    def test_all_reservations_together_hold_a_half(self):
        self.assertEqual(self.hold_in_turn(3), 2)
        problem = self.assertProblem(
            self.hold("CART-1", (DRONE, 2)), 409, "reservation_limit", "/items/0/quantity"
        )
        self.assertEqual(problem["errors"][0]["limit"], 1)
        # the share does not shrink with what is held
        self.assertEqual(self.hold("CART-1", (DRONE, 1)).status_code, 201)
        self.assertEqual(self.hold("CART-2", (GUARD, 5)).status_code, 201)

    def test_a_share_of_what_can_be_divided_is_as_fine_as_its_unit(self):
        self._make_product(
            "RICE", 80.0, (10.5, 0), uom_id=self.env.ref("uom.product_uom_kgm").id,
        )
        problem = self.assertProblem(
            self.hold("CART-1", ("RICE", 2.63)), 409, "reservation_too_large",
        )
        self.assertEqual(problem["errors"][0]["limit"], 2.62)
        self.assertEqual(self.hold_in_turn(2.62, "RICE"), 2)
        problem = self.assertProblem(
            self.hold("CART-1", ("RICE", 0.02)), 409, "reservation_limit",
        )
        self.assertEqual(problem["errors"][0]["limit"], 0.01)

    def test_that_is_no_reason_to_wait(self):
        self.hold_in_turn(3)
        self.assertNotIn("Retry-After", self.hold("CART-1", (DRONE, 3)).headers)

    def test_one_visitor_cannot_empty_the_shop(self):
        for units in (15, 10, 8, 7, 3, 2, 1):
            for number in range(4):
                self.hold(f"CART-{units}-{number}", (DRONE, units))
        self.assertEqual(sum(self.sellable(self.drone)), 8)
        self.assertEqual(self.order(8).status_code, 201)

    def test_two_units_may_be_held_where_there_are_so_many(self):
        for there, may_be_held in ((1, 1), (2, 2), (3, 2), (4, 2), (5, 2), (6, 3)):
            with self.subTest(there=there):
                self.put_in_stock(there)
                self.assertEqual(
                    self.hold("CART-1", (DRONE, 3)).status_code, 409, "of 6 a quarter is 1.5",
                )
                if there > 1:
                    self.assertEqual(self.hold("CART-2", (DRONE, 2)).status_code, 201)
                    held = 2 + self.hold_in_turn(1, holds=3)
                else:
                    held = self.hold_in_turn(1, holds=3)
                self.assertEqual(held, may_be_held)
                self.env["enord.reservation"].search([])._end("released")
                self.env["enord.reservation"].search([]).unlink()

    def test_more_than_there_is_is_a_matter_of_stock(self):
        self.assertProblem(self.hold("CART-1", (DRONE, 16)), 409, "out_of_stock")

    def test_what_has_expired_is_for_sale(self):
        self.assertEqual(self.hold_in_turn(3), 2)
        for number in range(2):
            self.let_expire(f"{DRONE}-{number}")
        self.assertEqual(self.hold("CART-1", (DRONE, 3)).status_code, 201)

    def test_orders_are_not_limited(self):
        self.hold_in_turn(3)
        self.assertEqual(self.order(9).status_code, 201)

    def test_another_storefront_of_the_same_stock_counts(self):
        other = self.another()
        key = other._generate_api_key()
        for number in range(2):
            self.assertEqual(self.call("POST", PATH, {
                "reservation_id": f"OTHER-{number}", "items": [{"sku": DRONE, "quantity": 3}],
            }, key=key).status_code, 201)
        self.assertProblem(self.hold("CART-1", (DRONE, 2)), 409, "reservation_limit")

    def test_what_is_held_may_be_kept_and_made_smaller_when_others_have_bought(self):
        self.storefront.write({"reservation_share": 60, "reservation_total_share": 60})
        self.hold("CART-1", (DRONE, 9))
        self.order(5)
        self.storefront.write({"reservation_share": 25, "reservation_total_share": 50})
        for quantity in (9, 8):
            response = self.call("PUT", f"{PATH}/CART-1", {
                "items": [{"sku": DRONE, "quantity": quantity}, {"sku": GUARD, "quantity": 1}],
            })
            self.assertEqual(response.status_code, 200, response.text)
        self.assertProblem(
            self.call("PUT", f"{PATH}/CART-1", {"items": [{"sku": DRONE, "quantity": 9}]}),
            409, "reservation_too_large",
        )

    @mute_logger("odoo.sql_db")
    def test_shares_that_make_no_sense_are_refused(self):
        for one, together in ((0, 50), (60, 50), (50, 101), (-1, 50)):
            with self.subTest(one=one, together=together), self.assertRaises(CheckViolation), \
                    self.cr.savepoint():
                self.storefront.write(
                    {"reservation_share": one, "reservation_total_share": together}
                )
                self.storefront.flush_recordset()
