from odoo import fields, models
from odoo.exceptions import UserError

from ..outbox.listening import check_listening
from ..outbox.webhook_event import RESYNC
from ..storefront.administration import done

#: Events that are chosen one by one.
MOST_AT_ONCE = 1000


class EnordWebhookEvent(models.Model):
    """Staff send single events again."""

    _inherit = "enord.webhook.event"

    def action_send_again(self):
        """Dead letters and events that wait for another attempt are tried now; of a delivered one
        the present state is sent anew, unless it is about to be."""
        self.check_access("read")
        if len(self) > MOST_AT_ONCE:
            raise UserError(self.env._(
                "At most %(most)s events are sent again at once, not %(chosen)s. A storefront's "
                "“Send Some Again” sends all of a time.", most=MOST_AT_ONCE, chosen=len(self),
            ))
        if any(event.state == "sending" for event in self):
            raise UserError(self.env._("An event that is being sent cannot be sent again yet."))
        events = self.sudo()
        check_listening(events.storefront_id)
        now = fields.Datetime.now()
        retried = events.filtered(lambda event: event.state in ("pending", "dead"))
        retried.write({"state": "pending", "next_attempt_at": now, "recorded_at": now})
        others = events - retried
        waiting = set(others._about_to_be_told())
        for event in others.sorted("id", reverse=True):
            subject = event.storefront_id, event.key
            if subject not in waiting:
                waiting.add(subject)
                event.copy({"state": "pending", "priority": 1, "change_reason": RESYNC,
                            "next_attempt_at": now, "recorded_at": now,
                            "create_date": now, "create_uid": self.env.uid,
                            "attempts": 0, "uuid": False, "sequence": 0, "body": False,
                            "content_hash": False, "delivered_at": False, "last_status": 0,
                            "last_error": False, "lease_token": False, "lease_until": False})
        self._wake_dispatcher()
        return done(self.env._("Events on their way again: %s", len(self)))

    def _about_to_be_told(self):
        """Of which of these events' storefronts and keys the present is queued."""
        return [(event.storefront_id, event.key) for event in self.search([
            ("storefront_id", "in", self.storefront_id.ids), ("key", "in", self.mapped("key")),
            # one that was tried tells for ever what was true then, and one without a reason only
            # what differs
            ("state", "=", "pending"), ("body", "=", False), ("change_reason", "!=", False),
        ])]
