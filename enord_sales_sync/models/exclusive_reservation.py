import itertools

from odoo import api, models
from odoo.tools import SQL

#: What a transaction has locked: pairs of product and warehouse, and their quants.
LOCKED, LOCKED_QUANTS = "enord_sales_sync.locked", "enord_sales_sync.locked_quants"


class StockQuant(models.Model):
    """Whoever reserves units that a storefront sells waits until others have done so.

    Odoo itself does not wait where a quant is locked: it reserves on a second quant what the other
    transaction is just reserving on the first, and both have the same units. Here the second one
    waits, and begins again where the first has changed anything: Odoo's calls and the API's do
    that by themselves.

    Who gives units free still does not wait. But what he had reserved on a quant that is locked
    Odoo may take off another one, where less is reserved, and not below 0: the rest stays reserved
    for nobody. Here it is a quant of its own, which Odoo adds up later.
    """

    _inherit = "stock.quant"

    @api.model
    def _update_available_quantity(
        self, product_id, location_id, quantity=False, reserved_quantity=False, lot_id=None,
        package_id=None, owner_id=None, in_date=None,
    ):
        whose = {"lot_id": lot_id, "package_id": package_id, "owner_id": owner_id}
        if reserved_quantity and reserved_quantity > 0:
            self._enord_lock(product_id, location_id._enord_stock_warehouse())
        elif reserved_quantity and self._enord_give_free(
            product_id, location_id, -reserved_quantity, whose
        ):
            reserved_quantity = False
            if not quantity:
                return self._get_available_quantity(
                    product_id, location_id, strict=True, allow_negative=True, **whose
                ), in_date
        return super()._update_available_quantity(
            product_id, location_id, quantity, reserved_quantity, in_date=in_date, **whose
        )

    def _enord_give_free(self, product, location, units, whose):
        """Take units off what is reserved, where so many are.

        :param dict whose: lot, package and owner of the quants
        :return: whether so many are reserved on one of them
        """
        quants = self.sudo()._gather(product, location, strict=True, **whose).filtered(
            lambda quant: product.uom_id.compare(quant.reserved_quantity, units) >= 0
        )
        quant = quants.try_lock_for_update(allow_referencing=True, limit=1)
        if quant:
            quant.reserved_quantity -= units
        elif quants:
            quants.create({
                "product_id": product.id, "location_id": location.id,
                "quantity": 0.0, "reserved_quantity": -units,
                **{field: record and record.id for field, record in whose.items()},
            })
        return bool(quants)

    @api.model
    def _enord_lock(self, products, warehouses):
        """Keep everybody else from reserving these products where a storefront sells them, until
        the transaction ends.

        :raise psycopg2.errors.SerializationFailure: somebody has moved them since the transaction
            began
        """
        if not products or not warehouses:
            return
        wanted = set(itertools.product(products.ids, warehouses.ids))
        # forgotten at the end of the transaction, and where a savepoint gives the locks back
        locked = self.env.cr.precommit.data.setdefault(LOCKED, set())
        if wanted <= locked:
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
        locked |= wanted
        self.env.cr.precommit.data.setdefault(LOCKED_QUANTS, set()).update(
            id_ for (id_,) in self.env.cr.fetchall()
        )

    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        locked = self.env.cr.precommit.data.get(LOCKED_QUANTS, ())
        if self and all(id_ in locked for id_ in self._ids):
            return self[:limit]
        return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, *args, **kwargs):
        # all products of all moves at once: one after the other, two transfers of the same
        # products in opposite order would wait for one another
        sold = self.filtered(lambda move: move.location_id._enord_stock_warehouse())
        self.env["stock.quant"]._enord_lock(sold.product_id, sold.location_id.warehouse_id)
        return super()._action_assign(*args, **kwargs)
