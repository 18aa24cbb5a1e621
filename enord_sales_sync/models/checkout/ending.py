import json
from datetime import timedelta

from odoo import api, models

from ...contract.problem import FieldError, Problem
from ..api.locked_transaction import in_locked_transaction, in_new_transaction


class EnordReservation(models.Model):
    """A reservation is extended or given up."""

    _inherit = "enord.reservation"

    @api.model
    def _sent(self, storefront, reference):
        """The storefront's reservation of this number.

        :raise Problem: 404
        """
        found = self._of(storefront, reference)
        if not found:
            raise Problem(404, "not_found", f"There is no reservation {reference}.")
        return found

    def _extend(self, seconds):
        """Hold on from now, up to the storefront's longest time since the reservation was made.

        :param seconds: from now; None for the storefront's usual time
        :return: the reservation as JSON text
        :raise Problem: 409 when it has ended
        """
        def work():
            if self.state != "held":
                raise self._ended_problem("It cannot be extended; make a new one.")
            self.expires_at = self._until(self.storefront_id, self.held_since, seconds)
            return json.dumps(self._as_answer(), ensure_ascii=False)

        return in_new_transaction(self.env, work)

    @api.model
    def _until(self, storefront, held_since, seconds):
        """When a hold ends that is asked for now, for so many seconds or the usual time."""
        usual = storefront.reservation_minutes * 60
        return min(
            self._now() + timedelta(seconds=seconds or usual),
            held_since + timedelta(minutes=storefront.reservation_max_minutes),
        )

    def _release(self):
        """Give the units free; once or more often.

        :return: the reservation as JSON text
        :raise Problem: 409 when it became an order
        """
        def work():
            if self.ended == "converted":
                raise self._ended_problem("The order has its units.")
            if not self.ended:
                self._end_alone("released" if self.state == "held" else "expired")
            return json.dumps(self._as_answer(), ensure_ascii=False)

        return in_locked_transaction(self.env, self._locks(), work)

    def _locks(self):
        return self.move_ids.product_id._enord_locks(self.storefront_id.company_id)

    def _end_alone(self, how):
        """End it while nobody else moves its products."""
        self.move_ids.product_id._enord_lock_stock(self.storefront_id)
        self._end(how)

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
