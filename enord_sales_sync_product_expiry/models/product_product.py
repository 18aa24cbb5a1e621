from odoo import models
from odoo.tools import SQL


class ProductProduct(models.Model):
    """Odoo reserves no lot that is to be removed before the order is due."""

    _inherit = "product.product"

    def _enord_is_removed_sql(self, terms):
        self.env["stock.lot"].flush_model(["enord_sold_until", "removal_date"])
        sold_until = SQL("lot.enord_sold_until")
        if terms.lead_days is not None:
            # only of products that expire has a lot such a moment of its own
            sold_until = SQL(
                "lot.enord_sold_until IS NOT NULL AND lot.removal_date - %s * interval '1 day'",
                terms.lead_days,
            )
        return SQL(
            """
            (%s OR EXISTS (SELECT FROM stock_lot lot
                            WHERE lot.id = unit.lot_id AND %s < now() AT TIME ZONE 'UTC'))
            """, super()._enord_is_removed_sql(terms), sold_until,
        )
