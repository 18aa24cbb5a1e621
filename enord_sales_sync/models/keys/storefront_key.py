from odoo import api, fields, models
from odoo.addons.base.models.res_users import INDEX_SIZE
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...contract.operations import SCOPES
from ..storefront.administration import ADMINISTRATORS, note

#: Scope of the API keys in Odoo: they open this add-on's API and nothing else of it.
API_SCOPE = "enord_sales_sync"


def _compute_state(keys):
    now = fields.Datetime.now()
    for key in keys:
        if key.expires_at and key.expires_at <= now and not key.revoked_at:
            key.state = "expired"
        else:
            key.state = "working" if key.sudo().apikey_id else "revoked"


class EnordStorefrontKey(models.Model):
    """A key of a storefront, of which Odoo keeps the hash for as long as it works.

    This stays afterwards, so that it is known what a key has done that was stolen.
    """

    _name = "enord.storefront.key"
    _description = "Storefront API Key"
    _order = "id desc"
    _log_access = False

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, index=True, ondelete="cascade",
    )
    # Odoo deletes a key that is revoked or has expired
    apikey_id = fields.Many2one(
        "res.users.apikeys", "API Key", readonly=True, index=True, ondelete="set null",
    )
    name = fields.Char(required=True, readonly=True)
    prefix = fields.Char("Begins With", readonly=True)
    state = fields.Selection(
        [("working", "Works"), ("expired", "Expired"), ("revoked", "Revoked")],
        compute=_compute_state,
    )
    created_at = fields.Datetime("Created", readonly=True, default=fields.Datetime.now)
    created_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user,
    )
    expires_at = fields.Datetime("Expires", readonly=True, help="Empty: it does not expire.")
    revoked_at = fields.Datetime("Revoked", readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True)
    last_used_at = fields.Datetime("Last Used", readonly=True, help="To the minute.")

    def init(self):
        # Odoo makes no foreign key to a model that has made its table itself, as API keys have
        field = self._fields["apikey_id"]
        apikeys = self.env[field.comodel_name]
        self.pool.add_foreign_key(
            self._table, field.name, apikeys._table, "id", field.ondelete, self, self._module,
        )

    @api.model
    def _make(self, storefront, name, expiration_date=False, **limits):
        """Make a key.

        :param limits: values of the fields that limit it
        :return: its record, and the key itself, which cannot be read again
        """
        check_may_manage_keys(self.env)
        apikeys = self.env["res.users.apikeys"].with_user(storefront.service_user_id).sudo()
        secret = apikeys._generate(API_SCOPE, name, expiration_date)
        key = self.sudo().create({
            "storefront_id": storefront.id,
            "apikey_id": apikeys.search(
                [("user_id", "=", storefront.service_user_id.id)], order="id desc", limit=1,
            ).id,
            "name": name, "prefix": secret[:INDEX_SIZE], "expires_at": expiration_date, **limits,
        })
        note(storefront, self.env._(
            "API key “%(name)s” (%(prefix)s…) was made. It may: %(scopes)s.",
            name=name, prefix=key.prefix, scopes=key._may(),
        ))
        return key, secret

    @api.model
    def _of(self, secret):
        """The record of a key that works, of an active storefront, or none.

        :param str secret: the key as the caller sent it
        """
        keys = self.sudo()
        user_id = self.env["res.users.apikeys"]._check_credentials(scope=API_SCOPE, key=secret)
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
            """, user_id, secret[:INDEX_SIZE],
        ))
        return keys.browse(row[0] for row in self.env.cr.fetchall())

    def _working(self):
        return self.filtered(lambda key: key.state == "working")

    def action_revoke(self):
        """These keys stop working at once."""
        check_may_manage_keys(self.env)
        self.check_access("read")
        keys = self.sudo()
        apikeys = keys.apikey_id
        for key in keys._working():
            key.write({"revoked_at": fields.Datetime.now(), "revoked_by_id": self.env.uid})
            note(key.storefront_id, self.env._(
                "API key “%(name)s” (%(prefix)s…) was revoked.", name=key.name, prefix=key.prefix,
            ))
        apikeys._remove()
        keys.invalidate_recordset(["apikey_id", "state"])
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _scopes(self):
        """What it may do, of ``SCOPES``."""
        self.ensure_one()
        return [scope for scope in SCOPES if self[f"may_{scope}"]]

    def _may(self):
        """The same in the words of staff."""
        words = self.fields_get(attributes=["string"])
        return ", ".join(words[f"may_{scope}"]["string"] for scope in self._scopes())

    def _used(self):
        """Write down the use of a key, once a minute at most; whoever is first does it."""
        self.env.cr.execute(SQL(
            """
            UPDATE enord_storefront_key SET last_used_at = clock_timestamp() AT TIME ZONE 'UTC'
             WHERE id = %s
               AND COALESCE(last_used_at, '-infinity')
                 < clock_timestamp() AT TIME ZONE 'UTC' - interval '1 minute'
            """, self.id,
        ), log_exceptions=False)
        self.invalidate_recordset(["last_used_at"])


def check_may_manage_keys(env):
    """:raise AccessError: where the user is no administrator of online sales"""
    if not env.su and not env.user.has_group(ADMINISTRATORS):
        raise AccessError(env._(
            "Only an online sales administrator manages API keys and secrets."
        ))
