from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..sellable.unpublished import reasons
from ..storefront.administration import done
from .check import STATES


class EnordConnecting(models.TransientModel):
    """What a storefront is looked at for before it goes live."""

    _name = "enord.connecting"
    _description = "Before a Storefront Goes Live"
    _rec_name = "storefront_id"

    storefront_id = fields.Many2one(
        "enord.storefront", required=True, readonly=True, ondelete="cascade",
    )
    is_preview = fields.Boolean(
        readonly=True, help="Whether it shows what would be published, and not the checks.",
    )
    stage = fields.Selection(related="storefront_id.stage")
    published = fields.Integer(readonly=True)
    products = fields.Integer(readonly=True)
    problems = fields.Integer(readonly=True)
    warnings = fields.Integer(readonly=True)
    line_ids = fields.One2many("enord.connecting.line", "connecting_id", readonly=True)

    @api.model
    def _open_checks(self, storefront):
        """Look at everything, and show it."""
        storefront.check_access("write")
        checks = self._sorted_checks(storefront)
        return self.create({
            "storefront_id": storefront.id,
            **_counts(checks),
            "line_ids": [Command.create(check._asdict()) for check in checks],
        })._window(self.env._("Checks of %s", storefront.name))

    @api.model
    def _open_preview(self, storefront):
        """Show what would be published, and why the rest would not."""
        storefront.check_access("write")
        found = self.env["product.product"]._enord_unpublished(storefront)
        published = found.pop(None)
        # what another company sells, or nobody any more, is not among what there is
        del found["archived"], found["other_company"]
        words = reasons(self.env)
        return self.create({
            "storefront_id": storefront.id,
            "is_preview": True,
            "published": len(published),
            "products": len(published) + sum(map(len, found.values())),
            **_counts(self._sorted_checks(storefront)),
            "line_ids": [
                Command.create({
                    "code": code, "state": state, "name": name, "count": len(products),
                    "button": self.env._("Show"), "action": {"products": code},
                })
                for code, state, name, products in [
                    ("published", "ok", self.env._("Published"), published),
                    *((reason, "warning", words[reason], found[reason]) for reason in found),
                ] if products
            ],
        })._window(self.env._("What Would Be Published"))

    def _sorted_checks(self, storefront):
        checks = self.env["enord.check"]._checks(storefront)
        return sorted(checks, key=lambda check: STATES.index(check.state))

    def action_go_live(self):
        """From now on everything is told; at first the whole catalogue and all stock."""
        self.ensure_one()
        storefront = self.storefront_id
        if not storefront.webhook_url:
            raise UserError(self.env._(
                "%s: enter the webhook URL first: where is everything to be sent?",
                storefront.name,
            ))
        storefront.stage = "live"
        return done(self.env._(
            "%s is live: the catalogue and all stock are on their way.", storefront.name,
        ))

    def action_checks(self):
        return self._open_checks(self.storefront_id)

    def _window(self, name):
        view = "view_connecting_preview" if self.is_preview else "view_connecting_checks"
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref(f"enord_sales_sync.{view}").id, "form")],
            "target": "new",
        }


class EnordConnectingLine(models.TransientModel):
    """One check, or the products that one reason leaves out."""

    _name = "enord.connecting.line"
    _description = "Check of a Storefront"
    _order = "id"

    connecting_id = fields.Many2one(
        "enord.connecting", required=True, readonly=True, index=True, ondelete="cascade",
    )
    code = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("problem", "Problem"), ("warning", "Look at It"), ("ok", "In Order")],
        required=True, readonly=True,
    )
    name = fields.Char(required=True, readonly=True)
    why = fields.Char(readonly=True)
    count = fields.Integer("Products", readonly=True)
    button = fields.Char(readonly=True)
    action = fields.Json(readonly=True)

    def action_open(self):
        """Mend what was found, or open where it is mended."""
        self.ensure_one()
        storefront = self.connecting_id.storefront_id
        checks, action = self.env["enord.check"], dict(self.action)
        if "products" in action:
            return checks._products_window(storefront, action["products"])
        if "mend" in action:
            mend = getattr(checks, f"_mend_{action['mend']}")
            return mend(storefront) or self.connecting_id.action_checks()
        return action


def _counts(checks):
    states = [check.state for check in checks]
    return {"problems": states.count("problem"), "warnings": states.count("warning")}
