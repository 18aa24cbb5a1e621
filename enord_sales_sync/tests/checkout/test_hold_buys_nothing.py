from odoo.tests import tagged

from .no_demand_common import NoDemandCommon


@tagged("post_install", "-at_install")
class TestHoldBuysNothing(NoDemandCommon):

    def test_nothing_is_bought(self):
        self.assertIn("purchase.order", self.env)
        self._supply(self.drone)
        self.rule(self.drone, 12, 12)
        self.visit()
