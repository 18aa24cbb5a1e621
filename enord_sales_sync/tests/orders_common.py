import json

from .common import SalesSyncHttpCommon, example

PATH = "/api/sales/orders"


class OrdersCommon(SalesSyncHttpCommon):
    """Orders over HTTP, most of them the specification's example with a change."""

    def order(self, reference="ORD-WEB-2024-999", customer=None, **changes):
        order = {**json.loads(example("sales-order")), "transaction_id": reference, **changes}
        if customer is not None:
            order["customer_details"] = {"name": "Jane Doe", **customer}
        return order

    def lines(self, *lines):
        return [{"sku": sku, "quantity": quantity, "unit_price": price}
                for sku, quantity, price in lines]

    def post(self, *args, **kwargs):
        """An order that is accepted; the answer's JSON."""
        response = self.call("POST", PATH, self.order(*args, **kwargs))
        self.assertEqual(response.status_code, 201, response.text)
        return response.json()

    def refused(self, status, code, pointer, *args, **kwargs):
        before = self.env["sale.order"].search_count([])
        response = self.call("POST", PATH, self.order(*args, **kwargs))
        problem = self.assertProblem(response, status, code, pointer)
        self.assertEqual(self.env["sale.order"].search_count([]), before)
        return problem

    def sale(self, reference="ORD-WEB-2024-999"):
        return self.env["sale.order"].search([("enord_transaction_reference", "=", reference)])
