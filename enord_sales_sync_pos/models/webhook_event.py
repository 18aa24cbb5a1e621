from odoo import fields, models


class EnordWebhookEvent(models.Model):
    """Events of counter sales lead to them, also before the transfer at their session's closing."""

    _inherit = "enord.webhook.event"

    pos_order_id = fields.Many2one(
        "pos.order", "Counter Sale", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )

    def _origin_document(self):
        transfer = self.move_id.picking_id
        return (
            transfer.pos_order_id or transfer.pos_session_id or self.pos_order_id
            or super()._origin_document()
        )
