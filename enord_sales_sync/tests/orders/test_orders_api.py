import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import SalesSyncHttpCommon, example

PATH = "/api/sales/orders"


@tagged("post_install", "-at_install")
class TestOrdersApi(SalesSyncHttpCommon):
    """``POST /api/sales/orders`` (specification, section 5.1)."""

    def order(self, **changes):
        return {**json.loads(example("sales-order")), **changes}

    def lines(self, *lines):
        return [{"sku": sku, "quantity": quantity, "unit_price": price}
                for sku, quantity, price in lines]

    def sale(self, reference="ORD-WEB-2024-999"):
        return self.env["sale.order"].search([("enord_transaction_reference", "=", reference)])

    def test_the_specifications_example_becomes_order_invoice_and_reservation(self):
        response = self.call("POST", PATH, example("sales-order"))
        self.assertEqual(response.status_code, 201, response.text)
        sale = self.sale()
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.enord_storefront_id, self.storefront)
        self.assertEqual(str(sale.date_order), "2024-01-20 10:15:00")
        self.assertEqual(sale.partner_id.name, "Jane Doe")
        self.assertIn("GSTIN12345", (sale.partner_id.vat, sale.partner_id.enord_tax_id))
        self.assertEqual(sale.amount_total, 46000.0)
        self.assertEqual(sale.invoice_ids.mapped("state"), ["posted"])
        self.assertEqual(sale.invoice_ids.amount_total, 46000.0)
        self.assertEqual(sale.picking_ids.mapped("state"), ["assigned"])
        self.assertEqual(self.sellable(self.drone), [11, 3])
        self.assertEqual(self.sellable(self.guard), [78, 25])
        self.assertEqual(response.json(), {
            "transaction_id": "ORD-WEB-2024-999",
            "status": "confirmed",
            "order": {"name": sale.name, "state": "sale"},
            "invoice": {"name": sale.invoice_ids.name, "state": "posted", "amount_total": 46000.0,
                        "payment_state": "not_paid"},
            "amount_total": 46000.0,
            "currency": self.company.currency_id.name,
            "line_items": [
                {"sku": "DRONE-X1-PRO-KIT", "quantity": 1, "unit_price": 45000.0,
                 "reserved_quantity": 1, "delivered_quantity": 0, "location_code": "WH-TECH-01"},
                {"sku": "PROP-GUARD-X1", "quantity": 2, "unit_price": 500.0,
                 "reserved_quantity": 2, "delivered_quantity": 0, "location_code": "WH-TECH-01"},
            ],
            "notices": [],
        })

    def test_the_same_order_again_changes_nothing_and_gets_the_first_answer(self):
        first = self.call("POST", PATH, example("sales-order"))
        spaced = json.dumps(self.order(), indent=3).encode()
        second = self.call("POST", PATH, spaced)
        self.assertEqual(second.status_code, 200)
        self.assertEqual(second.headers["Idempotency-Replayed"], "true")
        self.assertEqual(second.content, first.content)
        self.assertEqual(len(self.sale()), 1)
        self.assertEqual(self.sellable(self.drone), [11, 3])

    def test_a_price_may_be_spelled_differently_in_a_repeat(self):
        sent = example("sales-order")
        self.assertEqual(sent.count(b"45000.00"), 1)
        first = self.call("POST", PATH, sent)
        for price in (b"45000", b"45000.0", b"4.5e4", b"0.45E+5"):
            second = self.call("POST", PATH, sent.replace(b"45000.00", price))
            self.assertEqual((second.status_code, second.content), (200, first.content), price)
        for price in (b"45000.01", b"4500"):
            changed = self.call("POST", PATH, sent.replace(b"45000.00", price))
            self.assertProblem(changed, 409, "conflict", "/transaction_id")

    def test_the_same_reference_with_other_content_is_refused(self):
        self.call("POST", PATH, example("sales-order"))
        changed = self.order(line_items=self.lines(("PROP-GUARD-X1", 1, 500.0)))
        self.assertProblem(self.call("POST", PATH, changed), 409, "conflict", "/transaction_id")
        self.assertEqual(self.sale().amount_total, 46000.0)

    def test_more_than_there_is_is_refused_with_what_there_is(self):
        lines = self.lines(
            ("DRONE-X1-PRO-KIT", 10, 1.0), ("PROP-GUARD-X1", 1, 1.0), ("DRONE-X1-PRO-KIT", 6, 1.0)
        )
        problem = self.assertProblem(
            self.call("POST", PATH, self.order(line_items=lines)),
            409, "out_of_stock", "/line_items/0/quantity",
        )
        self.assertEqual(
            [(error["pointer"], error["sku"], error["requested"], error["available"])
             for error in problem["errors"]],
            [("/line_items/0/quantity", "DRONE-X1-PRO-KIT", 16, 15),
             ("/line_items/2/quantity", "DRONE-X1-PRO-KIT", 16, 15)],
        )
        self.assertFalse(self.sale())
        self.assertEqual(self.sellable(self.drone), [12, 3])

    def test_a_refused_order_may_be_sent_again_when_there_is_stock(self):
        order = self.order(line_items=self.lines(("DRONE-X1-PRO-KIT", 16, 1.0)))
        self.assertProblem(self.call("POST", PATH, order), 409, "out_of_stock")
        self._put(self.drone, self.warehouse, 1)
        self.assertEqual(self.call("POST", PATH, order).status_code, 201)

    def test_one_warehouse_fills_the_order_where_it_can(self):
        self._put(self.guard, self.warehouse, -79)
        lines = self.lines(("DRONE-X1-PRO-KIT", 2, 1.0), ("PROP-GUARD-X1", 2, 1.0))
        self.call("POST", PATH, self.order(line_items=lines))
        self.assertEqual(self.sale().picking_ids.picking_type_id.warehouse_id,
                         self.second_warehouse)

    def test_an_order_for_all_there_is_takes_from_every_warehouse(self):
        lines = self.lines(("DRONE-X1-PRO-KIT", 15, 45000.0))
        response = self.call("POST", PATH, self.order(line_items=lines))
        self.assertEqual(
            [(line["quantity"], line["reserved_quantity"], line["location_code"])
             for line in response.json()["line_items"]],
            [(12, 12, "WH-TECH-01"), (3, 3, "WH-MUM-01")],
        )
        self.assertEqual(self.sale().invoice_ids.amount_total, 15 * 45000.0)
        self.assertEqual(self.sellable(self.drone), [0, 0])

    def test_every_unknown_sku_is_named(self):
        hidden = self._make_product("HIDDEN", 1.0, (5, 5), enord_published=False)
        lines = self.lines(("NOPE", 1, 1.0), ("DRONE-X1-PRO-KIT", 1, 1.0),
                           (hidden.default_code, 1, 1.0))
        problem = self.assertProblem(
            self.call("POST", PATH, self.order(line_items=lines)), 422, "unknown_sku"
        )
        self.assertEqual([error["pointer"] for error in problem["errors"]],
                         ["/line_items/0/sku", "/line_items/2/sku"])

    def test_a_customer_who_comes_again_is_the_same_partner(self):
        for number, customer in enumerate((
            {"name": "Jane Doe", "tax_id": "GSTIN12345"},
            {"name": "jane doe", "tax_id": "gstin 12345"},
            {"name": "J. Doe", "tax_id": "GSTIN12345"},
            {"name": "Jane Doe"}, {"name": "Jane Doe"},
        )):
            response = self.call("POST", PATH, self.order(
                transaction_id=f"T{number}", customer_details=customer,
            ))
            self.assertEqual(response.status_code, 201, response.text)
        partners = [self.sale(f"T{number}").partner_id for number in range(5)]
        self.assertEqual(partners[0], partners[1])
        self.assertEqual(len(set(partners)), 4)

    def test_a_product_invoiced_on_delivery_is_invoiced_when_it_was_sold_online(self):
        self.drone.invoice_policy = self.guard.invoice_policy = "delivery"
        self.call("POST", PATH, example("sales-order"))
        self.assertEqual(self.sale().invoice_ids.amount_total, 46000.0)

    def test_reservation_does_not_depend_on_the_warehouses_policy(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        response = self.call("POST", PATH, example("sales-order"))
        self.assertEqual([line["reserved_quantity"] for line in response.json()["line_items"]],
                         [1, 2])

    def test_an_invoice_that_fails_leaves_the_order_and_tells_staff(self):
        order_class = self.env.registry["sale.order"]
        with patch.object(order_class, "_create_invoices", side_effect=UserError("closed period")):
            response = self.call("POST", PATH, example("sales-order"))
        self.assertEqual(response.status_code, 201, response.text)
        self.assertIsNone(response.json()["invoice"])
        sale = self.sale()
        self.assertEqual(sale.enord_invoice_error, "closed period")
        self.assertEqual(len(sale.activity_ids), 1)
        self.assertEqual(self.sellable(self.drone), [11, 3])
        sale.action_enord_invoice()
        self.assertEqual(sale.invoice_ids.mapped("state"), ["posted"])
        self.assertFalse(sale.enord_invoice_error or sale.activity_ids)

    def test_the_sale_is_told_to_the_storefront_as_an_online_sale(self):
        before = self.env["enord.webhook.event"].search([])
        self.call("POST", PATH, example("sales-order"))
        events = self.env["enord.webhook.event"].search([]) - before
        self.assertEqual(set(self.told(events).values()), {"ONLINE_SALE"})

    def test_two_storefronts_may_use_the_same_reference(self):
        other = self.another("Other Shop")
        self.call("POST", PATH, example("sales-order"))
        response = self.call("POST", PATH, example("sales-order"), key=other._generate_api_key())
        self.assertEqual(response.status_code, 201, response.text)
        self.assertEqual(self.sale().enord_storefront_id, self.storefront | other)
