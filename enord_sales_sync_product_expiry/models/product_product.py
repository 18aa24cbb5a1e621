from odoo import models
from odoo.tools import SQL


class ProductProduct(models.Model):
    """Odoo reserves no lot that is to be removed before the order is due."""

    _inherit = "product.product"

    def _enord_is_removed_sql(self):
        self.env["stock.lot"].flush_model(["enord_sold_until"])
        return SQL(
            """
            (%s OR EXISTS (SELECT FROM stock_lot lot
                            WHERE lot.id = unit.lot_id
                              AND lot.enord_sold_until < now() AT TIME ZONE 'UTC'))
            """, super()._enord_is_removed_sql(),
        )
