import secrets

from odoo import api, fields, models
from odoo.addons.base.models.res_users import INDEX_SIZE
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...contract.operations import OPERATIONS

#: Scope of the API keys: they open this add-on's API and nothing else of Odoo.
API_SCOPE = "enord_sales_sync"


class EnordStorefront(models.Model):
    """API keys are Odoo's own (hashed, expiring, revocable), held by a user of the storefront."""

    _inherit = "enord.storefront"

    key_ids = fields.One2many(
        "enord.storefront.key", "storefront_id", "API Keys", readonly=True, copy=False,
    )
    api_key_count = fields.Integer(compute="_compute_api_key_count")

    api_endpoints = fields.Json(compute="_compute_api_endpoints")

    def _compute_api_endpoints(self):
        for storefront in self:
            base_url = storefront.get_base_url()
            storefront.api_endpoints = [
                {"method": operation.method, "url": base_url + operation.path,
                 "summary": operation.summary}
                for operation in OPERATIONS
            ]

    @api.model_create_multi
    def create(self, vals_list):
        storefronts = super().create(vals_list)
        for storefront in storefronts:
            storefront._create_service_user()
        return storefronts

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
        keys = self.env["res.users.apikeys"].with_user(self.service_user_id).sudo()
        key = keys._generate(API_SCOPE, name, expiration_date)
        self.env["enord.storefront.key"].sudo().create({
            "storefront_id": self.id,
            "apikey_id": keys.search(
                [("user_id", "=", self.service_user_id.id)], order="id desc", limit=1,
            ).id,
        })
        return key

    def action_revoke_api_keys(self):
        """Every key of the storefront stops working at once."""
        self.key_ids.action_revoke()

    def _compute_api_key_count(self):
        for storefront in self:
            storefront.api_key_count = len(storefront.sudo().key_ids)

    def _check_may_manage_keys(self):
        if not self.env.su and not self.env.user.has_group("enord_sales_sync.group_manager"):
            raise AccessError(self.env._("Only an online sales administrator manages API keys."))

    def _of_api_key(self, key):
        """The key's record of an active storefront, or none.

        :param str key: the key as the caller sent it
        :rtype: enord.storefront.key
        """
        keys = self.env["enord.storefront.key"].sudo()
        user_id = self.env["res.users.apikeys"]._check_credentials(scope=API_SCOPE, key=key)
        if not user_id:
            return keys
        self.env.cr.execute(SQL(
            """
            SELECT known.id
              FROM enord_storefront_key known
              JOIN enord_storefront storefront ON storefront.id = known.storefront_id
              JOIN res_users_apikeys apikey ON apikey.id = known.apikey_id
             WHERE apikey.user_id = %s AND apikey.index = %s AND storefront.active
             LIMIT 1
            """, user_id, key[:INDEX_SIZE],
        ))
        return keys.browse(row[0] for row in self.env.cr.fetchall())
