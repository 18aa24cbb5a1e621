import secrets

from odoo import fields, models


class EnordSecretWizard(models.TransientModel):
    """A new webhook secret, made here or brought along."""

    _name = "enord.secret.wizard"
    _description = "New Webhook Secret"

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    is_typed = fields.Boolean("I have one already")
    secret = fields.Char(
        help="At least 24 characters, or “whsec_” and the Base64 of at least 24 bytes.",
    )

    def action_rotate(self):
        """Sign with a new secret and show it; the former one stays good for a day, so that the
        storefront can change over without losing an event."""
        self.ensure_one()
        secret = self.secret if self.is_typed else secrets.token_hex(32)
        # it is kept by the storefront alone
        self.secret = False
        self.storefront_id.webhook_secret = secret
        return self.env["enord.credential"]._show_secret(self.storefront_id)
