from odoo import api, models
from odoo.tools import SQL

#: Fields of an order that decide whether its units wait for the closing of its session.
WAITING = {"state", "session_id", "shipping_date", "lines"}


class PosOrder(models.Model):
    _inherit = "pos.order"

    @api.model
    def _enord_waiting_sql(self, condition=None):
        """Units that were sold, but will leave Odoo's stock only when their session closes.

        :param condition: SQL on the table ``sale``; all orders by default
        :return: query for rows of ``product_id, location_id, warehouse_id, company_id, units``:
            below 0 for a sale, above for a refund
        """
        for model in (
            "pos.order", "pos.order.line", "pos.session", "pos.config", "stock.picking",
            "stock.picking.type", "stock.location",
        ):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT line.product_id, place.id AS location_id, place.warehouse_id,
                   sale.company_id, -line.qty AS units
              FROM pos_session session
              JOIN pos_order sale ON sale.session_id = session.id AND %s
               AND sale.state IN ('paid', 'done') AND sale.shipping_date IS NULL
              JOIN pos_order_line line ON line.order_id = sale.id AND line.qty <> 0
              JOIN pos_config config ON config.id = session.config_id
              JOIN stock_picking_type sells ON sells.id = config.picking_type_id
         LEFT JOIN stock_picking_type returns ON returns.id = sells.return_picking_type_id
              JOIN stock_location place ON place.usage = 'internal' AND place.id = CASE
                   WHEN line.qty < 0
                   THEN COALESCE(returns.default_location_dest_id, sells.default_location_src_id)
                   ELSE sells.default_location_src_id END
             WHERE session.state <> 'closed' AND session.update_stock_at_closing
               AND NOT EXISTS (SELECT FROM stock_picking WHERE pos_order_id = sale.id)
            """,
            SQL("TRUE") if condition is None else condition,
        )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._enord_tell_sold({})
        return orders

    def write(self, vals):
        if WAITING.isdisjoint(vals):
            return super().write(vals)
        before = self._enord_waiting_units()
        result = super().write(vals)
        self._enord_tell_sold(before)
        return result

    def _enord_waiting_units(self):
        """``{(product_id, warehouse_id, location_id, is refund): units}`` of these orders."""
        if not any(session.update_stock_at_closing for session in self.sudo().session_id):
            return {}
        orders = self.sudo()
        sold = orders._enord_waiting_sql(SQL("sale.id IN %s", tuple(self.ids)))
        products = self.env["product.product"].browse(orders.lines.product_id.ids)
        parts = products._enord_parts_of(products, orders.company_id[:1])
        rows = self.env.execute_query(SQL(
            """
            SELECT product_id, warehouse_id, location_id, units > 0, SUM(units) FROM (%s) AS sold
          GROUP BY product_id, warehouse_id, location_id, units > 0
            """, products._enord_in_parts_sql(sold, parts),
        ))
        return {tuple(key): float(units) for *key, units in rows}

    def _enord_tell_sold(self, before):
        after = self._enord_waiting_units()
        recorder = self.env["enord.inventory.change"]
        for key in after.keys() | before.keys():
            product_id, warehouse_id, location_id, is_refund = key
            reason = "RETURN" if is_refund else "POS_SALE"
            units = after.get(key, 0.0) - before.get(key, 0.0)
            recorder.with_context(enord_change_reason=reason)._changed([
                (product_id, warehouse_id, units, 0.0, location_id),
            ])
        recorder._collected().setdefault("origins", {}).setdefault("pos_order_id", {}).update({
            product_id: self[-1:].id for product_id, *_where in after.keys() | before.keys()
        })

    def _create_order_picking(self):
        return super(
            PosOrder,
            self.with_context(enord_pos_order_id=self.id, enord_pos_session_id=self.session_id.id),
        )._create_order_picking()
