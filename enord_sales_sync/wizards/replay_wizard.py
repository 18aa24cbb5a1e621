from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.outbox.listening import check_listening
from ..models.outbox.resync import check_nothing_left
from ..models.outbox.webhook_event import RESYNC
from ..models.storefront.administration import done


class EnordReplayWizard(models.TransientModel):
    _name = "enord.replay.wizard"
    _description = "Send Events Again"

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    what = fields.Selection(
        [("dead", "All that were given up"), ("window", "All that changed within a time")],
        required=True, default="dead",
    )
    date_from = fields.Datetime("From")
    date_to = fields.Datetime("To", help="Empty: until now.")

    def action_send(self):
        """Tell the storefront again of everything that the chosen events were about.

        Events carry the present, not the past: of several events of one SKU and location one is
        sent. Refused while something still waits to be sent again.
        """
        self.ensure_one()
        storefront = self.storefront_id
        storefront.check_access("read")
        self.env["enord.webhook.event"].check_access("read")
        check_listening(storefront)
        check_nothing_left(storefront)
        if self.what == "window" and not self.date_from:
            raise UserError(self.env._("From: enter the beginning of the time."))
        if not (self._send_dead() if self.what == "dead" else self._send_window()):
            raise UserError(self.env._("There are no such events."))
        storefront.invalidate_recordset(["resync_left"])
        return done(
            self.env._("Events on their way again: %s", storefront.resync_left),
            storefront.action_view_events(),
        )

    def _send_dead(self):
        if has_some := bool(self.storefront_id.dead_count):
            self.env["enord.webhook.event"].sudo()._send_dead_afresh(self.storefront_id.sudo())
        return has_some

    def _send_window(self):
        self.env["enord.webhook.event"].flush_model()
        return sum(
            event_type._queue(SQL(
                """
                SELECT DISTINCT ON (chosen.key)
                       chosen.storefront_id, chosen.key, %(reason)s AS change_reason, %(own)s
                  FROM enord_webhook_event chosen
                 WHERE chosen.storefront_id = %(storefront)s AND chosen.event_type = %(type)s
                   AND chosen.state IN ('delivered', 'superseded', 'dead')
                   AND chosen.recorded_at >= %(start)s
                   AND chosen.recorded_at <= COALESCE(%(end)s, 'infinity'::timestamp)
              ORDER BY chosen.key, chosen.id DESC
                """,
                reason=RESYNC, own=event_type._own_columns_sql("chosen"),
                storefront=self.storefront_id.id, type=name,
                start=self.date_from, end=self.date_to or None,
            ), priority=1)
            for name, event_type in self.env["enord.event.type"].sudo()._types().items()
        )


class EnordResyncWizard(models.TransientModel):
    _name = "enord.resync.wizard"
    _description = "Send Everything Again"

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    products = fields.Integer(
        compute="_compute_products", help="How many products with a SKU the storefront shows.",
    )

    @api.depends("storefront_id")
    def _compute_products(self):
        Product = self.env["product.product"].sudo().with_context(active_test=False)
        for wizard in self:
            wizard.storefront_id.check_access("read")
            wizard.products = len(Product._enord_published_for(wizard.storefront_id.sudo()))

    def action_send(self):
        self.ensure_one()
        return self.storefront_id.action_resync()
