import json
from datetime import timedelta

from odoo import models

from ...contract.problem import FieldError, Problem
from ..api.locked_transaction import in_locked_transaction, in_new_transaction


class EnordStorefront(models.Model):
    """A reservation is extended, given up, or becomes an order."""

    _inherit = "enord.storefront"

    def _extend_reservation(self, reference, seconds):
        """Hold on from now, up to the storefront's longest time since the reservation was made.

        :param seconds: from now; None for the storefront's usual time
        :return: the reservation as JSON text
        :raise Problem: 404, 409 when it has ended
        """
        reservation = self._reservation(reference)

        def work():
            if reservation.state != "held":
                raise reservation._ended_problem("It cannot be extended; make a new one.")
            longest = reservation.create_date + timedelta(minutes=self.reservation_max_minutes)
            usual = self.reservation_minutes * 60
            until = reservation._now() + timedelta(seconds=seconds or usual)
            reservation.expires_at = min(until, longest.replace(microsecond=0))
            return json.dumps(reservation._as_answer(), ensure_ascii=False)

        return in_new_transaction(self.env, work)

    def _release_reservation(self, reference):
        """Give the units free; once or more often.

        :return: the reservation as JSON text
        :raise Problem: 404, 409 when it became an order
        """
        reservation = self._reservation(reference)
        products = reservation.move_ids.product_id

        def work():
            if reservation.ended == "converted":
                raise reservation._ended_problem("The order has its units.")
            if not reservation.ended:
                self._lock_quants(products)
                reservation._end("released" if reservation.state == "held" else "expired")
            return json.dumps(reservation._as_answer(), ensure_ascii=False)

        return in_locked_transaction(self.env, self._product_locks(products), work)

    def _order_reservation(self, order):
        """The reservation that an order names, or none.

        :raise Problem: 422 where there is no such reservation
        """
        if not order.reservation_id:
            return self.env["enord.reservation"]
        reservation = self._find_reservation(order.reservation_id)
        if not reservation:
            raise Problem(
                422, "unknown_reservation", "Nothing was written.",
                [FieldError(
                    "/reservation_id", "unknown_reservation",
                    f"there is no reservation {order.reservation_id}",
                )],
            )
        return reservation

    def _take_over(self, reservation, products):
        """Give the units free for the order that is being made in this transaction.

        A reservation that has ended is honoured as far as stock goes.

        :return: ``{(product_id, warehouse_id): units}`` that the order takes first
        :raise Problem: 409 when another order has its units
        """
        if reservation.ended == "converted":
            raise reservation._ended_problem("Another order has its units.", "/reservation_id")
        self._release_expired(products | reservation.move_ids.product_id)
        if not reservation.ended:
            reservation._end("converted")
        elif reservation:
            # it had ended, and its units are free; the row says where the customer's order is
            reservation.write({"ended": "converted"})
        return reservation._held_units()


class EnordReservation(models.Model):
    _inherit = "enord.reservation"

    def _ended_problem(self, consequence, pointer=""):
        """409 for what only a reservation that is held can do."""
        self.ensure_one()
        order = self.sale_order_id.enord_transaction_reference
        what = f"became order {order}" if order else f"is {self.state}"
        code = "reservation_converted" if self.state == "converted" else "reservation_ended"
        return Problem(
            409, code, f"Reservation {self.reference} {what}. {consequence}",
            [FieldError(
                pointer, code, f"the reservation {what}",
                {"status": self.state, "transaction_id": order or None},
            )],
        )
