from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.staff.internal_use_report import PURPOSES
from ..models.storefront.administration import done


class EnordInternalUse(models.TransientModel):
    """Goods that the company's own people use up, taken from stock at once."""

    _name = "enord.internal.use"
    _description = "Use Internally"

    barcode = fields.Char(help="Scan a product: its barcode, or its internal reference.")
    product_id = fields.Many2one(
        "product.product", domain=[("is_storable", "=", True)],
        compute="_compute_product_id", store=True, readonly=False,
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    warehouse_id = fields.Many2one(
        "stock.warehouse", required=True, default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1,
        ),
    )
    purpose = fields.Selection(PURPOSES, "Used For", required=True, default="test")
    note = fields.Char(help="For example the name of the project.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        active_id = self.env.context.get("active_id")
        if self.env.context.get("active_model") == "product.product":
            values["product_id"] = active_id
        elif self.env.context.get("active_model") == "product.template":
            variants = self.env["product.template"].browse(active_id).product_variant_ids
            values["product_id"] = variants.id if len(variants) == 1 else False
        return values

    @api.depends("barcode")
    def _compute_product_id(self):
        for use in self:
            found = use.barcode and self.env["product.product"].search(
                ["|", ("barcode", "=", use.barcode), ("default_code", "=", use.barcode)], limit=1,
            )
            use.product_id = found or use.product_id

    def action_use(self):
        """Take the goods from stock; refused where not as many are free."""
        self.ensure_one()
        if not self.product_id or self.quantity <= 0:
            raise UserError(self.env._("Product: choose one, and how many of it were used."))
        operation = self.warehouse_id.sudo().enord_internal_use_type_id
        if not operation:
            raise UserError(self.env._("%s has no operation type for internal use.",
                                       self.warehouse_id.name))
        picking = self.env["stock.picking"].create({
            "picking_type_id": operation.id, "origin": self.note, "enord_purpose": self.purpose,
            "location_id": operation.default_location_src_id.id,
            "location_dest_id": operation.default_location_dest_id.id,
            "move_ids": [(0, 0, {
                "product_id": self.product_id.id, "product_uom_qty": self.quantity,
                "product_uom": self.uom_id.id,
                "location_id": operation.default_location_src_id.id,
                "location_dest_id": operation.default_location_dest_id.id,
            })],
        })
        picking.action_confirm()
        picking.action_assign()
        free = picking.move_ids.quantity
        if self.uom_id.compare(free, self.quantity) < 0:
            raise UserError(self.env._(
                "%(product)s: only %(free)s of it are free in %(warehouse)s.",
                product=self.product_id.display_name, free=f"{free:g}",
                warehouse=self.warehouse_id.name,
            ))
        picking.move_ids.picked = True
        picking._action_done()
        return done(self.env._(
            "%(quantity)s × %(product)s used, see %(transfer)s.",
            quantity=f"{self.quantity:g}", product=self.product_id.display_name,
            transfer=picking.name,
        ))
