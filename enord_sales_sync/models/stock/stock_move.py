from odoo import api, models

#: Fields of a move line whose change after the move was done moves stock.
CORRECTIONS = {
    "quantity", "product_uom_id", "location_id", "location_dest_id", "lot_id", "package_id",
    "result_package_id", "owner_id", "quant_id",
}


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, *args, **kwargs):
        # quantities change before the state does, and a savepoint in between writes the events
        self.env["enord.inventory.change"]._moves_done(self.ids)
        return super()._action_done(*args, **kwargs)

    def write(self, vals):
        if vals.get("state") == "done":
            self.env["enord.inventory.change"]._moves_done(self.ids)
        return super().write(vals)

    def _enord_change_reason(self):
        """Why this move changed the stock, as ``change_reason`` of ``inventory.change``.

        Override to tell a storefront of a cause that another add-on brings; return a short word
        in capitals.

        :rtype: str
        """
        self.ensure_one()
        source, destination = self.location_id, self.location_dest_id
        usages = {source.usage, destination.usage}
        if destination.enord_internal_use:
            return "INTERNAL_USE"
        if source.enord_internal_use:
            return "RETURN"
        if self.scrap_id:
            return "SCRAP"
        if "production" in usages:
            return "PRODUCTION"
        if "inventory" in usages:
            return "ADJUSTMENT"
        if source.usage == "customer" or destination.usage == "supplier":
            return "RETURN"
        # between companies goods pass through a transit location that belongs to none
        if self._is_outgoing() or self.location_final_id.usage == "customer":
            return "ONLINE_SALE" if self._enord_is_online_sale() else "SALE"
        if self._is_incoming() or any(
            move._is_incoming() for move in self.browse(self._rollup_move_origs())
        ):
            return "STOCK_RECEIPT"
        return "TRANSFER"

    def _enord_sold_product(self):
        """What a customer knows of this move: its product, or the kit that it is a part of."""
        return self.product_id

    def _enord_is_online_sale(self):
        """Whether a storefront's request has brought this move about."""
        return bool(
            self.sale_line_id.order_id.enord_storefront_id or self.picking_id.enord_transaction_id
        )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._enord_tell_reason()
        return lines

    def write(self, vals):
        if not CORRECTIONS.isdisjoint(vals):
            self._enord_tell_reason()
        return super().write(vals)

    def _enord_tell_reason(self):
        """Remember the moves that are corrected after they were done."""
        done = self.move_id.filtered(lambda move: move.state == "done")
        if done:
            self.env["enord.inventory.change"]._moves_done(done.ids)
