import json
import logging

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ...contract.problem import Problem
from ..api.locked_transaction import in_locked_transaction

_logger = logging.getLogger(__name__)


class EnordStorefront(models.Model):
    """``POST /api/sales/orders/{transaction_id}/cancel``."""

    _inherit = "enord.storefront"

    def _cancel_order(self, transaction_id, reason=None):
        """Give the units free, cancel the order and credit its invoice; once or more often.

        :return: the order's status as JSON text
        :raise Problem: 404, 409 when goods have left, 503 when it could not be done in time
        """
        sale = self._sent_order(transaction_id)
        products = sale.order_line.product_id

        def work():
            if sale._enord_status() in ("delivered", "partly_delivered"):
                raise Problem(
                    409, "needs_return",
                    f"Goods of {transaction_id} have been delivered: they have to come back first. "
                    "Nothing was written.",
                )
            if sale.state != "cancel":
                self._lock_quants(products)
                sale._enord_cancel(reason)
            self._credit(sale, reason)
            return json.dumps(self._order_status(sale), ensure_ascii=False)

        return in_locked_transaction(self.env, self._product_locks(products), work)

    def _credit(self, sale, reason):
        """Credit what was invoiced; where that fails the order stays cancelled and staff are
        told."""
        try:
            with self.env.cr.savepoint():
                sale._enord_credit(reason)
        except (UserError, ValidationError) as error:
            _logger.warning("Credit note of online order %s failed: %s", sale.name, error)
            if not sale.enord_invoice_error:
                sale.enord_invoice_error = str(error)
                sale.activity_schedule(
                    "enord_sales_sync.activity_invoice_problem", note=str(error),
                    user_id=self.create_uid.id or self.env.ref("base.user_admin").id,
                )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _enord_cancel(self, reason=None):
        self.ensure_one()
        self.locked = False
        self._action_cancel()
        self.message_post(body=self.env._(
            "Cancelled through the storefront. %(reason)s", reason=reason or "",
        ))

    def _enord_credit(self, reason=None):
        """Reverse the posted invoices that have not been credited yet, and reconcile."""
        self.ensure_one()
        invoices = self._enord_invoices()
        invoices.filtered(lambda move: move.state == "draft").button_cancel()
        posted = invoices.filtered(
            lambda move: move.state == "posted" and not move.reversal_move_ids.filtered(
                lambda reversal: reversal.state != "cancel"
            )
        )
        if posted:
            today = fields.Date.context_today(self)
            posted._reverse_moves([
                {
                    "ref": self.env._("Cancellation of %(order)s", order=self.name)
                    + (f": {reason}" if reason else ""),
                    "date": max(today, move.date),
                    "invoice_date": max(today, move.date),
                }
                for move in posted
            ], cancel=True)
