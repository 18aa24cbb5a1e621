import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...contract.signature import key_bytes
from .administration import ADMINISTRATORS, done, note

#: Bytes of a key: as many as the shortest that Standard Webhooks allows.
MIN_BYTES = 24
OVERLAP_HOURS = 24


@api.depends("previous_secret_until")
def _compute_secrets_overlap(storefronts):
    """Whether the former secret is good for a while yet."""
    now = fields.Datetime.now()
    for storefront in storefronts:
        until = storefront.previous_secret_until
        storefront.secrets_overlap = bool(until) and until > now


class EnordStorefront(models.Model):
    """With which secrets events are signed."""

    _inherit = "enord.storefront"

    webhook_secret = fields.Char(
        required=True, copy=False, default=lambda self: secrets.token_hex(32),
        groups=ADMINISTRATORS,
        help="Events are signed with it, and the storefront needs it to know them as yours. After "
             "a change the former one is good for 24 hours more.",
    )
    previous_secret = fields.Char(
        readonly=True, copy=False, groups=ADMINISTRATORS,
    )
    previous_secret_until = fields.Datetime(
        "Former Secret Valid Until", readonly=True, copy=False,
        help="Until then the storefront may have either secret.",
    )
    secrets_overlap = fields.Boolean(compute=_compute_secrets_overlap)
    takes_secret = fields.Selection(
        [("former", "The former one"), ("current", "The new one")],
        "The Storefront Has", readonly=True, copy=False,
        help="Which secret it accepted last. Where it refuses an event that is signed with this "
             "one, the event is sent again at once, signed with the other.",
    )

    @api.constrains("webhook_secret")
    def _check_webhook_secret(self):
        for storefront in self.sudo():
            try:
                length = len(key_bytes((storefront.webhook_secret or "").strip()))
            except ValueError as error:
                raise ValidationError(self.env._(
                    "Webhook Secret: expected Base64 after “whsec_”."
                )) from error
            if length < MIN_BYTES:
                raise ValidationError(self.env._(
                    "Webhook Secret: expected at least %(expected)s bytes, not %(given)s.",
                    expected=MIN_BYTES, given=length,
                ))

    def write(self, vals):
        """A secret that is replaced stays good for a while, however it is replaced."""
        if "webhook_secret" not in vals:
            return super().write(vals)
        for storefront in self:
            former = storefront.sudo().webhook_secret
            super(EnordStorefront, storefront).write(vals)
            if former == vals["webhook_secret"]:
                continue
            super(EnordStorefront, storefront.sudo()).write({
                "previous_secret": former,
                "previous_secret_until": fields.Datetime.now() + timedelta(hours=OVERLAP_HOURS),
                "takes_secret": "former",
            })
            note(storefront, self.env._(
                "The webhook secret was changed. The former one is good for %s hours more.",
                OVERLAP_HOURS,
            ))
        return True

    def action_end_overlap(self):
        """The storefront has the new secret: sign with that one alone."""
        self.check_access("write")
        self.sudo().write({
            "previous_secret": False, "previous_secret_until": False, "takes_secret": False,
        })
        text = self.env._("The former webhook secret is good no more.")
        note(self, text)
        return done(text)

    def _note_secret(self, name):
        """Remember which secret the storefront has taken last, while there are two.

        :param name: a key of :meth:`_signing_secrets`
        """
        if self.takes_secret and self.takes_secret != name:
            self.sudo().takes_secret = name

    def _signing_secrets(self):
        """The secrets that are good now, by name; the one that the storefront takes first.

        :rtype: dict[str, str]
        """
        self.ensure_one()
        storefront = self.sudo()
        good = {"current": storefront.webhook_secret}
        if storefront.previous_secret and (
            storefront.previous_secret_until > fields.Datetime.now()
        ):
            good["former"] = storefront.previous_secret
            if storefront.takes_secret == "former":
                good = {"former": good["former"], **good}
        return good
