from markupsafe import Markup, escape
from odoo import api, fields, models

LINE = Markup(
    "<li class='d-flex justify-content-between gap-3'><span>%s%s</span> <b>%s</b></li>"
)


class EnordEraseWizard(models.TransientModel):
    _name = "enord.erase.wizard"
    _description = "Erase What Storefronts Told"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    report = fields.Html(compute="_compute_report", help="What goes, and what stays and why.")
    done_report = fields.Html(readonly=True)

    @api.depends("partner_id")
    def _compute_report(self):
        for wizard in self:
            wizard.report = wizard.done_report or wizard._as_html(
                *self.env["enord.erasure"]._report(wizard.partner_id),
                self.env._("Will be erased"), self.env._("Stays"),
            )

    def action_erase(self):
        """Erase, and show what was erased and what was not."""
        self.ensure_one()
        self.done_report = self._as_html(
            *self.env["enord.erasure"]._erase(self.partner_id),
            self.env._("Erased"), self.env._("Kept"),
        )
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id,
            "name": self.env._("Erased"), "views": [(False, "form")], "target": "new",
        }

    def _as_html(self, erased, kept, erased_title, kept_title):
        return Markup().join(
            Markup("<h4>%s</h4><ul>%s</ul>") % (title, Markup().join(
                # the number by itself: no language has words that fit each
                LINE % (
                    line.what, Markup(": <i>%s</i>") % line.why if line.why else "", line.count,
                ) for line in lines
            ) or escape(self.env._("Nothing.")))
            for title, lines in ((erased_title, erased), (kept_title, kept))
        )
