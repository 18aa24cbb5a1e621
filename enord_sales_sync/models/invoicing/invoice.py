import logging
from datetime import timedelta
from time import monotonic, sleep

from markupsafe import escape
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS
from odoo.tools import SQL

from ..api.locked_transaction import in_new_transaction
from ..outbox.timed_jobs import LATELY
from ..storefront.responsible import accountant, mailing_later

_logger = logging.getLogger(__name__)

BATCH = 20
#: For how long the orders of a busy moment are left to gather, and how often it is looked whether
#: more of them come: made together they take far less time than one after the other.
GATHER_SECONDS, LOOK_SECONDS = 0.6, 0.15
#: With whoever works on the same records in Odoo, before the job leaves it to its next run.
MOST_CONFLICTS = 5
#: Between the tries of an invoice that fails; the last one for ever.
PAUSES = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=6), timedelta(days=1),
)
#: How long the request of an order has for the order's second step before the job takes it over.
COMPLETE_WITHIN = timedelta(seconds=5)
JOB = "enord_sales_sync.cron_invoice"
ACTIVITY = "enord_sales_sync.activity_invoice_problem"


class SaleOrder(models.Model):
    """The invoice of an online order; its failure never refuses the order."""

    _inherit = "sale.order"

    enord_invoice_error = fields.Text(
        "Invoice Problem", readonly=True, copy=False,
        help="Why the invoice of this online order could not be made, posted, paid or credited.",
    )
    enord_failed_step = fields.Selection(
        [("invoice", "Invoice"), ("payment", "Payment"), ("credit", "Credit note")],
        "What Failed", readonly=True, copy=False,
    )
    enord_invoice_due = fields.Datetime(
        "Invoice Due", readonly=True, copy=False, index="btree_not_null",
        help="When the invoice of this online order is made in the background.",
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

    def _enord_invoice(self, post=False):
        """Make what is missing of these orders' invoices: the invoice, its posting, its payment; of
        cancelled ones the credit note.

        :param bool post: even where the storefront's policy is a draft
        """
        for zone, orders in self.grouped(lambda order: order.enord_storefront_id.tz).items():
            orders = orders.with_context(tz=zone)
            cancelled = orders.filtered(lambda order: order.state == "cancel")
            for order in cancelled:
                order._enord_credit()
            (orders - cancelled)._enord_invoice_today(post)

    def _enord_invoice_today(self, post):
        """The same, on the day that it is in the time zone of the context."""
        to_make = self.filtered(lambda order: not order._enord_invoices())
        to_post = self if post else self.filtered(
            lambda order: order.enord_storefront_id.invoice_policy != "draft"
        )
        # several orders of one customer at once: each has an invoice of its own
        for company, orders in to_make.grouped("company_id").items():
            orders.with_company(company)._create_invoices(grouped=True)
        for order in to_make:
            order._enord_check_total()
        # Odoo keeps no track of changes to what is new, until the hooks of a commit have run: what
        # follows is noted as by hand, where it is a request of its own
        self.env.cr.precommit.run()
        drafts = to_post._enord_invoices().filtered(lambda move: move.state == "draft")
        if drafts:
            # in one query what Odoo reads line by line
            self.order_line.move_ids.mapped("state")
            drafts.action_post()
        for order in self:
            for invoice in (order._enord_invoices() - drafts).filtered(
                lambda move: move.state == "posted"
            ):
                order._enord_register_payment(invoice)

    def _enord_invoices(self):
        return self.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state != "cancel"
        )

    def _prepare_invoice(self):
        return super()._prepare_invoice() | {"enord_storefront_id": self.enord_storefront_id.id}

    def _enord_check_total(self):
        invoiced = sum(self._enord_invoices().mapped("amount_total"))
        if self.currency_id.compare_amounts(invoiced, self.amount_total):
            raise UserError(self.env._(
                "The invoice comes to %(invoiced)s, the customer paid %(paid)s.",
                invoiced=self.currency_id.format(invoiced),
                paid=self.currency_id.format(self.amount_total),
            ))

    def _enord_await_invoice(self):
        """Have the invoice made by the job, where the order's request does not come to it or leaves
        it to the background."""
        background = self.enord_storefront_id.invoice_policy == "background"
        self.enord_invoice_due = fields.Datetime.now() + (
            timedelta() if background else COMPLETE_WITHIN
        )

    def _enord_complete(self, answer):
        """The second step of an order that was accepted, in a transaction of its own: its invoice,
        unless it has been tried; or the job is woken, without the locks on the products.

        Every request for the order does it where it is still to be done, so that all of them get
        the same answer. Nothing refuses the order any more; what fails here is the job's.

        :param answer: callable that takes the order, in the same transaction, which has read it
        :return: what ``answer`` returns; None where the step is left to the job
        """
        def work():
            if self.enord_storefront_id.invoice_policy != "background":
                self._enord_lock()
                if self._enord_awaits_completion():
                    self._enord_try_invoice()
            elif job := self.env.ref(JOB, raise_if_not_found=False):
                job._trigger()
            return answer(self)

        try:
            return in_new_transaction(self.env, work)
        except Exception:
            if self.env.cr.closed:
                raise
            self.env.cr.rollback()
            _logger.warning("Online order %s is completed later", self.name, exc_info=True)
            return None

    def _enord_awaits_completion(self):
        self.ensure_one()
        return (
            self.state == "sale" and self.enord_invoice_due and not self.enord_invoice_attempts
            and self.enord_storefront_id.invoice_policy != "background"
        )

    def _enord_lock(self):
        """Wait for who is making the invoice; only one does."""
        self.env.cr.execute(SQL(
            "SELECT FROM sale_order WHERE id = %s FOR NO KEY UPDATE", self.id,
        ), log_exceptions=False)

    def _enord_try_invoices(self):
        """The same, where one that fails does not hold up the others."""
        if not self._enord_try_invoice() and len(self) > 1:
            for order in self:
                order._enord_try_invoice()

    def _enord_try_invoice(self):
        """The same, where a failure leaves the orders as they are, to be tried again.

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

    @api.model
    def _enord_cron_invoice(self):
        """Make the invoices and credit notes that are due, in batches; one that fails does not hold
        up others."""
        conflicts = 0
        while due := self._enord_invoices_due():
            due = self._enord_gather_due(due)
            try:
                # what somebody is working on now has its turn at the next run
                batch = due.try_lock_for_update(limit=BATCH)
                if not batch:
                    break
                batch._enord_try_invoices()
            except CONCURRENCY_ERRORS:
                conflicts += 1
                if conflicts > MOST_CONFLICTS:
                    raise
                self.env.cr.rollback()
                continue
            if not self.env["ir.cron"]._commit_progress(len(batch), remaining=len(due - batch)):
                break

    def _enord_gather_due(self, due):
        """What is due when no more of them come, or enough of them have."""
        until = monotonic() + GATHER_SECONDS
        before = 0
        while before < len(due) < BATCH and monotonic() < until:
            before = len(due)
            # the next look is at what has come meanwhile
            if not self.env["ir.cron"]._commit_progress():
                break
            sleep(LOOK_SECONDS)
            due = self._enord_invoices_due()
        return due

    def _enord_invoices_due(self):
        accepted = self.env["enord.api.transaction"].sudo()._search(
            [("kind", "=", "order"), ("sale_order_id", "!=", False)]
        )
        return self.search(
            [("enord_invoice_due", "<=", fields.Datetime.now()),
             ("state", "in", ("sale", "cancel")),
             ("id", "in", accepted.subselect("sale_order_id"))],
            order="enord_invoice_due, id", limit=10 * BATCH,
        )


class EnordWebhookEvent(models.Model):
    """The dispatcher wakes the job on time; a cron trigger is looked at once a minute."""

    _inherit = "enord.webhook.event"

    @api.model
    def _timed_jobs(self):
        return super()._timed_jobs() | {
            JOB: SQL(
                "SELECT MIN(enord_invoice_due) FROM sale_order"
                " WHERE state IN ('sale', 'cancel') AND enord_invoice_due > %s", LATELY,
            ),
        }


class AccountMove(models.Model):
    _inherit = "account.move"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
        help="The storefront whose online order this is the invoice or credit note of.",
    )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        reversals = super()._reverse_moves(default_values_list, cancel)
        for reversal in reversals.sudo().filtered("reversed_entry_id.enord_storefront_id"):
            reversal.enord_storefront_id = reversal.reversed_entry_id.enord_storefront_id
        return reversals
