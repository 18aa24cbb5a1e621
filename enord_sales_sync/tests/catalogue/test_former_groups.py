from odoo.tests import tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestFormerGroups(SalesSyncCommon):
    """A storefront that knows a product by a group that it no longer has loses it there."""

    def setUp(self):
        super().setUp()
        self.storefront.action_resync()
        while self.leaving():
            pass
        self.template = self.drone.product_tmpl_id
        self.former = self.template.enord_group_id

    def groups_leaving(self):
        """``{group: whether it is active}``; what left last holds."""
        told = {}
        while data_of_all := self.leaving():
            told.update(
                (data["group_id"], data["is_active"]) for data in data_of_all if "group_id" in data
            )
        return told

    def test_the_former_group_is_withdrawn(self):
        self.template.enord_group_id = "GRP-UAV-X1"
        self.assertEqual(self.groups_leaving(), {"GRP-UAV-X1": True, self.former: False})
        self.assertFalse(self.groups_leaving())

    def test_and_is_there_again_where_the_name_is_taken_back(self):
        self.template.enord_group_id = "GRP-UAV-X1"
        self.groups_leaving()
        self.template.enord_group_id = self.former
        self.assertEqual(self.groups_leaving(), {self.former: True, "GRP-UAV-X1": False})

    def test_one_that_was_taken_back_before_anything_left_changes_nothing(self):
        self.template.enord_group_id = "GRP-UAV-X1"
        self.recorded()
        self.template.enord_group_id = self.former
        self.assertFalse(self.groups_leaving())

    def test_one_that_another_product_has_now_is_that_ones(self):
        other = self.guard.product_tmpl_id
        others = other.enord_group_id
        self.template.enord_group_id = "GRP-UAV-X1"
        self.env.flush_all()
        other.enord_group_id = self.former
        self.assertEqual(self.groups_leaving(), {
            "GRP-UAV-X1": True, self.former: True, others: False,
        })

    def test_one_that_a_product_has_now_which_is_not_sold_is_withdrawn(self):
        hidden = self._make_product("HIDDEN", 1.0, enord_published=False)
        self.template.enord_group_id = "GRP-UAV-X1"
        self.env.flush_all()
        hidden.product_tmpl_id.enord_group_id = self.former
        self.assertEqual(self.groups_leaving(), {"GRP-UAV-X1": True, self.former: False})
        hidden.enord_published = True
        self.assertEqual(self.groups_leaving(), {self.former: True})

    def test_a_withdrawal_that_was_given_up_is_one_when_it_is_sent_afresh(self):
        self.template.enord_group_id = "GRP-UAV-X1"
        self.groups_leaving()
        event = self.env["enord.webhook.event"].search([("key", "=like", f"%:{self.former}")])
        event.state = "dead"
        self.storefront.action_resume()
        self.assertEqual(self.groups_leaving(), {self.former: False})

    def test_what_was_withdrawn_already_is_not_withdrawn_again(self):
        self.template.enord_published = False
        self.groups_leaving()
        self.template.write({"enord_group_id": "GRP-UAV-X1", "enord_published": True})
        self.assertEqual(self.groups_leaving(), {"GRP-UAV-X1": True})
