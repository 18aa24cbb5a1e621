from datetime import timedelta

from odoo import Command, fields
from odoo.addons.enord_sales_sync.tests.orders_common import OrdersCommon
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestKitsThatExpire(OrdersCommon):
    """A kit's parts have to keep until the kit is due, whatever their own lead times are.

    Five units of food keep five days.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.food = cls._make_product("FOOD", 10.0, tracking="lot", use_expiration_date=True)
        lot = cls.env["stock.lot"].create({"name": "L", "product_id": cls.food.id})
        lot.removal_date = fields.Datetime.now() + timedelta(days=5)
        cls.env["stock.quant"]._update_available_quantity(
            cls.food, cls.warehouse.lot_stock_id, 5, lot_id=lot,
        )
        cls.basket = cls._make_product("BASKET", 10.0, is_storable=False)
        cls.basket.bom_ids = [Command.create({
            "product_tmpl_id": cls.basket.product_tmpl_id.id, "type": "phantom",
            "bom_line_ids": [Command.create({"product_id": cls.food.id, "product_qty": 1})],
        })]

    def assertOrdered(self, units):
        self.assertEqual(self.sellable(self.basket), [units, 0])
        self.refused(
            409, "out_of_stock", "/line_items/0/quantity",
            line_items=self.lines(("BASKET", units + 1, 10.0)),
        )
        if units:
            self.post(line_items=self.lines(("BASKET", units, 10.0)))

    def test_a_kit_that_takes_longer_than_its_parts(self):
        self.basket.sale_delay = 10
        self.assertEqual(self.stock_leaving()["BASKET", "WH-TECH-01"][1], 0)
        self.assertEqual(self.sellable(self.food), [5, 0])
        self.assertOrdered(0)

    def test_a_kit_that_is_sent_sooner_than_its_parts(self):
        self.food.sale_delay = 10
        self.assertEqual(self.sellable(self.food), [0, 0])
        self.assertOrdered(5)

    def test_a_kit_is_held_as_it_is_sold(self):
        self.basket.sale_delay = 10
        response = self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "BASKET", "quantity": 1}],
        })
        self.assertProblem(response, 409, "out_of_stock")
