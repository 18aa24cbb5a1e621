import logging
from datetime import timedelta

from markupsafe import escape
from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS

from ..storefront.responsible import accountant, mailing_later

_logger = logging.getLogger(__name__)

#: Between the tries of an invoice that fails; the last one for ever.
PAUSES = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=6), timedelta(days=1),
)
ACTIVITY = "enord_sales_sync.activity_invoice_problem"


class SaleOrder(models.Model):
    """What fails of an online order's invoice, payment or credit note is told, and tried again; it
    never refuses the order."""

    _inherit = "sale.order"

    enord_invoice_error = fields.Text(
        "Invoice Problem", readonly=True, copy=False,
        help="Why the invoice of this online order could not be made, posted, paid or credited.",
    )
    enord_failed_step = fields.Selection(
        [("invoice", "Invoice"), ("payment", "Payment"), ("credit", "Credit note")],
        "What Failed", readonly=True, copy=False,
    )
    enord_invoice_attempts = fields.Integer("Invoice Attempts", readonly=True, copy=False)

    def action_enord_invoice(self):
        """Repeat what failed of an online order, after what stood in the way is mended: its
        invoice, its payment or its credit note."""
        if not self.env.su and not self.env.user.has_group("account.group_account_invoice"):
            raise AccessError(self.env._("Only who may make invoices can try again."))
        if others := self - self._enord_accepted():
            raise UserError(self.env._(
                "%s: no storefront has sent it.", ", ".join(others.mapped("display_name")),
            ))
        self.check_access("write")
        orders = self.sudo()  # what is kept of them nobody else sets
        for order in orders:
            order._enord_invoice(post=True)
        orders._enord_invoice_done()

    def _enord_try_invoices(self):
        """Make what is missing of these orders' invoices; one that fails does not hold up others.
        """
        if not self._enord_try_invoice() and len(self) > 1:
            for order in self:
                order._enord_try_invoice()

    def _enord_try_invoice(self):
        """Make what is missing of these orders' invoices; a failure leaves the orders as they are,
        to be tried again.

        :return: whether it was done
        """
        try:
            with self.env.cr.savepoint():
                self._enord_invoice()
                self._enord_invoice_done()
        except CONCURRENCY_ERRORS:
            raise
        except Exception as error:  # whatever an add-on or a configuration may bring
            if len(self) == 1:
                self._enord_invoice_failed(error, self._enord_step())
            return False
        return True

    def _enord_step(self):
        return "credit" if self.state == "cancel" else "invoice"

    def _enord_invoice_done(self):
        done = self.filtered(lambda order: (
            order.state == "cancel" or not order.enord_payment_amount or order.enord_payment_id
            or "posted" not in order._enord_invoices().mapped("state")
        ))
        mended = done.filtered("enord_invoice_error")
        mended.activity_unlink([ACTIVITY])
        done.sudo().filtered(
            lambda order: order.enord_invoice_error or order.enord_invoice_due
        ).write({
            "enord_invoice_error": False, "enord_failed_step": False,
            "enord_invoice_due": False, "enord_invoice_attempts": 0,
        })
        if cancelled := done.filtered(lambda order: order.state == "cancel"):
            cancelled._enord_ask_refund()

    def _enord_invoice_failed(self, error, step, retry=True):
        """Tell staff once of each step, and try again later and later.

        :param str step: a value of ``enord_failed_step``
        :param bool retry: whether the job can do anything about it
        """
        self.ensure_one()
        _logger.warning("%s of online order %s failed: %s", step, self.name, error, exc_info=(
            None if isinstance(error, UserError) else error
        ))
        if self.enord_failed_step != step:
            self.activity_unlink([ACTIVITY])
        self.sudo().write({
            "enord_invoice_error": str(error) or repr(error), "enord_failed_step": step,
        })
        if not self.activity_search([ACTIVITY]):
            user = accountant(self.enord_storefront_id)
            mailing_later(self).activity_schedule(
                ACTIVITY, summary=self.with_context(lang=user.lang)._enord_failure(),
                note=escape(self.enord_invoice_error), user_id=user.id,
            )
        if not retry:
            return
        pause = PAUSES[min(self.enord_invoice_attempts, len(PAUSES) - 1)]
        self.sudo().write({
            "enord_invoice_attempts": self.enord_invoice_attempts + 1,
            "enord_invoice_due": fields.Datetime.now() + pause,
        })

    def _enord_failure(self):
        """What failed, in the words of staff."""
        return {
            "invoice": self.env._("The invoice could not be made or posted"),
            "payment": self.env._("The payment could not be registered"),
            "credit": self.env._("The credit note could not be made"),
        }[self.enord_failed_step]
