from odoo import fields, models
from odoo.tools import SQL


class EnordStorefrontKey(models.Model):
    """What Odoo's API key does not tell: whose storefront it is, and when it was last used."""

    _name = "enord.storefront.key"
    _description = "Storefront API Key"
    _order = "id desc"
    _log_access = False

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, index=True, ondelete="cascade",
    )
    # a key that is revoked or expired is deleted by Odoo, and this with it
    apikey_id = fields.Many2one(
        "res.users.apikeys", "API Key", required=True, readonly=True, index=True,
        ondelete="cascade",
    )
    name = fields.Char(related="apikey_id.name")
    created_at = fields.Datetime("Created", related="apikey_id.create_date")
    expires_at = fields.Datetime("Expires", related="apikey_id.expiration_date")
    last_used_at = fields.Datetime("Last Used", readonly=True, help="To the minute.")

    def init(self):
        # Odoo makes no foreign key to a model that has made its table itself, as API keys have
        self.env.cr.execute(SQL(
            """
            DELETE FROM enord_storefront_key known
             WHERE NOT EXISTS (SELECT FROM res_users_apikeys WHERE id = known.apikey_id)
            """
        ))
        field = self._fields["apikey_id"]
        apikeys = self.env[field.comodel_name]
        self.pool.add_foreign_key(
            self._table, field.name, apikeys._table, "id", field.ondelete, self, self._module,
        )

    def action_revoke(self):
        """These keys stop working at once."""
        self.storefront_id._check_may_manage_keys()
        apikeys = self.sudo().apikey_id
        self.sudo().unlink()
        apikeys._remove()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

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
