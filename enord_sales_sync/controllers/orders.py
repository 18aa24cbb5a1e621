from odoo.http import Controller, request

from ..contract.requests import read
from ..contract.reservations import OrderCancellation
from ..contract.texts import tidy
from ..models.orders.answers import order_status
from .endpoint import MAX_BODY, api_route, calling_storefront, read_json_if_any

PATH = "/api/sales/orders/<string:transaction_id>"


class OnlineOrders(Controller):
    """What became of an order, and its cancellation."""

    @api_route(PATH, methods=["GET"], readonly=True)
    def order(self, transaction_id):
        return request.make_json_response(order_status(_sent(transaction_id)))

    @api_route(f"{PATH}/cancel", methods=["POST"], max_content_length=MAX_BODY)
    def cancel_order(self, transaction_id):
        cancellation = read(OrderCancellation, read_json_if_any())
        sale = _sent(transaction_id)
        sale._enord_cancel_online(cancellation.reason)
        return request.make_json_response(order_status(sale))


def _sent(transaction_id):
    storefront = calling_storefront()
    return storefront.env["sale.order"]._enord_sent(storefront, tidy(transaction_id))
