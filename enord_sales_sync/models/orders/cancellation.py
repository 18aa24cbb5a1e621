from markupsafe import Markup
from odoo import models
from odoo.exceptions import UserError

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
            if self.state == "cancel":
                self._enord_try_credit(reason)
            else:
                products._enord_lock_stock(storefront)
                self._enord_cancel(reason)

        in_locked_transaction(self.env, products._enord_locks(storefront.company_id), work)

    def _enord_cancel(self, reason=None):
        self.ensure_one()
        self.locked = False
        self.with_context(enord_cancel_reason=reason)._action_cancel()
        body = Markup("%s") % self.env._("Cancelled through the storefront.")
        # so that it is known for a text from outside, and goes where the customer is erased
        self.message_post(body=body + (Markup("<pre>%s</pre>") % reason if reason else ""))

    def _action_cancel(self):
        """An online order ends in one way, whoever cancels it."""
        online = self.sudo().filtered(
            lambda order: order.enord_storefront_id and order.state != "cancel"
        )
        kept = online.filtered(lambda order: not order._enord_is_cancellable())
        result = super()._action_cancel()
        if online and not self.env.su:
            # what Odoo has read for this user, less what only others see, is no answer for us
            self.env.invalidate_all()
        for order in online:
            order._enord_cancelled(has_goods=order in kept)
        return result

    def _enord_cancelled(self, has_goods):
        """Credit what was invoiced.

        :param bool has_goods: whether the customer has any of it: then staff say whether it is
            credited before the goods come back
        """
        self.write({"enord_invoice_due": False, "enord_invoice_attempts": 0})
        self._enord_delivery_done()
        order = self.with_context(tz=self.enord_storefront_id.tz)
        if not has_goods:
            order._enord_try_credit(self.env.context.get("enord_cancel_reason"))
        elif "posted" in order._enord_invoices().mapped("state"):
            order._enord_invoice_failed(UserError(self.env._(
                "Goods are with the customer, so nothing was credited. Try again to credit the "
                "invoice all the same."
            )), "credit", retry=False)
        else:
            order._enord_ask_refund()  # nothing is there to be credited, nor will be
