from odoo.tests import tagged

from .reservations_common import DRONE, GUARD, PATH, ReservationCommon


@tagged("post_install", "-at_install")
class TestReservationPromises(ReservationCommon):
    """What was promised to a customer is sold, whatever staff have done with the product since."""

    def withdrawals(self):
        product, template = self.drone, self.drone.product_tmpl_id
        return {
            "unpublished": lambda: template.write({"enord_published": False}),
            "archived": lambda: template.write({"active": False}),
            "not for sale": lambda: template.write({"sale_ok": False}),
            "renamed": lambda: product.write({"default_code": "DRONE-X2"}),
            "without a SKU": lambda: product.write({"default_code": False}),
            "withdrawn": lambda: self.storefront.write(
                {"product_domain": f"[('id', '!=', {product.id})]"}
            ),
        }

    def withdraw(self, how):
        self.withdrawals()[how]()
        self.env.flush_all()

    def test_the_order_gets_what_it_was_promised(self):
        for number, how in enumerate(self.withdrawals()):
            with self.subTest(how):
                hold = f"CART-{number}"
                self.hold(hold, (DRONE, 2))
                self.withdraw(how)
                self.assertEqual(
                    self.call("GET", f"{PATH}/{hold}").json()["items"][0]["sku"], DRONE,
                )
                response = self.order(2, f"ORD-{number}", reservation_id=hold)
                self.assertEqual(response.status_code, 201, response.text)
                [line] = response.json()["line_items"]
                self.assertEqual((line["sku"], line["reserved_quantity"]), (DRONE, 2))
                sale = self.env["sale.order"].search(
                    [("enord_transaction_reference", "=", f"ORD-{number}")]
                )
                self.assertEqual(sale.order_line.product_id, self.drone)
                self.assertEqual(self.reservation(hold).state, "converted")
                self.drone.write({"default_code": DRONE, "active": True})
                self.drone.product_tmpl_id.write(
                    {"enord_published": True, "active": True, "sale_ok": True}
                )
                self.storefront.product_domain = "[]"

    def test_a_sku_that_another_product_has_since_is_the_one_that_was_promised(self):
        self.hold("CART-1", (DRONE, 2))
        self.drone.default_code = "OLD"
        self.guard.default_code = DRONE
        response = self.order(2, reservation_id="CART-1")
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(self.reserved(self.drone), 2)
        self.assertEqual(self.reserved(self.guard), 0)

    def test_what_has_expired_is_still_sold_as_far_as_there_is_stock(self):
        self.hold("CART-1", (DRONE, 2))
        self.let_expire()
        self.sweep()
        self.withdraw("unpublished")
        self.assertEqual(self.order(2, reservation_id="CART-1").status_code, 201)

    def test_no_more_than_was_promised(self):
        self.hold("CART-1", (DRONE, 2))
        self.withdraw("unpublished")
        problem = self.assertProblem(
            self.order(3, reservation_id="CART-1"), 409, "out_of_stock", "/line_items/0/quantity",
        )
        self.assertEqual(problem["errors"][0]["available"], 2)
        self.assertEqual(self.reservation().state, "held")

    def test_more_than_was_promised_of_what_is_sold(self):
        self.hold("CART-1", (DRONE, 2))
        self.assertEqual(self.order(3, reservation_id="CART-1").status_code, 201)

    def test_others_are_not_sold_what_is_withdrawn(self):
        self.hold("CART-1", (DRONE, 2))
        self.withdraw("unpublished")
        self.assertProblem(self.order(1, "ORD-2"), 422, "unknown_sku", "/line_items/0/sku")
        self.hold("CART-2", (GUARD, 1))
        self.assertProblem(
            self.order(1, "ORD-2", reservation_id="CART-2"), 422, "unknown_sku",
            "/line_items/0/sku",
        )
        self.assertEqual(self.reservation("CART-2").state, "held")

    def test_a_hold_of_the_former_version_promises_the_products_it_has(self):
        self.hold("CART-1", (DRONE, 2))
        self.reservation().skus = False
        self.withdraw("archived")
        self.assertEqual(self.order(2, reservation_id="CART-1").status_code, 201)
