from odoo import Command
from odoo.addons.enord_sales_sync.tests.common import SalesSyncCommon
from odoo.tests import Form, tagged


@tagged("post_install", "-at_install")
class TestProduction(SalesSyncCommon):
    def test_consumption_and_output_are_production(self):
        bundle = self._make_product("BUNDLE", 1000.0)
        bom = self.env["mrp.bom"].create({
            "product_tmpl_id": bundle.product_tmpl_id.id, "type": "normal",
            "bom_line_ids": [Command.create({"product_id": self.drone.id, "product_qty": 2})],
        })
        form = Form(self.env["mrp.production"])
        form.product_id = bundle
        form.bom_id = bom
        form.product_qty = 3
        order = form.save()
        order.picking_type_id = self.warehouse.manu_type_id
        order.action_confirm()
        while self.leaving():
            pass
        order.qty_producing = 3
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self.stock_leaving(), {
            ("DRONE-X1-PRO-KIT", "WH-TECH-01"): ("PRODUCTION", 6),
            ("BUNDLE", "WH-TECH-01"): ("PRODUCTION", 3),
        })
