import secrets

from odoo import models
from odoo.exceptions import AccessError

#: Scope of the API keys: they open this add-on's API and nothing else of Odoo.
API_SCOPE = "enord_sales_sync"


class EnordStorefront(models.Model):
    """API keys are Odoo's own (hashed, expiring, revocable), held by a user of the storefront."""

    _inherit = "enord.storefront"

    def _create_service_user(self):
        """A user without any right, who owns the storefront's keys and is named in the history
        of what the storefront does."""
        self.ensure_one()
        self.sudo().service_user_id = self.env["res.users"].sudo().with_context(
            no_reset_password=True, mail_create_nolog=True,
        ).create({
            "name": self.name,
            "login": f"enord-storefront-{self.id}-{secrets.token_hex(4)}",
            "company_id": self.company_id.id,
            "company_ids": [self.company_id.id],
            "group_ids": [(6, 0, self.env.ref("enord_sales_sync.group_service").ids)],
        })

    def _generate_api_key(self, name="Storefront", expiration_date=False):
        """Make a key.

        :return: the key, which cannot be read again
        :rtype: str
        """
        self.ensure_one()
        self._check_may_manage_keys()
        return self.env["res.users.apikeys"].with_user(self.service_user_id).sudo()._generate(
            API_SCOPE, name, expiration_date,
        )

    def action_revoke_api_keys(self):
        """Every key of the storefront stops working at once."""
        self._check_may_manage_keys()
        self.env["res.users.apikeys"].sudo().search(
            [("user_id", "in", self.service_user_id.ids)]
        )._remove()

    def _compute_api_key_count(self):
        keys = self.env["res.users.apikeys"].sudo()
        for storefront in self:
            storefront.api_key_count = keys.search_count(
                [("user_id", "=", storefront.sudo().service_user_id.id)]
            ) if storefront.sudo().service_user_id else 0

    def _check_may_manage_keys(self):
        if not self.env.su and not self.env.user.has_group("enord_sales_sync.group_manager"):
            raise AccessError(self.env._("Only an online sales administrator manages API keys."))

    def _of_api_key(self, key):
        """The active storefront that a key belongs to, or none.

        :param str key: the key as the caller sent it
        """
        user_id = self.env["res.users.apikeys"]._check_credentials(scope=API_SCOPE, key=key)
        # a key without a scope passes that check too; it belongs to no storefront
        return self.sudo().search([("service_user_id", "=", user_id)]) if user_id else self
