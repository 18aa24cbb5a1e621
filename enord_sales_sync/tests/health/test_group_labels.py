from datetime import datetime

from odoo.tests import tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestGroupLabels(SalesSyncCommon):
    """Graphs, pivots and grouped lists call their groups what staff call them."""

    def setUp(self):
        super().setUp()
        self.Event = self.env["enord.webhook.event"].search([])
        self.Event.unlink()

    def event(self, hour, **values):
        return self.Event.create({
            "storefront_id": self.storefront.id, "event_type": "inventory.change", "key": "k",
            "state": "delivered", "recorded_at": datetime(2026, 3, 20, hour), **values,
        })

    def groups(self, model, by, **context):
        return self.env[model].with_context(**context).formatted_read_group(
            [("storefront_id", "=", self.storefront.id)], [by], ["__count"],
        )

    def test_a_reason_is_called_in_words_and_opens_its_events(self):
        sold = self.event(9, change_reason="ONLINE_SALE")
        lent = self.event(9, change_reason="LENT")
        other = self.event(9)
        groups = self.groups("enord.webhook.event", "change_reason")
        self.assertEqual(
            {group["change_reason"]: self.Event.search(group["__extra_domain"] + [
                ("storefront_id", "=", self.storefront.id),
            ]) for group in groups},
            {"Online sale": sold, "LENT": lent, False: other},
        )

    def test_a_problem_is_called_in_words_and_opens_its_calls(self):
        calls = {
            code: self.env["enord.api.call"].create({
                "storefront_id": self.storefront.id, "method": "POST", "path": "/", "code": code,
            }) for code in ("out_of_stock", "sold_elsewhere", False)
        }
        found = {
            group["code"]: self.env["enord.api.call"].search(group["__extra_domain"] + [
                ("storefront_id", "=", self.storefront.id),
            ]) for group in self.groups("enord.api.call", "code")
        }
        self.assertEqual(found, {
            "Not enough stock": calls["out_of_stock"], "sold_elsewhere": calls["sold_elsewhere"],
            False: calls[False],
        })

    def test_hours_of_the_morning_and_the_evening_are_not_called_the_same(self):
        for hour in (6, 18):
            self.event(hour)
            self.env["enord.api.call"].create({
                "storefront_id": self.storefront.id, "called_at": datetime(2026, 3, 20, hour),
                "method": "GET", "path": "/",
            })
        for model, by in (
            ("enord.webhook.event", "recorded_at:hour"), ("enord.api.call", "called_at:hour"),
        ):
            with self.subTest(model):
                groups = self.groups(model, by, tz="Asia/Kolkata")
                self.assertEqual(
                    [group[by][1] for group in groups], ["11:00 20 Mar", "23:00 20 Mar"],
                )
                self.assertEqual([group["__count"] for group in groups], [1, 1])

    def test_other_groups_are_odoos(self):
        self.event(6)
        [day] = self.groups("enord.webhook.event", "recorded_at:day")
        self.assertEqual(day["recorded_at:day"][1], "20 Mar 2026")
        [state] = self.groups("enord.webhook.event", "state")
        self.assertEqual(state["state"], "delivered")
