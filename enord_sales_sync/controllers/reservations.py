import json

from odoo.http import Controller, request

from ..contract.content_hash import ContentHash
from ..contract.requests import read
from ..contract.reservations import Reservation, ReservationContent, ReservationExtension
from ..contract.texts import tidy
from .endpoint import (
    MAX_BODY,
    answer,
    api_route,
    calling_storefront,
    created,
    read_json,
    read_json_if_any,
)

PATH = "/api/inventory/reservations"


class CheckoutReservations(Controller):
    """Units held for a customer who is checking out."""

    @api_route(PATH, methods=["POST"], max_content_length=MAX_BODY)
    def create_reservation(self):
        reservation = read(Reservation, read_json())
        storefront = calling_storefront()
        response, replayed = storefront.env["enord.reservation"]._accept(
            storefront, reservation, ContentHash.of(reservation)
        )
        return created(json.loads(response), replayed)

    @api_route(
        f"{PATH}/<string:reservation_id>", methods=["PUT"], max_content_length=MAX_BODY,
    )
    def put_reservation(self, reservation_id):
        body = read_json()
        read(ReservationContent, body)
        # as the POST that would make it, so that this one repeated is known
        reservation = read(Reservation, {**body, "reservation_id": reservation_id})
        storefront = calling_storefront()
        response, was_held = storefront.env["enord.reservation"]._put(
            storefront, reservation, ContentHash.of(reservation)
        )
        return request.make_json_response(json.loads(response), status=200 if was_held else 201)

    @api_route(f"{PATH}/<string:reservation_id>", methods=["GET"], readonly=True)
    def reservation(self, reservation_id):
        return request.make_json_response(_sent(reservation_id)._as_answer())

    @api_route(
        f"{PATH}/<string:reservation_id>", methods=["PATCH"], max_content_length=MAX_BODY,
    )
    def extend_reservation(self, reservation_id):
        extension = read(ReservationExtension, read_json_if_any())
        return answer(_sent(reservation_id)._extend(extension.expires_in_seconds))

    @api_route(f"{PATH}/<string:reservation_id>", methods=["DELETE"])
    def release_reservation(self, reservation_id):
        return answer(_sent(reservation_id)._release())


def _sent(reservation_id):
    storefront = calling_storefront()
    return storefront.env["enord.reservation"]._sent(storefront, tidy(reservation_id))

