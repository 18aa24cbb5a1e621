from odoo.http import Controller, request

from ..contract.reconciliation import Reconciliation
from ..contract.requests import read
from .endpoint import MAX_BODY, api_route, asked_warehouses, calling_storefront, read_json


class StockReconciliation(Controller):
    """What a storefront shows beside what can be sold."""

    @api_route(
        "/api/inventory/reconciliation", methods=["POST"], max_content_length=MAX_BODY,
    )
    def reconcile(self):
        shown = read(Reconciliation, read_json())
        storefront = calling_storefront()
        warehouses = asked_warehouses(storefront, shown.location_code, "/location_code")
        return request.make_json_response(
            storefront.env["enord.stock.check"]._check(storefront, warehouses, shown)
        )
