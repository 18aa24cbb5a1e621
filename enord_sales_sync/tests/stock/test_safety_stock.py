from odoo.tests import tagged

from ..common import SalesSyncHttpCommon


@tagged("post_install", "-at_install")
class TestSafetyStock(SalesSyncHttpCommon):
    """Units kept back are neither told nor sold, whoever asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storefront.safety_stock = 5

    def test_every_channel_tells_the_same(self):
        snapshot = self.call("GET", "/api/inventory/snapshot").json()
        self.assertEqual({item["sku"]: item["qty"] for item in snapshot},
                         {"DRONE-X1-PRO-KIT": 7, "PROP-GUARD-X1": 95})
        data = self.catalog_data(self.drone.product_tmpl_id)
        self.assertEqual(data["variants"][0]["current_stock"], 7)
        told = [self.inventory_data(self.drone, warehouse, "SALE")["new_quantity"]
                for warehouse in self.warehouses]
        self.assertEqual(told, [7, 0])

    def test_an_event_tells_it_too(self):
        self.storefront.webhook_url = "https://shop.example.com/webhooks/erp"
        self._put(self.drone, self.warehouse, 1)
        event = self.recorded().filtered(lambda event: event.event_type == "inventory.change")
        event._build_batch(self.storefront)
        self.assertIn('"new_quantity":8', event.body)

    def test_it_is_not_sold(self):
        def order(units):
            return self.call("POST", "/api/sales/orders", {
                "transaction_id": f"SAFE-{units}", "transaction_date": "2024-01-20T10:15:00Z",
                "customer_details": {"name": "Jane Doe"},
                "line_items": [
                    {"sku": "DRONE-X1-PRO-KIT", "quantity": units, "unit_price": 45000.0},
                ],
            })

        problem = self.assertProblem(order(8), 409, "out_of_stock", "/line_items/0/quantity")
        self.assertEqual(problem["errors"][0]["available"], 7)
        self.assertEqual(order(7).status_code, 201)
        self.assertEqual(self.sellable(self.drone), [0, 0])

    def test_it_is_not_deducted(self):
        problem = self.assertProblem(self.call("POST", "/api/inventory/adjust", {
            "reference_id": "SAFE", "adjustments": [
                {"sku": "DRONE-X1-PRO-KIT", "quantity_change": -8, "location_code": "WH-TECH-01"},
            ],
        }), 409, "out_of_stock")
        self.assertEqual(problem["errors"][0]["available"], 7)

    def test_a_change_of_it_is_told(self):
        self.recorded()
        self.env["enord.webhook.event"].search([]).unlink()
        self.storefront.safety_stock = 2
        self.env.flush_all()
        self.assertTrue(self.env["enord.webhook.event"].search([]))
