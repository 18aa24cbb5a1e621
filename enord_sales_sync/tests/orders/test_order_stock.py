from unittest.mock import patch

from odoo.tests import tagged

from ..orders_common import OrdersCommon


@tagged("post_install", "-at_install")
class TestOrderStock(OrdersCommon):
    """Reserve or deliver, refuse or back-order; lots and serial numbers."""

    def on_hand(self, product):
        return [product.with_context(warehouse_id=warehouse.id).qty_available
                for warehouse in self.warehouses]

    def test_the_units_are_delivered_where_that_is_the_policy(self):
        self.storefront.delivery_policy = "deliver"
        answer = self.post()
        self.assertEqual([line["delivered_quantity"] for line in answer["line_items"]], [1, 2])
        sale = self.sale()
        self.assertEqual(sale.picking_ids.mapped("state"), ["done"])
        self.assertEqual(self.on_hand(self.drone), [11, 3])
        self.assertEqual(self.sellable(self.guard), [78, 25])
        self.assertEqual(sale.invoice_ids.amount_total, 46000.0)

    def test_the_customers_e_mail_about_the_delivery_keeps_no_buyer_waiting(self):
        self.storefront.delivery_policy = "deliver"
        self.company.stock_move_email_validation = True
        self.company.email = "shop@example.com"
        with patch.object(self.env.registry["mail.mail"], "send") as send:
            self.post(customer={"email": "jane@example.com"})
        send.assert_not_called()
        customer = self.sale().partner_shipping_id
        [mail] = self.env["mail.mail"].search([("recipient_ids", "in", customer.ids)])
        self.assertEqual((mail.state, mail.model), ("outgoing", "stock.picking"))

    def test_the_delivery_and_the_invoice_say_from_which_order_they_came(self):
        self.post()
        sale = self.sale()
        for document in (sale.picking_ids, sale.invoice_ids):
            notes = " ".join(document.message_ids.mapped("body"))
            self.assertEqual(notes.count(f"> {sale.name}<"), 1, notes)

    def test_what_falls_below_a_reordering_rule_is_to_be_ordered(self):
        rules = self.env["stock.warehouse.orderpoint"].create([{
            "product_id": product.id, "location_id": self.warehouse.lot_stock_id.id,
            "product_min_qty": 12, "product_max_qty": 12, "trigger": trigger,
        } for product, trigger in ((self.drone, "manual"), (self.guard, "auto"))])
        self.assertEqual(rules.mapped("qty_to_order"), [0, 0])
        asked = []
        self.patch(
            self.env.registry["stock.warehouse.orderpoint"], "_procure_orderpoint_confirm",
            lambda rules, **_options: asked.extend(rules.ids),
        )
        self.post(line_items=self.lines(("DRONE-X1-PRO-KIT", 5, 1), ("PROP-GUARD-X1", 1, 1)))
        self.assertEqual(rules[0].qty_to_order, 5)
        self.assertEqual(asked, rules[1].ids)

    def test_every_step_is_carried_out_where_the_warehouse_has_several(self):
        self.storefront.delivery_policy = "deliver"
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.post()
        self.assertEqual(set(self.sale().picking_ids.mapped("state")), {"done"})
        self.assertEqual(len(self.sale().picking_ids), 3)
        self.assertEqual(self.on_hand(self.drone), [11, 3])

    def test_a_delivery_is_told_as_an_online_sale(self):
        self.storefront.delivery_policy = "deliver"
        before = self.env["enord.webhook.event"].search([])
        self.post()
        events = self.env["enord.webhook.event"].search([]) - before
        self.assertEqual(set(self.told(events).values()), {"ONLINE_SALE"})

    def test_more_than_there_is_is_back_ordered_where_that_is_the_policy(self):
        self.storefront.oversell_policy = "backorder"
        answer = self.post(line_items=self.lines(("DRONE-X1-PRO-KIT", 20, 45000.0)))
        self.assertEqual(
            [(line["quantity"], line["reserved_quantity"], line["location_code"])
             for line in answer["line_items"]],
            [(17, 12, "WH-TECH-01"), (3, 3, "WH-MUM-01")],
        )
        self.assertEqual(self.sellable(self.drone), [0, 0])
        self.assertEqual(self.sale().invoice_ids.amount_total, 20 * 45000.0)

    def test_what_is_not_there_at_all_is_back_ordered_too(self):
        self.storefront.oversell_policy = "backorder"
        self.storefront.delivery_policy = "deliver"
        self._make_product("NONE-YET", 10.0)
        answer = self.post(line_items=self.lines(
            ("NONE-YET", 2, 10.0), ("PROP-GUARD-X1", 1, 500.0),
        ))
        self.assertEqual([line["delivered_quantity"] for line in answer["line_items"]], [0, 1])
        self.assertEqual(self.on_hand(self.guard), [79, 25])
        self.assertEqual(sorted(self.sale().picking_ids.mapped("state")), ["confirmed", "done"])

    def test_without_a_warehouse_nothing_is_back_ordered(self):
        self.storefront.oversell_policy = "backorder"
        self.env.flush_all()
        # as another program might, past what the form refuses
        self.env.cr.execute(
            "UPDATE stock_warehouse SET active = FALSE WHERE id = ANY(%s::int[])",
            [self.warehouses.ids],
        )
        self.env.invalidate_all()
        self.refused(409, "out_of_stock", "/line_items/0/quantity")

    def test_units_reserved_beside_a_locked_quant_are_not_sold_again(self):
        self.env["stock.quant"].create({
            "product_id": self.drone.id, "location_id": self.warehouse.lot_stock_id.id,
            "reserved_quantity": 4,
        })
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT quantity FROM stock_quant WHERE product_id = %s AND reserved_quantity = 4",
            [self.drone.id],
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)])
        self.assertEqual(self.sellable(self.drone), [8, 3])

    def tracked(self, tracking, lots):
        product = self._make_product(f"TRACKED-{tracking}", 100.0, tracking=tracking)
        for name, quantity in lots.items():
            lot = self.env["stock.lot"].create({"name": name, "product_id": product.id})
            self.env["stock.quant"]._update_available_quantity(
                product, self.warehouse.lot_stock_id, quantity, lot_id=lot,
            )
        return product

    def test_lots_are_reserved(self):
        product = self.tracked("lot", {"L1": 3, "L2": 5})
        self.post(line_items=self.lines((product.default_code, 4, 100.0)))
        lines = self.sale().picking_ids.move_line_ids
        self.assertEqual(sum(lines.mapped("quantity")), 4)
        self.assertTrue(all(lines.mapped("lot_id")))
        self.assertEqual(self.sellable(product), [4, 0])

    def test_serial_numbers_are_delivered(self):
        self.storefront.delivery_policy = "deliver"
        product = self.tracked("serial", {"S1": 1, "S2": 1, "S3": 1})
        self.post(line_items=self.lines((product.default_code, 2, 100.0)))
        picking = self.sale().picking_ids
        self.assertEqual(picking.state, "done")
        self.assertEqual(len(picking.move_line_ids.lot_id), 2)
        self.assertEqual(self.on_hand(product), [1, 0])

    def test_a_deduction_takes_lots_that_are_there(self):
        product = self.tracked("lot", {"L1": 3, "L2": 5})
        response = self.call("POST", "/api/inventory/adjust", {
            "reference_id": "ADJ-LOT", "adjustments": [{
                "sku": product.default_code, "quantity_change": -4,
                "location_code": "WH-TECH-01",
            }],
        })
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(self.on_hand(product), [4, 0])
        moved = self.env["stock.picking"].search([("origin", "=", "ADJ-LOT")]).move_line_ids
        self.assertTrue(all(moved.mapped("lot_id")))

    def test_an_order_is_noted_in_its_history_and_followed_by_nobody(self):
        self.post()
        sale = self.sale()
        self.assertTrue(any(
            "ORD-WEB-2024-999" in message.body and "Test Shop" in message.body
            for message in sale.message_ids
        ))
        self.assertFalse(sale.message_follower_ids)
