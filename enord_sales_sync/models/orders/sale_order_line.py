from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    enord_warehouse_id = fields.Many2one(
        "stock.warehouse", "Sold From", readonly=True, copy=False,
        help="The warehouse whose units the storefront's customer bought.",
    )
    enord_sku = fields.Char("SKU Sold Online", readonly=True, copy=False)
    enord_unit_price = fields.Float(
        "Price Online", readonly=True, copy=False, digits=0,
        help="The price of a unit that the storefront has sent.",
    )

    @api.depends("enord_warehouse_id")
    def _compute_warehouse_id(self):
        result = super()._compute_warehouse_id()
        for line in self.filtered("enord_warehouse_id"):
            line.warehouse_id = line.enord_warehouse_id
        return result

    @api.depends("order_id.enord_storefront_id")
    def _compute_qty_to_invoice(self):
        """An online order is paid for, so it is invoiced as ordered, whatever the product says;
        less what will never come or has come back."""
        result = super()._compute_qty_to_invoice()
        for line in self.filtered(lambda line: (
            line.order_id.enord_storefront_id and line.state == "sale" and not line.display_type
        )):
            line.qty_to_invoice = line._enord_due_quantity() - line.qty_invoiced
        return result

    def _enord_due_quantity(self):
        """What the customer has to pay for, in the line's unit."""
        self.ensure_one()
        # what was paid is invoiced as a whole first
        if not self.invoice_lines or not self._enord_has_left():
            return self.product_uom_qty
        return min(self.product_uom_qty, self._get_qty_procurement())

    def _enord_has_left(self):
        """Whether units of this line were handed over, though they may have come back."""
        return any(
            move.state == "done" and move.location_dest_id._is_outgoing()
            for move in self.move_ids
        )

    def _enord_reserved_quantity(self):
        """Units held for this line where they lie now, in the product's unit."""
        self.ensure_one()
        moves = self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
            and move.location_id.usage == "internal"
        )
        return self.product_id._enord_units_in(moves)
