from odoo import fields, models
from odoo.tools import SQL

PURPOSES = [
    ("test", "Test"), ("demonstration", "Demonstration"), ("project", "Project"),
    ("other", "Other"),
]


class StockPicking(models.Model):
    _inherit = "stock.picking"

    enord_purpose = fields.Selection(
        PURPOSES, "Used For", copy=False, help="What the goods are used up for, internally.",
    )


class EnordInternalUseReport(models.Model):
    """What the company's own people have used up, and what they have brought back."""

    _name = "enord.internal.use.report"
    _description = "Internal Use"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "product_id"

    date = fields.Datetime(readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Transfer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    purpose = fields.Selection(PURPOSES, "Used For", readonly=True)
    quantity = fields.Float(
        readonly=True, digits="Product Unit", help="Used up, less what has come back.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT line.id, line.date, line.product_id, template.categ_id, line.company_id,
                   line.picking_id, COALESCE(source.warehouse_id, destination.warehouse_id)
                   AS warehouse_id,
                   COALESCE(picking.enord_purpose, returned.enord_purpose, 'other') AS purpose,
                   line.quantity_product_uom * CASE WHEN destination.enord_internal_use
                                                    THEN 1 ELSE -1 END AS quantity
              FROM stock_move_line line
              JOIN stock_location source ON source.id = line.location_id
              JOIN stock_location destination ON destination.id = line.location_dest_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN stock_picking picking ON picking.id = line.picking_id
         LEFT JOIN stock_picking returned ON returned.id = picking.return_id
             WHERE line.state = 'done'
               AND source.enord_internal_use IS DISTINCT FROM destination.enord_internal_use
               AND (source.enord_internal_use OR destination.enord_internal_use)
            """
        )
