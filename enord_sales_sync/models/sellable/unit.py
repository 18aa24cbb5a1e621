"""Which units can be ordered in parts."""

from odoo import api, fields, models

from ...contract import events
from ...contract.problem import FieldError, Problem


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


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _enord_decimals(self):
        """With how many decimals a quantity of this product can be ordered."""
        self.ensure_one()
        if not self.uom_id.enord_fractions or self.tracking == "serial":
            return 0
        return self.env["decimal.precision"].precision_get("Product Unit")


def check_units(lines, by_sku, pointer, member="quantity"):
    """Refuse parts of what is sold whole, and smaller ones than the unit has.

    :param lines: of a request
    :param dict by_sku: products
    :param str pointer: JSON Pointer of the list of lines
    :param str member: which has the quantity
    :raise Problem: 422
    """
    errors = []
    for index, line in enumerate(lines):
        product, quantity = by_sku[line.sku], getattr(line, member)
        decimals = product._enord_decimals()
        if quantity != round(quantity, decimals):
            unit = product.uom_id.name
            errors.append(FieldError(
                f"{pointer}/{index}/{member}", "not_divisible",
                f"{line.sku} is sold in {unit} with at most {decimals} decimals" if decimals else
                f"{line.sku} is sold in whole {unit}; {events.quantity(quantity)} were sent",
                {"sku": line.sku, "decimals": decimals},
            ))
    if errors:
        raise Problem(
            422, "invalid_request", "Some quantities cannot be sold; nothing was written.", errors,
        )
