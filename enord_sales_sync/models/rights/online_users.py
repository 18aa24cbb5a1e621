from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _enord_sees(self, model, online):
        """Domain of a rule by which users of Online Sales read what came through storefronts, on a
        model that Odoo gives others rights to.

        Rules of a user's groups widen one another, but the first one restricts who had none. So
        this one says everything where a user may read the model without any rule.

        :param str model: name
        :param list online: domain of what came through storefronts
        """
        ours = self.env.ref("enord_sales_sync.group_user")
        groups = self.all_group_ids - ours
        rights = self.env["ir.model.access"].sudo().search_count([
            ("model_id.model", "=", model), ("perm_read", "=", True),
            "|", ("group_id", "=", False), ("group_id", "in", groups.ids),
        ], limit=1)
        rules = self.env["ir.rule"].sudo().search_count([
            ("model_id.model", "=", model), ("perm_read", "=", True), ("groups", "in", groups.ids),
        ], limit=1)
        return [(1, "=", 1)] if rights and not rules else online
