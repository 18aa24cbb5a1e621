import json

from odoo import api, fields, models

from ...delivery.dispatcher import deliver_now, ensure_running
from ..storefront.administration import ADMINISTRATORS
from ..storefront.sending_database import tell_of_stopped_sending

#: ``change_reason`` of what is sent again, though nothing may have changed.
RESYNC = "RESYNC"


class BigInteger(fields.Integer):
    """An integer of 64 bits; Odoo's own have 32."""

    _column_type = ("int8", "int8")


class EnordWebhookEvent(models.Model):
    """The outbox: what storefronts are to be told, and what became of it."""

    _name = "enord.webhook.event"
    _description = "Storefront Event"
    _order = "id desc"
    _log_access = False
    _rec_name = "key"

    create_date = fields.Datetime(readonly=True)
    create_uid = fields.Many2one("res.users", "By", readonly=True)
    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, ondelete="cascade",
    )
    event_type = fields.Selection([], required=True, readonly=True)
    key = fields.Char(
        required=True, readonly=True,
        help="What the event is about; events of one key are delivered one after the other.",
    )
    change_reason = fields.Char("Reason as Told", readonly=True)
    priority = fields.Integer(
        required=True, readonly=True, default=0, help="0: live, 1: sent again; live ones go first.",
    )
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("sending", "Sending"),
            ("delivered", "Delivered"),
            ("superseded", "Superseded"),
            ("dead", "Given Up"),
        ],
        required=True, readonly=True, default="pending",
        help="Superseded: a newer event of the same key was sent instead, or nothing that the "
             "storefront sees had changed.",
    )
    uuid = fields.Char("Event ID", readonly=True, help="webhook-id: the same for every repeat.")
    sequence = BigInteger(
        readonly=True, help="X-Event-Sequence: grows with every newer truth of a key.",
    )
    body = fields.Text(readonly=True)
    body_pretty = fields.Text("What Was Sent", compute="_compute_body_pretty")
    content_hash = fields.Char(readonly=True)
    attempts = fields.Integer(readonly=True)
    recorded_at = fields.Datetime("Changed At", readonly=True)
    next_attempt_at = fields.Datetime("Next Attempt", readonly=True)
    delivered_at = fields.Datetime(readonly=True)
    lease_token = fields.Char(readonly=True)
    lease_until = fields.Datetime(readonly=True)
    last_status = fields.Integer(readonly=True)
    last_error = fields.Text(readonly=True, groups=ADMINISTRATORS)
    attempt_log = fields.Json(readonly=True, copy=False, groups=ADMINISTRATORS)
    sent_headers = fields.Json("Headers as Sent", readonly=True, copy=False)
    latency_ms = fields.Integer(
        "Latency (ms)", readonly=True, copy=False, aggregator="avg",
        help="From when the change was committed to the storefront's answer.",
    )

    # what is looked up by its key says nothing of the time, so that this index cannot serve it:
    # by statistics of a moment when nothing waited the planner would take either
    _due_idx = models.Index(
        "(storefront_id, priority, next_attempt_at, id) "
        "WHERE state = 'pending' AND next_attempt_at IS NOT NULL"
    )
    _pending_key_idx = models.Index("(storefront_id, key, id) WHERE state = 'pending'")
    # at most one delivery under way for a key, across all processes and nodes
    _sending_key_uniq = models.UniqueIndex("(storefront_id, key) WHERE state = 'sending'")
    _delivered_key_idx = models.Index("(storefront_id, key, id) WHERE state = 'delivered'")
    _tried_key_idx = models.Index(
        "(storefront_id, key) WHERE state IN ('superseded', 'dead') AND body IS NOT NULL"
    )
    # the last deliveries, and how long they took: read by the dashboard without their rows
    _delivered_at_idx = models.Index(
        "(storefront_id, delivered_at) INCLUDE (latency_ms, priority) WHERE state = 'delivered'"
    )
    _dead_idx = models.Index("(storefront_id) WHERE state = 'dead'")

    def init(self):
        # drawn when a key is claimed, not when a row is inserted: a transaction that commits late
        # would carry a small number and the newer truth
        self.env.cr.execute("CREATE SEQUENCE IF NOT EXISTS enord_webhook_event_sequence")
        # every event passes through the small indexes of what waits and what is being sent; left
        # to the default, a fifth of the whole history, their dead entries would slow each claim
        self.env.cr.execute(
            "ALTER TABLE enord_webhook_event SET (autovacuum_vacuum_scale_factor = 0, "
            "autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0)"
        )

    @api.depends("body")
    def _compute_body_pretty(self):
        for event in self:
            event.body_pretty = event.body and json.dumps(
                json.loads(event.body), indent=2, ensure_ascii=False
            )

    def _register_hook(self):
        ensure_running(self.env.cr.dbname)
        return super()._register_hook()

    @api.model
    def _cron_deliver(self):
        """The safety net: delivers what no dispatcher took."""
        deliver_now(self.env.cr.dbname, timeout=50)
        tell_of_stopped_sending(self.env["enord.storefront"].search([("webhook_url", "!=", False)]))
