from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .reservations_common import DRONE, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestReservationScreens(ReservationCommon):
    """What staff see of reservations, and may do with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(cls.env, "online.user", "enord_sales_sync.group_user")
        cls.storekeeper = new_test_user(cls.env, "stock.user", "stock.group_stock_user")
        cls.salesman = new_test_user(cls.env, "sales.user", "sales_team.group_sale_salesman")

    def setUp(self):
        super().setUp()
        self.hold()

    def test_the_screens_open_for_those_who_may_see_them(self):
        for user in (self.user, self.storekeeper, self.salesman):
            reservation = self.reservation().with_user(user)
            with self.subTest(user.login):
                for kind in ("list", "form"):
                    fields = self.env["enord.reservation"].with_user(user).get_view(
                        view_type=kind
                    )["models"]["enord.reservation"]
                    reservation.web_read({name: {} for name in fields})
                self.assertEqual(reservation.content, f"2 × {DRONE} (WH-TECH-01)")
                Form(reservation)

    def test_the_list_finds_by_state_at_this_moment(self):
        Reservation = self.env["enord.reservation"]
        self.assertEqual(Reservation.search([("state", "=", "held")]), self.reservation())
        self.assertFalse(Reservation.search([("state", "!=", "held")]))
        self.let_expire()
        self.assertFalse(Reservation.search([("state", "=", "held")]))
        self.assertEqual(Reservation.search([("state", "in", ["expired", "released"])]),
                         self.reservation())
        self.call("DELETE", f"{PATH}/CART-1")
        self.assertEqual(Reservation.search([("state", "=", "expired")]), self.reservation())

    def test_staff_release_units(self):
        for number, user in enumerate((self.user, self.storekeeper)):
            self.hold(f"R{number}", (DRONE, 3))
            self.reservation(f"R{number}").with_user(user).action_release()
            self.assertEqual(self.reservation(f"R{number}").state, "released")
            self.assertEqual(self.sellable(self.drone), [10, 3])

    def test_others_neither_release_nor_forge(self):
        reservation = self.reservation()
        with self.assertRaises(AccessError):
            reservation.with_user(self.salesman).action_release()
        for user in (self.user, self.storekeeper, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                reservation.with_user(user).expires_at = "2099-01-01"
            with self.assertRaises(AccessError):
                reservation.with_user(user).unlink()

    def test_the_transfer_says_that_it_is_a_hold_and_until_when(self):
        picking = self.reservation().picking_ids.with_user(self.storekeeper)
        with Form(picking) as form:
            self.assertEqual(form.enord_reservation_id, self.reservation())
            self.assertEqual(form.enord_held_until, str(self.reservation().expires_at))
            self.assertEqual(form.enord_reservation_state, "held")


    def test_a_new_hold_does_not_crowd_the_list_of_deliveries(self):
        picking_type = self.reservation().picking_ids.picking_type_id
        self.assertNotEqual(picking_type, self.warehouse.out_type_id)
        self.hold("CART-2", (DRONE, 1))
        self.assertEqual(self.reservation("CART-2").picking_ids.picking_type_id, picking_type)
