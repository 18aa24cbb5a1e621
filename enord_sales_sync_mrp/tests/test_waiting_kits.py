from odoo import Command
from odoo.addons.enord_sales_sync.tests.orders_common import OrdersCommon
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestWaitingKits(OrdersCommon):
    """Ten parts, of which five stay behind: five kits or five parts can be sold, not both."""

    def setUp(self):
        super().setUp()
        self.storefront.safety_stock = 5
        self.part = self._make_product("PART", 10.0, (10, 0))
        for sku in ("KIT", "OTHER-KIT"):
            kit = self._make_product(sku, 100.0, is_storable=False)
            kit.bom_ids = [Command.create({
                "product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom",
                "bom_line_ids": [Command.create({"product_id": self.part.id, "product_qty": 1})],
            })]

    def buy_five_of(self, sku):
        self.post("FIRST", line_items=self.lines((sku, 5, 100)))

    def test_a_part_is_not_sold_along_with_the_kit_that_takes_it(self):
        self.wait("WAITS", ("PART", 5, 10))
        self.buy_five_of("KIT")
        self.assertFalse(self.sale("WAITS"))

    def test_a_kit_is_not_sold_along_with_the_part_that_it_needs(self):
        self.wait("WAITS", ("KIT", 5, 10))
        self.buy_five_of("PART")
        self.assertFalse(self.sale("WAITS"))

    def test_two_kits_of_one_part_are_not_sold_together(self):
        self.wait("WAITS", ("OTHER-KIT", 5, 10))
        self.buy_five_of("KIT")
        self.assertFalse(self.sale("WAITS"))

    def test_one_kit_is_sold_to_several(self):
        self.wait("WAITS-1", ("KIT", 3, 10))
        self.wait("WAITS-2", ("KIT", 2, 10))
        self.post("FIRST", line_items=self.lines(("KIT", 2, 100)))
        self.assertTrue(self.sale("WAITS-1"))
        self.assertFalse(self.sale("WAITS-2"))
        self.assertEqual(self.sellable(self.part), [0, 0])
