from unittest.mock import patch

from odoo.addons.enord_sales_sync.tests.common import SalesSyncCommon
from odoo.addons.point_of_sale.tests.common import TestPoSCommon
from odoo.addons.stock.models.stock_picking import StockPicking
from odoo.tests import tagged

TECH = "WH-TECH-01"
DRONE = "DRONE-X1-PRO-KIT"


class CashierCommon(TestPoSCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("enord_sales_sync.group_manager")
        cls.env.user.group_ids |= cls.env.ref("stock.group_stock_manager")


class CounterCommon(SalesSyncCommon, CashierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.drone | cls.guard).available_in_pos = True
        # without it the transfers of invoiced orders are not left to the closing
        cls.company.anglo_saxon_accounting = False

    def setUp(self):
        super().setUp()
        self.config = self.basic_config
        while self.leaving():
            pass

    def sell(self, *lines, state="paid", shipping_date=False, **values):
        data = self.create_ui_order_data(
            list(lines), {"state": state, "shipping_date": shipping_date}, **values,
        )
        result = self.env["pos.order"].sync_from_ui([data])
        return self.env["pos.order"].browse(result["pos.order"][0]["id"])

    def sellable(self, product=None):
        stock = (product or self.drone)._enord_sellable(self.warehouses)
        return [
            stock.get(((product or self.drone).id, warehouse.id), 0)
            for warehouse in self.warehouses
        ]

    def assertLeadsTo(self, event, record):
        self.assertEqual(event.origin, record.display_name)
        action = event.action_open_origin()
        self.assertEqual((action["res_model"], action["res_id"]), (record._name, record.id))

    def refund(self, order):
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        self.env["pos.make.payment"].with_context(
            active_ids=refund.ids, active_id=refund.id,
        ).create({
            "amount": refund.amount_total, "payment_method_id": self.cash_pm1.id,
        }).check()
        self.assertEqual(refund.state, "paid")
        return refund


@tagged("post_install", "-at_install")
class TestCheckOfClosing(CounterCommon):

    def test_stock_that_moves_only_at_closing_is_said_to_staff(self):
        for setting, state in (("closing", "warning"), ("real", "ok")):
            self.company.point_of_sale_update_stock_quantities = setting
            [check] = [
                check for check in self.env["enord.check"]._checks(self.storefront)
                if check.code == "closing"
            ]
            self.assertEqual(check.state, state)


@tagged("post_install", "-at_install")
class TestCounterSalesInRealTime(CounterCommon):
    def test_a_counter_sale_is_told_with_its_reason(self):
        self.open_new_session()
        order = self.sell((self.drone, 2))
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("POS_SALE", 10)})

    def test_the_event_leads_to_the_order(self):
        self.open_new_session()
        order = self.sell((self.drone, 2))
        self.recorded()
        newest = self.env["enord.webhook.event"].search([("product_id", "=", self.drone.id)])[0]
        self.assertLeadsTo(newest, order)

    def test_a_refund_is_a_return(self):
        self.open_new_session()
        order = self.sell((self.drone, 2))
        self.leaving()
        self.refund(order)
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("RETURN", 12)})

    def test_closing_the_session_changes_nothing(self):
        session = self.open_new_session()
        self.sell((self.drone, 2))
        self.leaving()
        session.action_pos_session_validate()
        self.assertFalse(self.stock_leaving())
        self.assertEqual(self.sellable(), [10, 3])

    def test_what_is_shipped_later_is_reserved_first(self):
        self.config.ship_later = True
        self.open_new_session()
        order = self.sell(
            (self.drone, 2), customer=self.customer, shipping_date="2099-01-01",
        )
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("RESERVATION", 10)})
        order.picking_ids.move_ids.picked = True
        order.picking_ids._action_done()
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("POS_SALE", 10)})


