import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...contract.operations import OPERATIONS
from .operation_words import summary


def _compute_api_key_count(storefronts):
    for storefront in storefronts:
        storefront.api_key_count = len(storefront.sudo().key_ids._working())


class EnordStorefront(models.Model):
    """API keys are Odoo's own (hashed, expiring, revocable), held by a user of the storefront."""

    _inherit = "enord.storefront"

    key_ids = fields.One2many(
        "enord.storefront.key", "storefront_id", "API Keys", readonly=True, copy=False,
    )
    api_key_count = fields.Integer(compute=_compute_api_key_count)

    api_endpoints = fields.Json(compute="_compute_api_endpoints")

    def _compute_api_endpoints(self):
        for storefront in self:
            base_url = storefront.get_base_url()
            storefront.api_endpoints = [
                {"method": operation.method, "url": base_url + operation.path,
                 "summary": summary(self.env, operation)}
                for operation in OPERATIONS
            ]

    @api.model_create_multi
    def create(self, vals_list):
        storefronts = super().create(vals_list)
        for storefront in storefronts:
            storefront._create_service_user()
        return storefronts

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active"):
            self.sudo().service_user_id.filtered(lambda user: not user.active).active = True
        return result

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

    def _generate_api_key(self, name="Storefront", expiration_date=False, **limits):
        """Make a key, which may do everything unless it is limited.

        :param limits: values of the fields of ``enord.storefront.key`` that limit it
        :return: the key, which cannot be read again
        :rtype: str
        """
        self.ensure_one()
        _key, secret = self.env["enord.storefront.key"]._make(
            self, name, expiration_date, **limits
        )
        return secret

    def action_revoke_api_keys(self):
        """Every key of the storefront stops working at once."""
        self.key_ids.action_revoke()


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.constrains("active")
    def _check_enord_storefronts(self):
        """The keys of a storefront would work no more, and nobody would see why."""
        storefronts = self.env["enord.storefront"].sudo().search([
            ("service_user_id", "in", self.filtered(lambda user: not user.active).ids),
            ("active", "=", True),  # in whatever context
        ])
        if storefronts:
            raise ValidationError(self.env._(
                "%s calls the API by this user. To stop that, archive the storefront or revoke its "
                "API keys.",
                storefronts[0].name,
            ))
