from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.outbox.listening import check_listening
from ..models.storefront.administration import done


class EnordReplayWizard(models.TransientModel):
    _name = "enord.replay.wizard"
    _description = "Send Events Again"

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    what = fields.Selection(
        [("dead", "All dead letters"), ("window", "All that changed within a time")],
        required=True, default="dead",
    )
    date_from = fields.Datetime("From")
    date_to = fields.Datetime("To", help="Empty: until now.")

    def action_send(self):
        """Tell the storefront again of everything that the chosen events were about.

        Events carry the present, not the past: of several events of one SKU and location one is
        sent.
        """
        self.ensure_one()
        check_listening(self.storefront_id)
        domain = [("storefront_id", "=", self.storefront_id.id)]
        if self.what == "dead":
            domain.append(("state", "=", "dead"))
        else:
            if not self.date_from:
                raise UserError(self.env._("From: enter the beginning of the time."))
            domain += [
                ("state", "in", ("delivered", "superseded", "dead")),
                ("recorded_at", ">=", self.date_from),
            ]
            if self.date_to:
                domain.append(("recorded_at", "<=", self.date_to))
        events = self.env["enord.webhook.event"].search(domain)
        if not events:
            raise UserError(self.env._("There are no such events."))
        newest = events.browse(of_key.ids[0] for of_key in events.grouped("key").values())
        newest.action_send_again()
        return done(
            self.env._("On their way again: %s events.", len(newest)),
            self.storefront_id.action_view_events(),
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
