from odoo import models

from ...contract.problem import Problem
from ..api.locked_transaction import in_locked_transaction


class SaleOrder(models.Model):
    """``POST /api/sales/orders/{transaction_id}/cancel``."""

    _inherit = "sale.order"

    def _enord_cancel_online(self, reason=None):
        """Give the units free, cancel the order and credit what is left of its invoices; once or
        more often.

        :raise Problem: 409 while goods are with the customer, 503 when it could not be done in time
        """
        self.ensure_one()
        storefront, products = self.enord_storefront_id, self.order_line.product_id

        def work():
            if self.state != "cancel" and not self._enord_is_cancellable():
                raise Problem(
                    409, "needs_return",
                    f"Goods of {self.enord_transaction_reference} have been delivered: they have "
                    "to come back first. Nothing was written.",
                )
            if self.state != "cancel":
                products._enord_lock_stock(storefront)
                self._enord_cancel(reason)
            self._enord_try_credit(reason)

        in_locked_transaction(self.env, products._enord_locks(storefront.company_id), work)

    def _enord_cancel(self, reason=None):
        self.ensure_one()
        self.locked = False
        self.enord_invoice_due = False
        self._action_cancel()
        self.message_post(body=self.env._(
            "Cancelled through the storefront. %(reason)s", reason=reason or "",
        ))
