from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import SalesSyncCommon, new_test_user


@tagged("post_install", "-at_install")
class TestKeptData(SalesSyncCommon):
    """Administrators see how much is kept, and how fast it grows."""

    def user(self, group):
        return new_test_user(self.env, f"kept-{group}", groups=f"enord_sales_sync.{group}")

    def test_every_table_of_the_add_on_is_told_of(self):
        action = self.env["enord.kept.data"].with_user(self.user("group_manager")).action_open()
        kept = self.env["enord.kept.data"].search(action["domain"])
        self.assertEqual(set(kept.mapped("day")), {fields.Date.today()})
        self.assertLessEqual(
            {"enord.api.call", "enord.webhook.event", "enord.reservation", "enord.api.transaction"},
            set(kept.mapped("model")),
        )
        self.assertTrue(all(size > 0 for size in kept.mapped("size_kib")))
        self.assertIn("Storefront API Call", kept.with_context(lang="en_US").mapped("what"))

    def test_a_second_look_writes_no_second_rows(self):
        self.env["enord.kept.data"]._note_today()
        once = self.env["enord.kept.data"].search_count([])
        self.env["enord.kept.data"]._note_today()
        self.assertEqual(self.env["enord.kept.data"].search_count([]), once)

    def test_growth_is_that_of_a_week_at_most(self):
        kept = self.env["enord.kept.data"]
        for days_ago, size in ((10, 5), (7, 100), (3, 300), (0, 800)):
            kept |= kept.create({
                "day": date(2026, 3, 20) - timedelta(days=days_ago), "model": "enord.nothing",
                "rows": 1, "size_kib": size,
            })
        self.assertEqual(kept.mapped("growth_kib"), [0, 32, 42, 100])
        self.assertEqual(kept[0].what, "enord.nothing")

    def test_old_figures_are_removed(self):
        old = self.env["enord.kept.data"].create({
            "day": fields.Date.today() - timedelta(days=61), "model": "enord.nothing",
        })
        self.env["enord.kept.data"]._note_today()
        self.assertFalse(old.exists())

    def test_others_than_administrators_see_nothing(self):
        kept = self.env["enord.kept.data"].with_user(self.user("group_user"))
        with self.assertRaises(AccessError), patch.object(type(kept), "_note_today") as noted:
            kept.action_open()
        noted.assert_not_called()
