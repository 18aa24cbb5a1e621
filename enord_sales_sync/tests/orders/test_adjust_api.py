import json

from odoo.tests import tagged

from ..common import SalesSyncHttpCommon, example

PATH = "/api/inventory/adjust"


@tagged("post_install", "-at_install")
class TestAdjustApi(SalesSyncHttpCommon):
    """``POST /api/inventory/adjust`` (specification, section 5.2)."""

    def body(self, *adjustments, reference="ADJ-1"):
        return {"reference_id": reference, "adjustments": [
            {"sku": sku, "quantity_change": change, "location_code": code}
            for sku, change, code in adjustments
        ]}

    def pickings(self):
        return self.env["enord.api.transaction"].search(
            [("storefront_id", "=", self.storefront.id)]
        ).picking_ids

    def test_the_specifications_example_takes_the_units_by_a_real_transfer(self):
        response = self.call("POST", PATH, example("inventory-adjust"))
        self.assertEqual(response.status_code, 201, response.text)
        picking = self.pickings()
        self.assertEqual((picking.state, picking.origin), ("done", "ORD-WEB-2024-999"))
        self.assertEqual(response.json(), {
            "reference_id": "ORD-WEB-2024-999",
            "status": "done",
            "transfers": [picking.name],
            "adjustments": [
                {"sku": "DRONE-X1-PRO-KIT", "quantity_change": -1, "location_code": "WH-TECH-01",
                 "new_quantity": 11},
                {"sku": "PROP-GUARD-X1", "quantity_change": -2, "location_code": "WH-TECH-01",
                 "new_quantity": 78},
            ],
        })
        self.assertEqual(self.sellable(self.drone), [11, 3])

    def test_a_repeat_takes_nothing(self):
        first = self.call("POST", PATH, example("inventory-adjust"))
        second = self.call("POST", PATH, example("inventory-adjust"))
        self.assertEqual((second.status_code, second.content), (200, first.content))
        self.assertEqual(self.sellable(self.drone), [11, 3])

    def test_a_repeat_is_known_whatever_its_spelling(self):
        first = self.call("POST", PATH, example("inventory-adjust"))
        body = json.loads(example("inventory-adjust"))
        body["adjustments"][0]["sku"] += " "
        again = self.call("POST", PATH, body)
        self.assertEqual((again.status_code, again.content), (200, first.content))

    def test_what_differs_from_what_was_accepted_is_named(self):
        self.call("POST", PATH, example("inventory-adjust"))
        body = json.loads(example("inventory-adjust"))
        body["adjustments"][1]["quantity_change"] = -3
        problem = self.assertProblem(
            self.call("POST", PATH, body), 409, "conflict", "/reference_id",
        )
        [error] = problem["errors"]
        self.assertEqual(error["code"], "content_differs")
        self.assertEqual(error["differing"], ["/adjustments/1/quantity_change"])
        self.assertEqual(self.sellable(self.guard), [78, 25])

    def test_a_positive_change_is_a_return(self):
        before = self.env["enord.webhook.event"].search([])
        self.call("POST", PATH, self.body(("DRONE-X1-PRO-KIT", 2, "WH-MUM-01")))
        self.assertEqual(self.sellable(self.drone), [12, 5])
        events = self.env["enord.webhook.event"].search([]) - before
        self.assertEqual(self.told(events), {("DRONE-X1-PRO-KIT", "WH-MUM-01"): "RETURN"})

    def test_all_lines_or_none(self):
        response = self.call("POST", PATH, self.body(
            ("PROP-GUARD-X1", -1, "WH-TECH-01"), ("DRONE-X1-PRO-KIT", -4, "WH-MUM-01"),
        ))
        problem = self.assertProblem(
            response, 409, "out_of_stock", "/adjustments/1/quantity_change"
        )
        self.assertEqual(problem["errors"][0]["available"], 3)
        self.assertEqual(self.sellable(self.guard), [80, 25])
        self.assertFalse(self.pickings())

    def test_lines_of_one_sku_and_location_count_together(self):
        response = self.call("POST", PATH, self.body(
            ("DRONE-X1-PRO-KIT", -2, "WH-MUM-01"), ("DRONE-X1-PRO-KIT", -2, "WH-MUM-01"),
        ))
        self.assertProblem(response, 409, "out_of_stock", "/adjustments/0/quantity_change")

    def test_unknown_locations_and_skus_are_named(self):
        self.assertProblem(
            self.call("POST", PATH, self.body(("DRONE-X1-PRO-KIT", -1, "NOWHERE"))),
            422, "unknown_location", "/adjustments/0/location_code",
        )
        self.assertProblem(
            self.call("POST", PATH, self.body(("NOPE", -1, "WH-TECH-01"))),
            422, "unknown_sku", "/adjustments/0/sku",
        )

    def test_units_of_an_order_are_not_taken_a_second_time(self):
        self.call("POST", "/api/sales/orders", example("sales-order"))
        problem = self.assertProblem(
            self.call("POST", PATH, example("inventory-adjust")), 409, "conflict", "/reference_id"
        )
        self.assertEqual(problem["errors"][0]["code"], "reference_used_by_order")
        self.assertEqual(self.sellable(self.drone), [11, 3])

    def test_an_order_does_not_take_the_units_of_an_adjustment_again(self):
        self.call("POST", PATH, example("inventory-adjust"))
        problem = self.assertProblem(
            self.call("POST", "/api/sales/orders", example("sales-order")),
            409, "conflict", "/transaction_id",
        )
        self.assertEqual(problem["errors"][0]["code"], "reference_used_by_adjustment")

    def test_a_return_of_a_product_tracked_by_lots_needs_a_person(self):
        tracked = self._make_product("LOT-1", 1.0, tracking="lot")
        response = self.call("POST", PATH, self.body((tracked.default_code, 1, "WH-TECH-01")))
        self.assertProblem(response, 422, "lot_required", "/adjustments/0/quantity_change")

