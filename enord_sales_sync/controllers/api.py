import json

from odoo.http import Controller, Response, request
from werkzeug.http import parse_accept_header
from werkzeug.wsgi import wrap_file

from ..contract.content_hash import ContentHash
from ..contract.requests import SalesOrder, StockAdjustment, read
from ..models.stock.snapshot import snapshot
from .conditions import forget_long_conditions
from .endpoint import (
    MAX_BODY,
    api_route,
    asked_warehouses,
    calling_storefront,
    created,
    read_json,
)

#: Bytes of the snapshot that are sent at a time.
PIECE = 64 * 1024


class SalesSyncApi(Controller):
    """The REST API that storefronts call (specification, sections 5 and 6)."""

    @api_route("/api/health", methods=["GET"], auth="none", readonly=True)
    def health(self):
        return request.make_json_response({"status": "ok"})

    @api_route("/api/sales/orders", methods=["POST"], max_content_length=MAX_BODY)
    def create_order(self):
        order = read(SalesOrder, read_json())
        storefront = calling_storefront()
        answer, replayed = storefront.env["sale.order"]._enord_accept(
            storefront, order, ContentHash.of(order)
        )
        return created(answer, replayed)

    @api_route("/api/inventory/adjust", methods=["POST"], max_content_length=MAX_BODY)
    def adjust(self):
        adjustment = read(StockAdjustment, read_json())
        storefront = calling_storefront()
        response, replayed = storefront.env["enord.adjustment"]._accept(
            storefront, adjustment, ContentHash.of(adjustment)
        )
        return created(json.loads(response), replayed)

    @api_route("/api/inventory/snapshot", methods=["GET"], readonly=True)
    def stock_snapshot(self):
        storefront = calling_storefront()
        encodings = request.httprequest.headers.get("Accept-Encoding")
        compressed = parse_accept_header(encodings)["gzip"] > 0
        answer = snapshot(storefront, asked_warehouses(
            storefront, request.httprequest.args.get("location_code"), "location_code",
        ), compressed)
        response = Response(
            wrap_file(request.httprequest.environ, answer.body, PIECE), headers=[
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Length", answer.length),
                ("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding"),
                *([("Content-Encoding", "gzip")] * compressed),
            ],
        )
        response.set_etag(answer.etag)
        forget_long_conditions(request.httprequest)
        return response.make_conditional(request.httprequest.environ)
