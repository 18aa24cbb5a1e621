from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.keys.key_settings import (
    CALLS_PARAMETER,
    DAYS_PARAMETER,
    DEFAULT_CALLS,
    DEFAULT_DAYS,
    MOST_CALLS,
)
from ..models.storefront.res_config_settings import setting


class EnordApiKeyWizard(models.TransientModel):
    _name = "enord.api.key.wizard"
    _description = "New Storefront API Key"

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    name = fields.Char(
        "What is the key for?", required=True, default=lambda self: self.env._("Web shop"),
    )
    expiration_date = fields.Datetime(
        "Expires",
        default=lambda self: fields.Datetime.now() + timedelta(
            days=setting(self.env, DAYS_PARAMETER, DEFAULT_DAYS)
        ),
        help="Who is responsible for the storefront is told two weeks before. Empty: the key does "
             "not expire.",
    )
    may_read = fields.Boolean("Read stock and the catalogue", default=True)
    may_sell = fields.Boolean(
        "Sell", default=True,
        help="Orders, their status and cancellation; holds during a checkout.",
    )
    may_adjust = fields.Boolean(
        "Adjust stock", default=True, help="Take and return units without an order.",
    )
    addresses = fields.Char(
        "Only from These Addresses",
        help="IP addresses and networks of the storefront's servers, with commas between them. "
             "Empty: from everywhere.",
    )
    calls_a_minute = fields.Integer(
        "Calls a Minute",
        default=lambda self: setting(self.env, CALLS_PARAMETER, DEFAULT_CALLS, MOST_CALLS),
        help="One more is refused until the next minute. 0: as many as it likes.",
    )

    @api.constrains("expiration_date")
    def _check_expiration_date(self):
        for wizard in self:
            if wizard.expiration_date and wizard.expiration_date <= fields.Datetime.now():
                raise ValidationError(self.env._("Expires: expected a moment in the future."))

    def action_create(self):
        """Make the key and show it, once."""
        self.ensure_one()
        key, secret = self.env["enord.storefront.key"]._make(
            self.storefront_id, self.name, self.expiration_date,
            may_read=self.may_read, may_sell=self.may_sell, may_adjust=self.may_adjust,
            addresses=self.addresses, calls_a_minute=self.calls_a_minute,
        )
        return self.env["enord.credential"]._show_key(key, secret)
