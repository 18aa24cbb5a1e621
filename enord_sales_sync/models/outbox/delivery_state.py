from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..storefront.administration import ADMINISTRATORS, done, note
from ..storefront.responsible import mailing_later, responsible
from ..storefront.sending_database import sends_from_here
from .listening import LISTENING

#: Failures in a row, without a success between them, after which a storefront counts as down.
BREAKER_THRESHOLD = 5
#: Seconds between two probes of a storefront that is down: its return is to be noticed, and what
#: waits delivered, within 5 seconds.
PROBE_DELAYS = (1, 2, 3)


class EnordStorefront(models.Model):
    """Whether a storefront can be delivered to."""

    _inherit = "enord.storefront"

    delivery_state = fields.Selection(
        [("running", "Running"), ("failing", "Not Reachable"), ("paused", "Paused")],
        required=True, readonly=True, default="running", copy=False,
        help="Not reachable: everything failed lately; one event at a time is tried until the "
             "storefront answers again, the others wait. Paused: nothing is sent until you "
             "resume; a storefront that answers 410 (Gone) pauses itself.",
    )
    failure_streak = fields.Integer(readonly=True, copy=False)
    next_probe_at = fields.Datetime(readonly=True, copy=False)
    last_delivery_error = fields.Text(readonly=True, copy=False, groups=ADMINISTRATORS)

    def action_pause(self):
        """Send nothing until staff resume; what happens meanwhile is told then."""
        self.check_access("write")
        self.sudo().write({"delivery_state": "paused"})
        note(self, self.env._("Deliveries were paused."))
        return done(self.env._("Deliveries are paused. What changes now is told later."))

    def action_resume(self):
        """Send again, and at once what waits for another attempt."""
        self.check_access("write")
        self.env["enord.webhook.event"]._count_as_sent_again(
            self.filtered(lambda storefront: storefront.delivery_state == "paused")
        )
        self.sudo().write({
            "delivery_state": "running", "failure_streak": 0, "next_probe_at": False,
            "last_delivery_error": False,
        })
        note(self, self.env._("Deliveries were resumed."))
        self.flush_recordset()
        self._make_waiting_events_due()
        return done(self.env._("Deliveries go on, with all that has waited."))

    @api.model
    def _open_for_delivery(self):
        """Which storefronts may be delivered to now.

        :return: ``(storefront, whether it is being probed)`` pairs
        """
        storefronts = self.search(
            [*LISTENING, ("delivery_state", "!=", "paused")]
        ).filtered(sends_from_here)
        now = fields.Datetime.now()
        return [
            (storefront, storefront.delivery_state == "failing") for storefront in storefronts
            if storefront.delivery_state == "running"
            or not storefront.next_probe_at or storefront.next_probe_at <= now
        ]

    def _note_deliveries(self, results):
        """Open or close the breaker after some deliveries.

        :param list results: :class:`~..delivery.sender.Result`, in the order in which they ended
        """
        self.ensure_one()
        if any(result.status == 410 for result in results):
            self._pause_gone()
            return
        accepted = [result for result in results if result.delivered]
        if accepted:
            self._note_secret(accepted[-1].secret)
            if self.delivery_state == "failing":
                self._make_waiting_events_due()
            if self.delivery_state == "failing" or self.failure_streak:
                self.write({
                    "delivery_state": "running", "failure_streak": 0, "next_probe_at": False,
                    "last_delivery_error": False,
                })
            return
        streak = self.failure_streak + len(results)
        values = {"failure_streak": streak, "last_delivery_error": results[-1].error}
        if streak >= BREAKER_THRESHOLD and self.delivery_state != "paused":
            probes = 0 if self.delivery_state == "running" else streak - BREAKER_THRESHOLD
            pause = PROBE_DELAYS[min(probes, len(PROBE_DELAYS) - 1)]
            values.update(
                delivery_state="failing",
                next_probe_at=fields.Datetime.now() + timedelta(seconds=pause),
            )
        self.write(values)

    def _pause_gone(self):
        if self.delivery_state == "paused":
            return
        self.write({"delivery_state": "paused", "last_delivery_error": "HTTP 410: Gone"})
        words = self.with_context(lang=responsible(self).lang).env
        mailing_later(self).message_post(body=words._(
            "The storefront answered 410 (Gone): it wants no more events at this address. "
            "Deliveries are paused; nothing is lost. Check the webhook URL, then resume."
        ))

    def _make_waiting_events_due(self):
        """Send at once what waits for another attempt, and afresh what was given up."""
        events = self.env["enord.webhook.event"].sudo()
        for storefront in self:
            events._send_dead_afresh(storefront)
        self.env.cr.execute(SQL(
            """
            UPDATE enord_webhook_event
               SET next_attempt_at = clock_timestamp() AT TIME ZONE 'UTC'
             WHERE state = 'pending' AND storefront_id = ANY(%s::int[])
               AND next_attempt_at > clock_timestamp() AT TIME ZONE 'UTC'
            """, self.ids,
        ))
        events._wake_dispatcher()
