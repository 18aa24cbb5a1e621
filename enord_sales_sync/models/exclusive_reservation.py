from odoo import api, models
from odoo.tools import SQL


class StockQuant(models.Model):
    """Whoever reserves units that a storefront sells waits until others have done so.

    Odoo itself does not wait where a quant is locked: it reserves on a second quant what the other
    transaction is just reserving on the first, and both have the same units. Here the second one
    waits, and begins again where the first has changed anything: Odoo's calls and the API's do
    that by themselves. Releasing and moving goes on without waiting.
    """

    _inherit = "stock.quant"

    @api.model
    def _update_available_quantity(
        self, product_id, location_id, quantity=False, reserved_quantity=False, *args, **kwargs
    ):
        if reserved_quantity and reserved_quantity > 0:
            self._enord_lock(product_id, location_id._enord_stock_warehouse())
        return super()._update_available_quantity(
            product_id, location_id, quantity, reserved_quantity, *args, **kwargs
        )

    @api.model
    def _enord_lock(self, products, warehouses):
        """Keep everybody else from reserving these products where a storefront sells them, until
        the transaction ends.

        :raise psycopg2.errors.SerializationFailure: somebody has moved them since the transaction
            began
        """
        if not products or not warehouses:
            return
        # in one order, so that two who want the same products do not wait for one another; and
        # a conflict is nothing to be logged as an error
        self.env.cr.execute(SQL(
            """
            SELECT quant.id
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
             WHERE quant.product_id IN %s AND location.warehouse_id IN %s
               AND location.usage = 'internal'
               AND location.warehouse_id IN (SELECT sold.warehouse_id
                                               FROM enord_storefront_warehouse_rel sold)
          ORDER BY quant.id
               FOR UPDATE OF quant
            """, tuple(products.ids), tuple(warehouses.ids),
        ), log_exceptions=False)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, *args, **kwargs):
        # all products of all moves at once: one after the other, two transfers of the same
        # products in opposite order would wait for one another
        sold = self.filtered(lambda move: move.location_id._enord_stock_warehouse())
        self.env["stock.quant"]._enord_lock(sold.product_id, sold.location_id.warehouse_id)
        return super()._action_assign(*args, **kwargs)
