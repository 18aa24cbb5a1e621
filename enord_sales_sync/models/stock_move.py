from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        if vals.get("state") == "done":
            self.env["enord.event.recorder"]._moves_done(self.ids)
        return super().write(vals)

    def _enord_change_reason(self):
        """Why this move changed the stock, as ``change_reason`` of ``inventory.change``.

        Override to tell a storefront of a cause that another add-on brings; return a short word
        in capitals.

        :rtype: str
        """
        self.ensure_one()
        source, destination = self.location_id.usage, self.location_dest_id.usage
        if self.scrap_id:
            return "SCRAP"
        if destination == "customer":
            return "ONLINE_SALE" if self._enord_is_online_sale() else "SALE"
        if source == "customer" or destination == "supplier":
            return "RETURN"
        if source == "supplier":
            return "STOCK_RECEIPT"
        if "production" in (source, destination):
            return "PRODUCTION"
        if "inventory" in (source, destination):
            return "ADJUSTMENT"
        return "TRANSFER"

    def _enord_is_online_sale(self):
        return bool(
            self.sale_line_id.order_id.enord_storefront_id or self.picking_id.enord_transaction_id
        )
