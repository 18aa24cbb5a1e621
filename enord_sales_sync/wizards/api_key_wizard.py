from odoo import fields, models


class EnordApiKeyWizard(models.TransientModel):
    _name = "enord.api.key.wizard"
    _description = "New Storefront API Key"

    storefront_id = fields.Many2one("enord.storefront", required=True, ondelete="cascade")
    name = fields.Char(
        "What is the key for?", required=True, default=lambda self: self.env._("Web shop"),
    )
    expiration_date = fields.Datetime("Expires", help="Empty: the key does not expire.")

    def action_create(self):
        """Make the key and show it, once."""
        self.ensure_one()
        key = self.storefront_id._generate_api_key(self.name, self.expiration_date)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.users.apikeys.show",
            "name": self.env._("API Key Ready"),
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_key": key},
        }
