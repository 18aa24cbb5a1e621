import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...models.told import stock_check
from ..common import SalesSyncHttpCommon, example

PATH = "/api/inventory/reconciliation"


@tagged("post_install", "-at_install")
class TestReconciliation(SalesSyncHttpCommon):
    """A storefront tells what it shows, and learns what differs."""

    def ask(self, *items, **more):
        response = self.call("POST", PATH, {
            "items": [{"sku": sku, "qty": quantity} for sku, quantity in items], **more,
        })
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def check(self):
        return self.env["enord.stock.check"].search([], limit=1)

    def test_the_examples(self):
        answer = self.call("POST", PATH, example("reconciliation"))
        self.assertEqual(answer.json(), json.loads(example("reconciled")))
        self.assertEqual((self.check().compared, self.check().drift), (2, 1))
        [difference] = self.check().difference_ids
        self.assertEqual(
            (difference.product_id, difference.qty, difference.yours, difference.kind),
            (self.guard, "105", "104", "differs"),
        )

    def test_what_agrees_is_kept_as_a_check_too(self):
        self.assertEqual(
            self.ask(("DRONE-X1-PRO-KIT", 15)), {"compared": 1, "drift": 0, "differences": []},
        )
        self.assertEqual((self.check().storefront_id, self.check().drift), (self.storefront, 0))

    def test_a_check_is_called_by_its_storefront_and_the_readers_time(self):
        self.ask(("DRONE-X1-PRO-KIT", 15))
        check = self.check()
        self.env.cr.execute("UPDATE enord_stock_check SET checked_at = '2026-03-01 20:00:00'")
        check.invalidate_recordset()
        there = check.with_context(tz="Asia/Kolkata", lang="en_US")
        self.assertIn(f"{self.storefront.name}: 03/02/2026 01:30:00", there.display_name)

    def test_one_location_alone(self):
        answer = self.ask(("DRONE-X1-PRO-KIT", 3.0), ("PROP-GUARD-X1", 0),
                          location_code="WH-MUM-01")
        self.assertEqual(answer["differences"], [
            {"sku": "PROP-GUARD-X1", "qty": 25, "yours": 0, "kind": "differs"},
        ])
        self.assertEqual(self.check().warehouse_id, self.second_warehouse)
        response = self.call("POST", PATH, {"items": [], "location_code": "X"})
        self.assertProblem(response, 422, "unknown_location", "/location_code")

    def test_what_only_one_of_the_two_has(self):
        answer = self.ask(("NO-SUCH", 1), complete=True)
        self.assertEqual(
            {(one["sku"], one["kind"]) for one in answer["differences"]},
            {("NO-SUCH", "not_sold"), ("DRONE-X1-PRO-KIT", "missing"), ("PROP-GUARD-X1",
                                                                       "missing")},
        )
        self.assertEqual(len(self.ask(("NO-SUCH", 1))["differences"]), 1, "not complete")

    def test_what_is_being_told_is_no_drift(self):
        self._put(self.drone, self.warehouse, -2)
        self.recorded()
        answer = self.ask(("DRONE-X1-PRO-KIT", 15))
        self.assertEqual((answer["drift"], answer["differences"][0]["kind"]), (0, "being_told"))

    def test_correct_tells_what_differed(self):
        self.ask(("DRONE-X1-PRO-KIT", 14), ("PROP-GUARD-X1", 105))
        self.assertFalse(self.stock_leaving())
        self.check().action_correct()
        self.assertEqual(
            {key: told[1] for key, told in self.stock_leaving().items()},
            {("DRONE-X1-PRO-KIT", "WH-TECH-01"): 12, ("DRONE-X1-PRO-KIT", "WH-MUM-01"): 3},
        )

    def test_of_a_day_so_many_are_kept_and_the_newest_among_them(self):
        self.patch(stock_check, "MOST_A_DAY", 3)
        for number in range(6):
            self.ask(("NO-SUCH", number))
        kept = self.env["enord.stock.check"].search([])
        self.assertEqual(kept.difference_ids.mapped("yours"), ["5", "1", "0"])
        kept.checked_at = fields.Datetime.now() - timedelta(hours=25)
        self.ask(("NO-SUCH", 6))
        self.assertEqual(len(self.env["enord.stock.check"].search([])), 4)

    def test_what_cannot_be_is_answered_with_its_place(self):
        before = self.env["enord.stock.check"].search_count([])
        for body, pointer in (
            ({"items": [{"sku": "X", "qty": -1}]}, "/items/0/qty"),
            ({"items": [{"sku": "X", "qty": 1}, {"sku": " X", "qty": 2}]}, "/items"),
            ({"items": [{"sku": "", "qty": 1}]}, "/items/0/sku"),
            ({}, "/items"),
        ):
            self.assertProblem(self.call("POST", PATH, body), 422, "invalid_request", pointer)
        self.assertEqual(self.env["enord.stock.check"].search_count([]), before)
