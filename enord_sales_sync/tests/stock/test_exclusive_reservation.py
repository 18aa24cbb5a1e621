from odoo import Command
from odoo.tests import tagged

from ...models.stock.exclusive_reservation import LOCKED
from ..common import SalesSyncCommon


@tagged("post_install", "-at_install")
class TestExclusiveReservation(SalesSyncCommon):
    """What is locked, and when; e2e/test_nothing_is_oversold.py has what that is good for."""

    def setUp(self):
        super().setUp()
        self.locked = []
        lock = self.env.registry["stock.quant"]._enord_lock

        def noted(quants, pairs):
            pairs = set(pairs)
            if pairs:
                self.locked.append({product.default_code for product, _location in pairs})
            return lock(quants, pairs)

        self.patch(self.env.registry["stock.quant"], "_enord_lock", noted)

    def transfer(self, *products):
        picking = self.env["stock.picking"].create({
            "picking_type_id": self.warehouse.out_type_id.id,
            "move_ids": [Command.create({
                "product_id": product.id, "product_uom_qty": 2,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }) for product in products],
        })
        picking.action_confirm()
        return picking

    def test_all_products_of_a_transfer_are_locked_at_once(self):
        picking = self.transfer(self.drone, self.guard)
        picking.do_unreserve()
        self.locked.clear()
        picking.action_assign()
        self.assertEqual(self.locked[0], {"DRONE-X1-PRO-KIT", "PROP-GUARD-X1"})

    def test_who_reserves_more_by_hand_locks_too(self):
        picking = self.transfer(self.drone)
        picking.action_assign()
        self.locked.clear()
        picking.move_line_ids.quantity = 5
        self.assertIn({"DRONE-X1-PRO-KIT"}, self.locked)

    def test_what_is_sold_from_beside_the_stock_is_locked(self):
        workshop = self.env["stock.location"].create({
            "name": "Workshop", "usage": "internal",
            "location_id": self.warehouse.view_location_id.id,
        })
        rule = self.env["stock.route"].create({"name": "Workshop", "rule_ids": [Command.create({
            "name": "Workshop", "action": "pull", "procure_method": "make_to_stock",
            "location_src_id": workshop.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            "picking_type_id": self.warehouse.out_type_id.id,
        })]}).rule_ids
        Quant = self.env["stock.quant"]
        Quant._update_available_quantity(self.drone, workshop, 3)
        quant = Quant.search([("location_id", "=", workshop.id)])
        for warehouse in (self.warehouse, self.env["stock.warehouse"]):
            rule.warehouse_id = warehouse
            self.env.flush_all()
            self.env.cr.precommit.data.pop(LOCKED, None)
            Quant._enord_lock([(self.drone, workshop)])
            self.assertEqual(self.env.cr.fetchall(), [(quant.id,)], warehouse)
