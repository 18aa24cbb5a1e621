import logging
from datetime import timedelta
from time import monotonic, sleep

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as CONCURRENCY_ERRORS
from odoo.tools import SQL

from ..api.locked_transaction import in_new_transaction
from ..outbox.timed_jobs import LATELY

_logger = logging.getLogger(__name__)

BATCH = 20
#: For how long the orders of a busy moment are left to gather, and how often it is looked whether
#: more of them come: made together they take far less time than one after the other.
GATHER_SECONDS, LOOK_SECONDS = 0.6, 0.15
#: With whoever works on the same records in Odoo, before the job leaves it to its next run.
MOST_CONFLICTS = 5
#: How long the request of an order has for the order's second step before the job takes it over.
COMPLETE_WITHIN = timedelta(seconds=5)
JOB = "enord_sales_sync.cron_invoice"


class SaleOrder(models.Model):
    """When the invoice of an online order is made: in the order's request, or by the job."""

    _inherit = "sale.order"

    enord_invoice_due = fields.Datetime(
        "Invoice Due", readonly=True, copy=False, index="btree_not_null",
        help="When the invoice of this online order is made in the background.",
    )

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
