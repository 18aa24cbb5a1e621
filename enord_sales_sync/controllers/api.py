import hashlib
import json

from odoo.http import Controller, request

from ..contract import events
from ..contract.problem import FieldError, Problem
from ..contract.requests import SalesOrder, StockAdjustment, read
from .endpoint import MAX_BODY, api_route, calling_storefront, content_hash, created, read_json


class SalesSyncApi(Controller):
    """The REST API that storefronts call (specification, sections 5 and 6)."""

    @api_route("/api/health", methods=["GET"], auth="none", readonly=True)
    def health(self):
        return request.make_json_response({"status": "ok"})

    @api_route("/api/sales/orders", methods=["POST"], max_content_length=MAX_BODY)
    def create_order(self):
        body = read_json()
        order = read(SalesOrder, body)
        response, replayed = calling_storefront()._accept_order(order, content_hash(body))
        return created(response, replayed)

    @api_route("/api/inventory/adjust", methods=["POST"], max_content_length=MAX_BODY)
    def adjust(self):
        body = read_json()
        adjustment = read(StockAdjustment, body)
        response, replayed = calling_storefront()._accept_adjustment(adjustment, content_hash(body))
        return created(response, replayed)

    @api_route("/api/inventory/snapshot", methods=["GET"], readonly=True)
    def snapshot(self):
        storefront = calling_storefront()
        rows = storefront._snapshot(_asked_warehouses(storefront))
        body = json.dumps(
            [{"sku": sku, "qty": events.quantity(quantity)} for sku, quantity in rows],
            ensure_ascii=False,
        ).encode()
        response = request.make_response(body, headers=[
            ("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-cache"),
        ])
        response.set_etag(hashlib.sha256(body).hexdigest())
        return response.make_conditional(request.httprequest.environ)


def _asked_warehouses(storefront):
    code = request.httprequest.args.get("location_code")
    if code is None:
        return storefront.warehouse_ids
    warehouse = storefront._warehouse_by_code().get(code)
    if not warehouse:
        detail = "expected one of " + ", ".join(sorted(storefront._warehouse_by_code()))
        raise Problem(
            422, "unknown_location", f"{code} is not a location of this storefront.",
            [FieldError("location_code", "unknown_location", detail)],
        )
    return warehouse
