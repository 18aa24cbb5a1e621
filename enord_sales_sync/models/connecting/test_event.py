import time
import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...contract import events as contract
from ...delivery.sender import UNSIGNED, Sender
from ..storefront.administration import without_answer
from ..storefront.failure_words import in_words
from ..storefront.signed_delivery import signed


class EnordTestEvent(models.TransientModel):
    """A signed event that means nothing, sent at once, and what came of it."""

    _name = "enord.test.event"
    _description = "Test Event"
    _rec_name = "storefront_id"

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, ondelete="cascade",
    )
    url = fields.Char("Sent to", readonly=True)
    is_accepted = fields.Boolean(readonly=True)
    status = fields.Integer(
        readonly=True, help="A number from 200 to 299: the storefront has taken the event.",
    )
    duration_ms = fields.Integer("Time (ms)", readonly=True)
    meaning = fields.Text("What It Means", readonly=True)
    answer = fields.Text("Beginning of the Answer", readonly=True)
    stage = fields.Selection(related="storefront_id.stage")

    @api.model
    def _send(self, storefront):
        """Send one and wait for the answer, as long as a delivery waits.

        Who administers storefronts does, and who is responsible for this one; the address and what
        the receiver answers are shown to administrators alone.

        :return: the window that shows what came of it
        :raise AccessError: for anybody else
        :raise UserError: where there is no address
        """
        is_administrator = storefront.has_access("write")
        storefront.check_access("read" if _is_responsible(storefront) else "write")
        storefront = storefront.sudo()
        if not storefront.webhook_url:
            raise UserError(self.env._("Enter the webhook URL first: where is it to be sent?"))
        if storefront.sending_stopped:
            raise UserError(storefront.sending_stopped)
        sender = Sender()
        try:
            result = sender.send(self._delivery(storefront))
        finally:
            sender.close()
        if result.delivered:
            storefront._note_secret(result.secret)
            if storefront.stage == "draft":
                storefront.stage = "tested"
        made = self.create({
            "storefront_id": storefront.id,
            "url": is_administrator and storefront.webhook_url,
            "is_accepted": result.delivered,
            "status": result.status,
            "duration_ms": round(result.seconds * 1000),
            "meaning": _meaning(
                self.env, result.status, result.delivered,
                result.error if is_administrator else without_answer(result.error),
            ),
            "answer": is_administrator and result.answer,
        })
        storefront.message_post(body=self.env._(
            "Test event: %(status)s after %(duration)s ms. %(meaning)s",
            status=f"HTTP {result.status}" if result.status else self.env._("no answer"),
            duration=made.duration_ms, meaning=made.meaning,
        ))
        return made._window()

    def action_send_again(self):
        self.ensure_one()
        return self._send(self.storefront_id)

    def _window(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test Event"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _delivery(self, storefront):
        self.env["enord.webhook.event"]._advance_sequence()
        self.env.cr.execute("SELECT nextval('enord_webhook_event_sequence')")
        [sequence] = self.env.cr.fetchone()
        now = fields.Datetime.now()
        return signed(
            storefront, storefront._signing_secrets(), int(time.time()),
            contract.encode(contract.TEST, now, {"storefront": storefront.name}),
            str(uuid.uuid4()), sequence, {
                "X-Event-Type": contract.TEST,
                "X-Delivery-Attempt": "1",
                "X-Event-Recorded-At": contract.timestamp(now),
            }, event_id=0, token="",
        )


def _is_responsible(storefront):
    """Whether the user is a user of Online Sales, and who is told of this storefront's troubles."""
    user = storefront.env.user
    return (
        user.has_group("enord_sales_sync.group_user")
        and storefront.sudo().responsible_user_id == user
    )


def _meaning(env, status, delivered, error):
    """What an answer says of the connection, and what to do about it."""
    if delivered:
        return env._("The storefront was reached and has taken the event.")
    if not status:
        return env._("The storefront was not reached. %s", in_words(env, error))
    if status in UNSIGNED:
        return env._(
            "The storefront does not accept the signature: its secret differs, or one of the two "
            "clocks is wrong by minutes. Give it the webhook secret of this storefront, or have "
            "the clock set; then send again."
        )
    if 300 <= status < 400:
        return env._(
            "The address leads somewhere else, and redirects are not followed. Enter the address "
            "that it leads to. %s", in_words(env, error),
        )
    if status in (404, 405):
        return env._(
            "Nothing receives events at this address. Is its path right, and is the storefront's "
            "receiver in place?"
        )
    if status == 410:
        return env._("The storefront wants no events at this address (any more).")
    if status == 429 or status >= 500:
        return env._(
            "The storefront was reached, and could not take the event just now. Its developers "
            "find out why in its log."
        )
    return env._(
        "The storefront was reached, and does not understand the event. Its developers find how "
        "events are made in the API document (/api/docs)."
    )
