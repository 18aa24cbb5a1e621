"""Which units can be ordered in parts."""

from odoo import api, fields, models


class UomUom(models.Model):
    _inherit = "uom.uom"

    enord_fractions = fields.Boolean(
        "Fractions Online",
        compute="_compute_enord_fractions", store=True, readonly=False, recursive=True,
        help="Storefronts can order parts of this unit, with the decimals of the accuracy "
             "“Product Unit”. By default weights, lengths, volumes and the like; pieces "
             "are ordered whole.",
    )

    @api.depends("relative_uom_id.enord_fractions")
    def _compute_enord_fractions(self):
        # of units that stand alone, Odoo's own measures can be divided; a box of one's own cannot
        measures = self.env["ir.model.data"].sudo().search([
            ("module", "=", "uom"), ("model", "=", "uom.uom"), ("name", "!=", "product_uom_unit"),
        ]).mapped("res_id")
        for unit in self:
            reference = unit.relative_uom_id
            unit.enord_fractions = (
                reference.enord_fractions if reference else unit._origin.id in measures
            )
