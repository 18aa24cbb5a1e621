from odoo.tests import tagged

from ..common import SalesSyncHttpCommon

PATH = "/api/inventory/adjust"
DRONE, GUARD = "DRONE-X1-PRO-KIT", "PROP-GUARD-X1"


@tagged("post_install", "-at_install")
class TestReturnLimit(SalesSyncHttpCommon):
    """No key makes any number of units out of nothing."""

    def adjust(self, reference, *changes):
        return self.call("POST", PATH, {"reference_id": reference, "adjustments": [
            {"sku": sku, "quantity_change": change, "location_code": code}
            for sku, change, code in changes
        ]})

    def assertLimited(self, response, left):
        problem = self.assertProblem(response, 409, "return_limit", "/adjustments")
        [error] = problem["errors"]
        self.assertEqual((error["limit"], error["left"]), (self.storefront.daily_returns, left))

    def test_a_million_units_are_not_returned(self):
        self.assertLimited(self.adjust("MANY", (GUARD, 1_000_000, "WH-TECH-01")), 1000)
        self.assertEqual(self.sellable(self.guard), [80, 25])
        self.assertFalse(self.env["enord.api.transaction"].search([("reference", "=", "MANY")]))

    def test_all_returns_of_a_day_count_together(self):
        self.storefront.daily_returns = 10
        self.assertEqual(self.adjust("A", (GUARD, 4, "WH-TECH-01")).status_code, 201)
        self.assertEqual(self.adjust("B", (DRONE, 3, "WH-MUM-01")).status_code, 201)
        self.assertLimited(
            self.adjust("C", (GUARD, 2, "WH-TECH-01"), (DRONE, 2, "WH-TECH-01")), 3
        )
        self.assertEqual(self.adjust("C", (GUARD, 3, "WH-TECH-01")).status_code, 201)
        self.assertLimited(self.adjust("D", (GUARD, 1, "WH-TECH-01")), 0)
        # a repeat returns nothing
        self.assertEqual(self.adjust("A", (GUARD, 4, "WH-TECH-01")).status_code, 200)

    def test_what_is_taken_is_not_limited_and_makes_no_room(self):
        self.storefront.daily_returns = 5
        self.assertEqual(self.adjust("A", (GUARD, -50, "WH-TECH-01")).status_code, 201)
        self.assertLimited(self.adjust("B", (GUARD, 6, "WH-TECH-01")), 5)
        # within one adjustment it does
        self.assertEqual(self.adjust(
            "C", (GUARD, 20, "WH-TECH-01"), (GUARD, -16, "WH-TECH-01")
        ).status_code, 201)

    def test_a_day_later_there_is_room_again(self):
        self.storefront.daily_returns = 5
        self.adjust("A", (GUARD, 5, "WH-TECH-01"))
        self.assertLimited(self.adjust("B", (GUARD, 1, "WH-TECH-01")), 0)
        self.env.cr.execute(
            "UPDATE enord_api_transaction SET create_date = create_date - interval '25 hours'"
        )
        self.assertEqual(self.adjust("B", (GUARD, 1, "WH-TECH-01")).status_code, 201)

    def test_another_storefronts_returns_do_not_count(self):
        self.storefront.daily_returns = 5
        self.adjust("A", (GUARD, 5, "WH-TECH-01"))
        other = self.another()
        key = other._generate_api_key()
        response = self.call("POST", PATH, {"reference_id": "A", "adjustments": [
            {"sku": GUARD, "quantity_change": 5, "location_code": "WH-TECH-01"},
        ]}, key=key)
        self.assertEqual(response.status_code, 201, response.text)

    def test_nothing_set_limits_nothing(self):
        self.storefront.daily_returns = 0
        self.assertEqual(self.adjust("A", (GUARD, 5000, "WH-TECH-01")).status_code, 201)
