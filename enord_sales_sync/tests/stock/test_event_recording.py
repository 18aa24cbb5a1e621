from unittest.mock import patch

from odoo.addons.stock.models.stock_move_line import StockMoveLine
from odoo.tests import tagged

from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestEventRecording(SalesSyncCommon):
    """Which changes reach the outbox, and with which reason."""

    def setUp(self):
        super().setUp()
        self.stock = self.warehouse.lot_stock_id
        self.customers = self.env.ref("stock.stock_location_customers")
        self.suppliers = self.env.ref("stock.stock_location_suppliers")

    def test_a_receipt_tells_its_reason(self):
        self._move(self.drone, 5, self.suppliers, self.stock)
        self.assertEqual(
            self.told(self.recorded()), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): "STOCK_RECEIPT"}
        )

    def test_a_delivery_a_return_and_a_vendor_return_tell_their_reasons(self):
        for source, destination, reason in (
            (self.stock, self.customers, "SALE"),
            (self.customers, self.stock, "RETURN"),
            (self.stock, self.suppliers, "RETURN"),
        ):
            self._move(self.drone, 1, source, destination)
            self.assertEqual(
                self.told(self.recorded()), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): reason}
            )

    def test_a_reservation_and_its_release_are_told(self):
        move = self._move(self.drone, 2, self.stock, self.customers, done=False)
        self.assertEqual(
            self.told(self.recorded()), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): "RESERVATION"}
        )
        move._do_unreserve()
        self.assertEqual(
            self.told(self.recorded()), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): "RELEASE"}
        )

    def test_a_transfer_is_told_for_both_warehouses(self):
        self._move(self.drone, 2, self.stock, self.second_warehouse.lot_stock_id)
        self.assertEqual(self.told(self.recorded()), {
            ("DRONE-X1-PRO-KIT", "WH-TECH-01"): "TRANSFER",
            ("DRONE-X1-PRO-KIT", "WH-MUM-01"): "TRANSFER",
        })

    def test_a_count_is_an_adjustment(self):
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.drone.id), ("location_id", "=", self.stock.id)]
        )
        quant.inventory_quantity = 7
        quant.action_apply_inventory()
        self.assertEqual(
            self.told(self.recorded()), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): "ADJUSTMENT"}
        )

    def test_a_context_gives_no_other_reason_than_a_code(self):
        """A context comes over RPC, too."""
        for given, told in (("EXPIRY", "EXPIRY"), ("<b>" * 99, "RELEASE"), (["X"], "RELEASE"),
                            ("X" * 41, "RELEASE")):
            move = self._move(self.drone, 2, self.stock, self.customers, done=False)
            self.recorded()
            move.with_context(enord_change_reason=given)._do_unreserve()
            self.assertEqual(
                self.told(self.recorded()), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): told}, given,
            )

    def test_a_scrap_says_so(self):
        scrap = self.env["stock.scrap"].create({
            "product_id": self.drone.id, "scrap_qty": 1, "location_id": self.stock.id,
        })
        scrap.do_scrap()
        self.assertEqual(
            self.told(self.recorded()), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): "SCRAP"}
        )

    def test_one_transaction_writes_one_row_for_each_key(self):
        for _time in range(3):
            self._move(self.drone, 1, self.suppliers, self.stock)
        self.assertEqual(len(self.recorded()), 1)

    def test_recording_costs_one_insert_however_many_products_change(self):
        products = [self._make_product(f"SKU-{number}", 10.0) for number in range(20)]
        self.recorded()
        for product in products:
            self._put(product, self.warehouse, 1)
        self.env.flush_all()
        with self.assertQueryCount(2):  # the INSERT and the NOTIFY
            self.env.cr.precommit.run()

    def test_what_no_storefront_sells_is_not_recorded(self):
        hidden = self._make_product("HIDDEN", 10.0, enord_published=False)
        without_sku = self._make_product(False, 10.0, name="No SKU")
        self.recorded()
        self._put(hidden, self.warehouse, 1)
        self._put(without_sku, self.warehouse, 1)
        self.assertFalse(self.recorded())

    def test_a_warehouse_that_the_storefront_does_not_sell_from_is_not_recorded(self):
        self.storefront.warehouse_ids = self.second_warehouse
        self.recorded()
        self._put(self.drone, self.warehouse, 1)
        self.assertFalse(self.recorded())

    def test_a_storefront_without_an_address_is_told_nothing(self):
        self.storefront.webhook_url = False
        self._put(self.drone, self.warehouse, 1)
        self.drone.name = "Other"
        self.assertFalse(self.recorded())

    def test_a_savepoint_that_is_rolled_back_loses_nothing_from_before(self):
        self._put(self.drone, self.warehouse, 1)
        before = self.env["enord.webhook.event"].search([])
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            self._put(self.guard, self.warehouse, 1)
            raise ValueError
        self.recorded()
        events = self.env["enord.webhook.event"].search([]) - before
        self.assertEqual(events.product_id, self.drone)

    def receipt(self, carried_out):
        """``told`` of a receipt, where quantities change by this in Odoo's stead."""
        known = self.env["enord.webhook.event"].search([])
        with patch.object(StockMoveLine, "_action_done", carried_out):
            self._move(self.drone, 5, self.suppliers, self.stock)
        self.recorded()
        return self.told(self.env["enord.webhook.event"].search([]) - known)

    def savepoint(self):
        """Leaving one writes the events of what has changed by then."""
        with self.env.cr.savepoint():
            pass

    def test_a_savepoint_before_quantities_change_costs_no_reason(self):
        done = StockMoveLine._action_done

        def carried_out(lines):
            self.savepoint()
            return done(lines)

        self.assertEqual(
            self.receipt(carried_out), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): "STOCK_RECEIPT"},
        )

    def test_a_savepoint_after_quantities_changed_costs_no_reason(self):
        done = StockMoveLine._action_done

        def carried_out(lines):
            result = done(lines)
            self.savepoint()
            return result

        self.assertEqual(
            self.receipt(carried_out), {("DRONE-X1-PRO-KIT", "WH-TECH-01"): "STOCK_RECEIPT"},
        )

    def test_a_changed_product_is_recorded_once(self):
        self.drone.name = "Falcon"
        self.drone.product_tmpl_id.description_sale = "Flies"
        events = self.recorded()
        self.assertEqual(events.mapped("event_type"), ["catalog.update"])
        self.assertEqual(events.product_tmpl_id, self.drone.product_tmpl_id)

    def test_another_add_on_can_give_a_reason(self):
        move_class = self.env.registry["stock.move"]
        self.patch(move_class, "_enord_change_reason", lambda move: "DEMO_FLIGHT")
        self._move(self.drone, 1, self.stock, self.customers)
        self.assertEqual(set(self.told(self.recorded()).values()), {"DEMO_FLIGHT"})
