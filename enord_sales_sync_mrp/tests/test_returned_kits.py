from odoo import Command
from odoo.addons.enord_sales_sync.tests.orders_common import PATH, OrdersCommon
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestReturnedKits(OrdersCommon):
    """Kits come back as their components, and count as kits."""

    def setUp(self):
        super().setUp()
        team = self._make_product("TEAM", 1000.0, is_storable=False)
        team.bom_ids = [Command.create({
            "product_tmpl_id": team.product_tmpl_id.id, "type": "phantom",
            "bom_line_ids": [
                Command.create({"product_id": self.drone.id, "product_qty": 2}),
                Command.create({"product_id": self.guard.id, "product_qty": 4}),
            ],
        })]
        self.post("KITS", line_items=self.lines(("TEAM", 2, 1000.0)))

    def deliver(self):
        delivery = self.sale("KITS").picking_ids
        delivery.move_ids.picked = True
        delivery._action_done()
        return delivery

    def come_back(self, delivery):
        wizard = self.env["stock.return.picking"].with_context(
            active_id=delivery.id, active_ids=delivery.ids, active_model="stock.picking",
        ).create({})
        for line in wizard.product_return_moves:
            line.write({"quantity": line.move_id.quantity, "to_refund": True})
        back = wizard._create_return()
        back.action_assign()
        back.move_ids.picked = True
        back._action_done()

    def assertStatus(self, status, delivered, cancellable):
        answer = self.call("GET", f"{PATH}/KITS").json()
        self.assertEqual(
            (answer["status"], answer["line_items"][0]["delivered_quantity"],
             answer["cancellable"]), (status, delivered, cancellable),
        )

    def test_kits_that_have_come_back_are_neither_delivered_nor_invoiced_again(self):
        delivery = self.deliver()
        self.assertStatus("delivered", 2, False)
        self.come_back(delivery)
        self.assertStatus("returned", 0, True)
        sale = self.sale("KITS")
        sale.invoice_ids._reverse_moves([{}], cancel=True)
        self.assertEqual(sale.order_line.qty_to_invoice, 0)
        self.assertEqual(self.call("POST", f"{PATH}/KITS/cancel").status_code, 200)
        self.assertEqual(len(sale.invoice_ids), 2, "all was credited before")
