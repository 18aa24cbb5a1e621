from odoo.http import Controller, request

from ..contract.requests import read
from ..contract.reservations import OrderCancellation
from .endpoint import MAX_BODY, answer, api_route, calling_storefront, read_json

PATH = "/api/sales/orders/<string:transaction_id>"


class OnlineOrders(Controller):
    """What became of an order, and its cancellation."""

    @api_route(PATH, methods=["GET"], readonly=True)
    def order(self, transaction_id):
        storefront = calling_storefront()
        sale = storefront._sent_order(transaction_id)
        return request.make_json_response(storefront._order_status(sale))

    @api_route(f"{PATH}/cancel", methods=["POST"], max_content_length=MAX_BODY)
    def cancel_order(self, transaction_id):
        httprequest = request.httprequest
        has_body = httprequest.content_length or "Transfer-Encoding" in httprequest.headers
        cancellation = read(OrderCancellation, read_json() if has_body else {})
        return answer(calling_storefront()._cancel_order(transaction_id, cancellation.reason))