@tagged("post_install", "-at_install")
class TestCounterSalesAtClosing(CounterCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.point_of_sale_update_stock_quantities = "closing"

    def test_a_counter_sale_is_deducted_and_told_at_once(self):
        self.open_new_session()
        order = self.sell((self.drone, 2))
        self.assertFalse(order.picking_ids)
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("POS_SALE", 10)})
        self.assertEqual(self.sellable(), [10, 3])

    def test_the_event_leads_to_the_order_before_anything_has_moved(self):
        session = self.open_new_session()
        order = self.sell((self.drone, 2), (self.guard, 1))
        other = self.sell((self.guard, 1))
        events = self.recorded()
        self.assertLeadsTo(events.filtered(lambda one: one.product_id == self.drone), order)
        self.assertLeadsTo(events.filtered(lambda one: one.product_id == self.guard), other)
        session.action_pos_session_validate()
        origins = {order.display_name, other.display_name, session.display_name}
        self.assertLessEqual(set(self.recorded().mapped("origin")), origins)

    def test_the_snapshot_agrees(self):
        self.open_new_session()
        self.sell((self.drone, 2))
        self.assertEqual(self.snapshot()[DRONE], 13)
        self.assertEqual(self.snapshot(self.warehouse)[DRONE], 10)

    def test_at_closing_nothing_is_counted_twice(self):
        session = self.open_new_session()
        self.sell((self.drone, 2))
        self.leaving()
        session.action_pos_session_validate()
        self.assertEqual(session.state, "closed")
        self.assertEqual(session.picking_ids.state, "done")
        self.assertEqual(self.sellable(), [10, 3])
        told = self.stock_leaving()
        self.assertIn(told, ({}, {(DRONE, TECH): ("POS_SALE", 10)}))
        self.assertFalse(self.leaving())

    def test_an_order_that_is_not_paid_is_no_sale(self):
        self.open_new_session()
        self.sell((self.drone, 2), state="draft")
        self.assertFalse(self.stock_leaving())
        self.assertEqual(self.sellable(), [12, 3])

    def test_an_order_that_is_paid_later_is_told_then(self):
        self.open_new_session()
        order = self.sell((self.drone, 2), state="draft")
        self.leaving()
        order.state = "paid"
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("POS_SALE", 10)})

    def test_what_leaves_at_closing_is_known_to_be_sold_over_the_counter(self):
        session = self.open_new_session()
        self.sell((self.drone, 2))
        self.leaving()
        done = StockPicking._action_done
        reasons = []

        def and_written(pickings):
            result = done(pickings)
            reasons.extend(self.recorded().mapped("change_reason"))
            return result

        with patch.object(StockPicking, "_action_done", and_written):
            session.action_pos_session_validate()
        self.assertEqual(set(reasons), {"POS_SALE"})

    def test_a_refund_in_the_open_session_gives_back_at_once(self):
        self.open_new_session()
        order = self.sell((self.drone, 2))
        self.leaving()
        self.refund(order)
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("RETURN", 12)})
        self.assertEqual(self.sellable(), [12, 3])

    def test_what_is_left_in_stock_at_closing_is_for_sale_again(self):
        session = self.open_new_session()
        self.sell((self.drone, 2))
        self.leaving()
        self.patch(
            self.env.registry["pos.session"], "_create_picking_at_end_of_session",
            lambda session: None,
        )
        session.action_pos_session_validate()
        self.assertEqual(self.sellable(), [12, 3])
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("POS_SALE", 12)})

    def test_an_invoiced_order_is_deducted_once(self):
        self.company.anglo_saxon_accounting = True
        self.open_new_session()
        order = self.sell((self.drone, 2), customer=self.customer, is_invoiced=True)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.stock_leaving(), {(DRONE, TECH): ("POS_SALE", 10)})
        self.assertEqual(self.sellable(), [10, 3])

    def test_a_kit_is_deducted_as_its_components(self):
        kit = self._make_product("PAIR", 100.0, is_storable=False, available_in_pos=True)
        self.env["mrp.bom"].create({
            "product_tmpl_id": kit.product_tmpl_id.id, "type": "phantom",
            "bom_line_ids": [(0, 0, {"product_id": self.drone.id, "product_qty": 2})],
        })
        while self.leaving():
            pass
        session = self.open_new_session()
        self.sell((kit, 3))
        self.assertEqual(self.stock_leaving(), {
            (DRONE, TECH): ("POS_SALE", 6), ("PAIR", TECH): ("POS_SALE", 3),
        })
        session.action_pos_session_validate()
        self.assertEqual((self.sellable(), self.sellable(kit)), ([6, 3], [3, 1]))
