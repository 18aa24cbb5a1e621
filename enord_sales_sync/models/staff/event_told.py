import json

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from ..storefront.administration import ADMINISTRATORS
from ..storefront.failure_words import in_words


def reasons(env):
    """What each ``change_reason`` that these add-ons tell says to staff."""
    return {
        "ADJUSTMENT": env._("Count or correction"),
        "EXPIRY": env._("Lot to be removed"),
        "INTERNAL_USE": env._("Internal use"),
        "ONLINE_SALE": env._("Online sale"),
        "POS_SALE": env._("Counter sale"),
        "PRODUCTION": env._("Manufacturing"),
        "RELEASE": env._("Given free"),
        "RESERVATION": env._("Reserved"),
        "RESYNC": env._("Sent again"),
        "RETURN": env._("Return"),
        "SALE": env._("Sale"),
        "SCRAP": env._("Scrapped"),
        "STOCK_RECEIPT": env._("Receipt"),
        "TRANSFER": env._("Transfer"),
    }


class EnordWebhookEvent(models.Model):
    """What an event has told, and what came of each attempt, in the words of staff."""

    _inherit = "enord.webhook.event"

    told = fields.Char(
        compute="_compute_told", help="The quantity, or the price, that the storefront was told.",
    )
    told_before = fields.Char(
        "Before", compute="_compute_told", help="What it was told of the same before.",
    )
    reason = fields.Char(compute="_compute_reason")
    attempt_table = fields.Html(
        "Every Attempt", compute="_compute_attempt_table", sanitize=False, groups=ADMINISTRATORS,
    )
    header_text = fields.Text("Request Headers", compute="_compute_header_text")

    def _compute_told(self):
        before = self._bodies_before()
        for event in self:
            event.told = event._shown(event.body)
            event.told_before = event._shown(before.get(event._origin.id))

    @api.depends("change_reason")
    @api.depends_context("lang")
    def _compute_reason(self):
        said = reasons(self.env)
        for event in self:
            # another add-on's word is shown as it is told
            event.reason = said.get(event.change_reason, event.change_reason)

    def _bodies_before(self):
        """``{event_id: body}`` of what was acknowledged of the same before."""
        rows = self.env.execute_query(SQL(
            """
            SELECT event.id, before.body
              FROM enord_webhook_event event
        CROSS JOIN LATERAL (
                   SELECT body FROM enord_webhook_event
                    WHERE state = 'delivered' AND storefront_id = event.storefront_id
                      AND key = event.key AND id < event.id
                 ORDER BY id DESC LIMIT 1) AS before
             WHERE event.id = ANY(%s::int[]) AND event.body IS NOT NULL
            """, self.ids,
        ))
        return dict(rows)

    def _shown(self, body):
        """What a body tells, in a word: a quantity, or prices."""
        if not body:
            return False
        data = json.loads(body)["data"]
        if "new_quantity" in data:
            unlimited = data.get("unlimited")
            return self.env._("Without limit") if unlimited else f"{data['new_quantity']:g}"
        if not data.get("is_active", True):
            return self.env._("Withdrawn")
        prices = {variant["selling_price"] for variant in data.get("variants", ())}
        currency = self.storefront_id.currency_id
        return " – ".join(currency.format(price) for price in sorted({
            min(prices), max(prices),
        })) if prices else False

    def _compute_attempt_table(self):
        row = Markup("<tr><td>%s</td><td>%s</td><td class='text-end'>%s</td><td>%s</td></tr>")
        for event in self:
            rows = Markup().join(
                row % (
                    format_datetime(self.env, attempt["at"], self.env.context.get("tz")),
                    attempt["status"] or "–", attempt["ms"],
                    in_words(self.env, attempt["answer"]) or "",
                ) for attempt in reversed(event.attempt_log or [])
            )
            event.attempt_table = rows and Markup(
                "<table class='table table-sm'><thead><tr><th>%s</th><th>%s</th>"
                "<th class='text-end'>ms</th><th>%s</th></tr></thead><tbody>%s</tbody></table>"
            ) % (self.env._("Time"), self.env._("Status"), self.env._("Answer"), rows)

    def _compute_header_text(self):
        for event in self:
            event.header_text = "\n".join(
                f"{name}: {value}" for name, value in (event.sent_headers or {}).items()
            )
