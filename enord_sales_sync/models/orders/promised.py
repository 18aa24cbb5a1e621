"""Units that were sold and that nobody has reserved: they are not for sale again."""

from collections import Counter

from odoo import api, models
from odoo.tools import SQL

#: What decides how much a move still wants from where it takes it.
DEMAND_FIELDS = {
    "state", "product_uom_qty", "product_uom", "product_id", "location_id", "sale_line_id",
}
OPEN = ("waiting", "confirmed", "partially_available", "assigned")


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _enord_claims_sql(self, terms, product_ids):
        """What confirmed orders still want from stock, less what is reserved for them.

        Not what waits for an earlier step, a purchase or a production: that is not there yet.
        """
        for model, names in (
            ("stock.move", [
                "product_id", "location_id", "product_qty", "state", "sale_line_id",
                "procure_method", "move_orig_ids",
            ]),
            ("stock.move.line", ["move_id", "quantity_product_uom"]),
            ("sale.order.line", ["order_id"]),
            ("sale.order", ["enord_storefront_id"]),
        ):
            self.env[model].flush_model(names)
        return super()._enord_claims_sql(terms, product_ids) + [SQL(
            """
            SELECT move.product_id, move.location_id,
                   LEAST(0, COALESCE(reserved.units, 0) - move.product_qty) AS units
              FROM stock_move move
              JOIN sale_order_line line ON line.id = move.sale_line_id
              JOIN sale_order sale ON sale.id = line.order_id AND %(whose)s
         LEFT JOIN LATERAL (SELECT SUM(quantity_product_uom) AS units
                              FROM stock_move_line WHERE move_id = move.id) AS reserved ON TRUE
             WHERE move.sale_line_id IS NOT NULL
               AND move.state IN ('waiting', 'confirmed', 'partially_available')
               AND %(products)s
               AND (move.procure_method <> 'make_to_order' OR EXISTS (
                       SELECT FROM stock_move_move_rel WHERE move_dest_id = move.id))
               AND NOT EXISTS (
                       SELECT FROM stock_move_move_rel chain
                         JOIN stock_move before ON before.id = chain.move_orig_id
                        WHERE chain.move_dest_id = move.id
                          AND before.state NOT IN ('done', 'cancel'))
            """,
            whose=SQL("TRUE") if terms.all_demand else SQL("sale.enord_storefront_id IS NOT NULL"),
            products=self._enord_among(SQL("move.product_id"), product_ids),
        )]


class StockMove(models.Model):
    """What is promised changes without a quantity or a reservation: an order that nobody has
    reserved is confirmed or cancelled."""

    _inherit = "stock.move"

    _enord_promised_idx = models.Index(
        "(product_id) WHERE sale_line_id IS NOT NULL"
        " AND state IN ('waiting', 'confirmed', 'partially_available')"
    )

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._enord_tell_demand(Counter())
        return moves

    def write(self, vals):
        if DEMAND_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = self._enord_demand()
        result = super().write(vals)
        self._enord_tell_demand(before)
        return result

    def unlink(self):
        before = self._enord_demand()
        result = super().unlink()
        self.browse()._enord_tell_demand(before)
        return result

    def _enord_demand(self):
        """``{(product_id, warehouse_id, location_id): units}`` that sales orders want."""
        demand = Counter()
        for move in self.sudo():
            if move.sale_line_id and move.state in OPEN and (
                warehouse := move.location_id._enord_stock_warehouse()
            ):
                demand[move.product_id.id, warehouse.id, move.location_id.id] += move.product_qty
        return demand

    def _enord_tell_demand(self, before):
        demand = self._enord_demand()
        demand.subtract(before)
        if demand:
            self.env["enord.inventory.change"]._demanded(demand)
