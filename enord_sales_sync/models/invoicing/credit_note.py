import logging

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from .invoice import ACTIVITY

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    """What was invoiced of an online order that is cancelled is credited."""

    _inherit = "sale.order"

    def _enord_try_credit(self, reason=None):
        """The same, where a failure leaves the order cancelled and staff are told."""
        try:
            with self.env.cr.savepoint():
                self._enord_credit(reason)
        except (UserError, ValidationError) as error:
            _logger.warning("Credit note of online order %s failed: %s", self.name, error)
            if not self.enord_invoice_error:
                self.enord_invoice_error = str(error)
                self.activity_schedule(
                    ACTIVITY, note=str(error), user_id=self.enord_storefront_id._responsible().id,
                )

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
