"""Units that were sold and that nobody has reserved: they are not for sale again."""

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
        promised = self.env["enord.inventory.change"]._promised_before()
        promised.update((move.id, None) for move in moves if move.sale_line_id)
        return moves

    def write(self, vals):
        if not DEMAND_FIELDS.isdisjoint(vals):
            self._enord_remember_promised()
        return super().write(vals)

    def unlink(self):
        self._enord_remember_promised()
        return super().unlink()

    def _enord_remember_promised(self):
        """Before it changes: how much was promised when the transaction began."""
        sold = self.sudo().filtered("sale_line_id")
        if sold:
            promised = self.env["enord.inventory.change"]._promised_before()
            for move in sold:
                if move.id not in promised:
                    promised[move.id] = move._enord_promised()

    def _enord_promised(self):
        """What a sales order still wants and nobody has reserved.

        :return: ``(product_id, warehouse_id, location_id, units online, units otherwise)``, or None
        """
        self.ensure_one()
        warehouse = self.location_id._enord_stock_warehouse()
        if not warehouse or self.state not in OPEN:
            return None
        reserved = sum(self.move_line_ids.mapped("quantity_product_uom"))
        units = self.product_qty - reserved
        is_online = self.sale_line_id.order_id.enord_storefront_id
        return (
            self.product_id.id, warehouse.id, self.location_id.id,
            *((units, 0.0) if is_online else (0.0, units)),
        )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        self.env["stock.move"].browse(
            {vals["move_id"] for vals in vals_list if vals.get("move_id")}
        )._enord_remember_promised()
        return super().create(vals_list)

    def write(self, vals):
        if "quantity" in vals:
            self.move_id._enord_remember_promised()
        return super().write(vals)

    def unlink(self):
        self.move_id._enord_remember_promised()
        return super().unlink()


class EnordInventoryChange(models.AbstractModel):
    _inherit = "enord.inventory.change"

    @api.model
    def _promised_before(self):
        """What was promised before this transaction touched it: ``{move_id: promised}``."""
        return self._collected().setdefault("promised", {})

    def _queue_collected(self, collected):
        before = collected.pop("promised", {})
        moves = self.env["stock.move"].browse(before).exists()
        for sign, promised in (
            (-1, before.values()), (1, (move._enord_promised() for move in moves)),
        ):
            for product_id, warehouse_id, location_id, online, other in filter(None, promised):
                self._add_up(
                    collected, (product_id, warehouse_id), (location_id,),
                    (0.0, 0.0, sign * online, sign * other),
                )
        return super()._queue_collected(collected)
