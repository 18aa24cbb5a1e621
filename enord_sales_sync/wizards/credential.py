from odoo import api, fields, models

from ..contract.signature import standard_webhooks_secret
from ..models.keys.storefront_key import check_may_manage_keys
from ..models.storefront.administration import note


class EnordCredential(models.AbstractModel):
    """A key or a secret on its way to the storefront's developers. It is shown and kept nowhere."""

    _name = "enord.credential"
    _description = "Storefront Credential"

    # what a dialog shows are the defaults of a new record, and the web client asks for its id
    id = fields.Id()
    name = fields.Char(readonly=True, store=False)
    key = fields.Char("API Key", readonly=True, store=False)
    api_base_url = fields.Char("API URL", readonly=True, store=False)
    scopes = fields.Char("May", readonly=True, store=False)
    addresses = fields.Char("Only from", readonly=True, store=False)
    expires_at = fields.Datetime("Expires", readonly=True, store=False)
    secret = fields.Char("Webhook Secret", readonly=True, store=False)
    standard_secret = fields.Char(
        "For Standard Webhooks", readonly=True, store=False,
        help="The same secret as the libraries of Standard Webhooks take it.",
    )
    until = fields.Datetime(readonly=True, store=False)

    @api.model
    def reveal(self, storefront_id):
        """The webhook secret of a storefront, for who has been told to hand it over.

        :rtype: dict[str, str]
        :raise AccessError: where the user is no administrator of online sales
        """
        storefront = self._of_manager(storefront_id)
        note(storefront, self.env._("The webhook secret was shown."))
        return _secrets(storefront)

    @api.model
    def hand_over(self, storefront_id):
        """The same as a dialog."""
        return self._show_secret(self._of_manager(storefront_id), self.reveal(storefront_id))

    def _of_manager(self, storefront_id):
        check_may_manage_keys(self.env)
        storefront = self.env["enord.storefront"].browse(storefront_id)
        storefront.check_access("read")
        return storefront

    def _show_secret(self, storefront, values=None):
        return self._show(
            self.env._("Webhook Secret"), "enord_sales_sync.view_credential_secret", {
                **(values or _secrets(storefront)),
                "until": storefront.secrets_overlap and storefront.previous_secret_until,
            },
        )

    def _show_key(self, key, secret):
        return self._show(
            self.env._("API Key Ready"), "enord_sales_sync.view_credential_key", {
                "name": key.name, "key": secret, "api_base_url": key.storefront_id.api_base_url,
                "scopes": key._may(), "addresses": key.addresses, "expires_at": key.expires_at,
            },
        )

    def _show(self, title, view, values):
        return {
            "type": "ir.actions.act_window", "name": title, "target": "new",
            "res_model": self._name, "views": [(self.env.ref(view).id, "form")],
            "context": {f"default_{name}": value for name, value in values.items()},
        }


def _secrets(storefront):
    secret = storefront.sudo().webhook_secret
    return {"secret": secret, "standard_secret": standard_webhooks_secret(secret)}
