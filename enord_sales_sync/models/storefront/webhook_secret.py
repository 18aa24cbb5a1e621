import secrets
from datetime import timedelta

from odoo import fields, models


class EnordStorefront(models.Model):
    """With which secrets events are signed."""

    _inherit = "enord.storefront"

    previous_secret = fields.Char(
        readonly=True, copy=False, groups="enord_sales_sync.group_manager",
    )
    previous_secret_until = fields.Datetime(
        "Former Secret Valid Until", readonly=True, copy=False,
        help="Until then events are signed with the former secret as well.",
    )

    def action_rotate_secret(self, overlap_hours=24):
        """A new secret; for the overlap the former one signs as well, so that the storefront can
        change over without losing an event."""
        for storefront in self:
            storefront.write({
                "previous_secret": storefront.webhook_secret,
                "previous_secret_until": fields.Datetime.now() + timedelta(hours=overlap_hours),
                "webhook_secret": secrets.token_hex(32),
            })

    def action_end_overlap(self):
        """The storefront has the new secret: sign with that one alone."""
        self.write({"previous_secret": False, "previous_secret_until": False})

    def _signing_secrets(self):
        """The secrets that sign now, the current one first."""
        self.ensure_one()
        storefront = self.sudo()
        signing = [storefront.webhook_secret]
        if storefront.previous_secret and (
            storefront.previous_secret_until > fields.Datetime.now()
        ):
            signing.append(storefront.previous_secret)
        return signing
