from odoo.tests import tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestSkus(OrdersCommon):
    """What nobody sees in a SKU makes no other one, in Odoo and in requests."""

    def test_what_is_told_is_what_is_ordered(self):
        for number, written in enumerate((
            " SPACED ", "TAIL\u00a0", "ZERO\u200bWIDTH", "\ufeffBOM", "NO\u00a0BREAK", "CAFE\u0301",
        )):
            product = self._make_product(written, 10.0, (2, 0))
            self.env.flush_all()
            told = self.inventory_data(product, self.warehouse, "RESYNC")["sku"]
            self.assertEqual(self.snapshot()[told], 2)
            for sku in (told, written):
                answer = self.post(
                    f"ORD-{number}-{sku == told}", line_items=self.lines((sku, 1, 10.0)),
                )
                self.assertEqual(answer["line_items"][0]["sku"], told)
            self.assertEqual(self.sellable(product), [0, 0])

    def test_staff_are_told_of_skus_that_cannot_be_ordered(self):
        self.assertFalse(self.drone.enord_sku_problem)
        twin = self._make_product("DRONE-X1-PRO-KIT ", 10.0, (2, 0))
        self.assertIn(self.drone.name, twin.enord_sku_problem)
        self.assertFalse(self.drone.enord_sku_problem)
        for written in ("X" * 129, "\u200b"):
            product = self._make_product(written, 10.0, (2, 0))
            self.assertIn("128", product.enord_sku_problem)
            self.assertNotIn(product, self.published())
