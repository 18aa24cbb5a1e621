from datetime import timedelta

from odoo import fields
from odoo.addons.enord_sales_sync.contract.problem import Problem
from odoo.addons.enord_sales_sync.tests.orders_common import OrdersCommon
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestRemovalDates(OrdersCommon):
    """What is past its removal date is not for sale: 7 on hand, 5 of them in a lot that is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Datetime.now()
        cls.food = cls._make_product(
            "FOOD", 10.0, tracking="lot", use_expiration_date=True,
        )
        cls.old = cls._lot("OLD", 5, days=-1)
        cls.fresh = cls._lot("FRESH", 2, days=30)
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env["enord.webhook.event"].sudo().search([]).unlink()

    @classmethod
    def _lot(cls, name, units, days):
        lot = cls.env["stock.lot"].create({"name": name, "product_id": cls.food.id})
        lot.removal_date = cls.today + timedelta(days=days)
        cls.env["stock.quant"]._update_available_quantity(
            cls.food, cls.warehouse.lot_stock_id, units, lot_id=lot,
        )
        return lot

    def food_lines(self, units):
        return self.lines(("FOOD", units, 10.0))

    def test_what_is_told_is_odoos_free_quantity(self):
        self.assertEqual(self.sellable(self.food), [2, 0])
        self.assertEqual(self.food.free_qty, 2)
        self.assertEqual(self.snapshot()["FOOD"], 2)

    def test_an_order_for_all_that_is_told_is_accepted(self):
        self.refused(
            409, "out_of_stock", "/line_items/0/quantity", line_items=self.food_lines(3)
        )
        self.post(line_items=self.food_lines(2))
        self.assertEqual(self.sale().picking_ids.move_line_ids.lot_id, self.fresh)
        self.assertEqual(self.sellable(self.food), [0, 0])

    def test_what_is_not_fresh_when_it_is_due_is_not_for_sale(self):
        self.food.sale_delay = 31
        self.assertEqual(self.sellable(self.food), [0, 0])
        self.food.sale_delay = 29
        self.assertEqual(self.sellable(self.food), [2, 0])
        self.post(line_items=self.food_lines(2))

    def test_a_hold_takes_what_an_order_would(self):
        response = self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "FOOD", "quantity": 2}],
        })
        self.assertEqual(response.status_code, 201, response.text)
        self.post(line_items=self.food_lines(2), reservation_id="CART-1")
        self.assertEqual(self.sale().picking_ids.move_line_ids.lot_id, self.fresh)

    def test_a_hold_keeps_what_will_be_fresh_when_its_order_is_due(self):
        self.food.write({"sale_delay": 10, "categ_id": self.env["product.category"].create({
            "name": "Food",
            "removal_strategy_id": self.env.ref("product_expiry.removal_fefo").id,
        }).id})
        self._lot("SOON", 5, days=5)
        self.env.flush_all()
        response = self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "FOOD", "quantity": 2}],
        })
        self.assertEqual(response.status_code, 201, response.text)
        held = self.env["enord.reservation"].search([("reference", "=", "CART-1")])
        self.assertEqual(held.picking_ids.move_line_ids.lot_id, self.fresh)
        self.refused(
            409, "out_of_stock", "/line_items/0/quantity", line_items=self.food_lines(1)
        )
        self.post(line_items=self.food_lines(2), reservation_id="CART-1")

    def test_the_second_warehouse_has_fresh_ones(self):
        self.env["stock.quant"]._update_available_quantity(
            self.food, self.second_warehouse.lot_stock_id, 4, lot_id=self.fresh,
        )
        self.assertEqual(self.sellable(self.food), [2, 4])
        answer = self.post(line_items=self.food_lines(4))
        self.assertEqual(
            [line["location_code"] for line in answer["line_items"]], ["WH-MUM-01"]
        )

    def test_the_end_of_a_lot_is_told_without_a_move(self):
        Lot = self.env["stock.lot"]
        Lot._enord_cron_tell_ends()
        self.stock_leaving()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_lot SET enord_sold_until = now() AT TIME ZONE 'UTC' - interval '1 s'"
            " WHERE id = %s", [self.fresh.id],
        )
        Lot.invalidate_model()
        Lot._enord_cron_tell_ends()
        self.assertEqual(self.stock_leaving(), {
            ("FOOD", "WH-TECH-01"): ("EXPIRY", 0), ("FOOD", "WH-MUM-01"): ("EXPIRY", 0),
        })
        Lot._enord_cron_tell_ends()
        self.assertEqual(self.stock_leaving(), {}, "once")

    def test_the_dispatcher_knows_when_the_next_lot_ends(self):
        Event = self.env["enord.webhook.event"].sudo()
        cron = self.env.ref("enord_sales_sync_product_expiry.cron_tell_ends")
        self.env["stock.lot"]._enord_cron_tell_ends()
        self.fresh.removal_date = fields.Datetime.now() + timedelta(seconds=40)
        self.env.flush_all()
        self.assertLessEqual(Event._wake_timed_jobs(), 42)
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.fresh.removal_date = fields.Datetime.now() - timedelta(seconds=2)
        self.env.flush_all()
        Event._wake_timed_jobs()
        after = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before + 1)

    def test_a_date_that_is_changed_is_told(self):
        self.old.removal_date = self.today + timedelta(days=5)
        self.assertEqual(self.stock_leaving()["FOOD", "WH-TECH-01"][1], 7)
        self.food.use_expiration_date = False
        self.fresh.removal_date = self.today - timedelta(days=5)
        self.assertEqual(self.sellable(self.food), [7, 0])

    def test_a_hold_that_ended_gives_no_expired_units_back(self):
        reservation = self.env["enord.reservation"]
        response = self.call("POST", "/api/inventory/reservations", {
            "reservation_id": "CART-1", "items": [{"sku": "FOOD", "quantity": 2}],
        })
        self.assertEqual(response.status_code, 201, response.text)
        self.fresh.removal_date = self.today - timedelta(days=1)
        held = reservation.search([("reference", "=", "CART-1")])
        held.expires_at = held._now() - timedelta(seconds=5)
        self.assertEqual(self.sellable(self.food), [0, 0])
        with self.assertRaises(Problem):
            reservation._sent(self.storefront, "CART-2")
