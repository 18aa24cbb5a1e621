import hashlib
import json

from odoo.http import Controller, request, route

from ..contract import events
from ..contract.problem import FieldError, Problem
from ..contract.requests import SalesOrder, StockAdjustment, read
from ..contract.strict_json import parse

MAX_BODY = 1024 * 1024


def api_route(path, **options):
    options.setdefault("auth", "enord_api_key")
    return route(path, type="enord_api", csrf=False, save_session=False, **options)


class SalesSyncApi(Controller):
    """The REST API that storefronts call (specification, sections 5 and 6)."""

    @api_route("/api/health", methods=["GET"], auth="none", readonly=True)
    def health(self):
        return request.make_json_response({"status": "ok"})

    @api_route("/api/sales/orders", methods=["POST"], max_content_length=MAX_BODY)
    def create_order(self):
        body = _read_json()
        order = read(SalesOrder, body)
        response, replayed = _storefront()._accept_order(order, _content_hash(body))
        return _created(response, replayed)

    @api_route("/api/inventory/adjust", methods=["POST"], max_content_length=MAX_BODY)
    def adjust(self):
        body = _read_json()
        adjustment = read(StockAdjustment, body)
        response, replayed = _storefront()._accept_adjustment(adjustment, _content_hash(body))
        return _created(response, replayed)

    @api_route("/api/inventory/snapshot", methods=["GET"], readonly=True)
    def snapshot(self):
        storefront = _storefront()
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


def _storefront():
    env = request.env
    return env["enord.storefront"].sudo().browse(env.context["enord_storefront_id"])


def _read_json():
    httprequest = request.httprequest
    if httprequest.mimetype != "application/json":
        raise Problem(
            415, "unsupported_media_type",
            f"Expected Content-Type application/json, not “{httprequest.mimetype}”.",
            headers={"Accept": "application/json"},
        )
    return parse(httprequest.get_data())


def _content_hash(body):
    return request.env["enord.api.transaction"]._content_hash(body)


def _created(response, replayed):
    headers = [("Content-Type", "application/json; charset=utf-8")]
    if replayed:
        headers.append(("Idempotency-Replayed", "true"))
    return request.make_response(response, headers=headers, status=200 if replayed else 201)


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
