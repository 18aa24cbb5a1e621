from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
    )
    enord_transaction_reference = fields.Char(
        "Online Order", readonly=True, copy=False, index="btree_not_null",
        help="The storefront's number of the order (transaction_id).",
    )
    enord_invoice_error = fields.Text(
        "Invoice Problem", readonly=True, copy=False,
        help="Why the invoice of this online order could not be made or posted.",
    )

    def action_enord_invoice(self):
        """Make and post the invoice of an online order, after what stood in the way is mended."""
        for order in self:
            order._enord_invoice()
            order.enord_invoice_error = False
        self.activity_unlink(["enord_sales_sync.activity_invoice_problem"])

    def _enord_invoice(self):
        """The posted invoice of this order, made if need be."""
        self.ensure_one()
        invoice = self.invoice_ids.filtered(lambda move: move.state == "draft")
        if not invoice:
            invoice = self._create_invoices()
        invoice.action_post()
        return invoice


class ResPartner(models.Model):
    _inherit = "res.partner"

    enord_storefront_id = fields.Many2one(
        "enord.storefront", "Storefront", readonly=True, copy=False, index="btree_not_null",
        help="The storefront through which this customer came.",
    )
    enord_tax_id = fields.Char(
        "Tax ID as Entered", readonly=True, copy=False, index="btree_not_null",
        help="What the customer entered in the storefront, where it is not a valid tax ID.",
    )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    enord_transaction_id = fields.Many2one(
        "enord.api.transaction", "Storefront Request", readonly=True, copy=False,
        index="btree_not_null",
    )
