import itertools

from odoo import api, models
from odoo.tools import SQL

from ..api.locked_transaction import PRODUCT_LOCK

#: What a transaction has locked: pairs of a product's and a location's id.
LOCKED = "enord_sales_sync.locked"


class StockQuant(models.Model):
    """Whoever reserves units that a storefront sells waits until others have done so.

    That is: units of the same product under the same source location, where online orders of an
    active storefront take them from.

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
            if location_id._enord_stock_warehouse():
                self._enord_lock([(product_id, location_id)])
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
    def _enord_lock(self, pairs):
        """Keep everybody else from reserving these products under these locations, as far as
        online orders take units from there, until the transaction ends.

        :param pairs: ``(product, location)``
        :raise psycopg2.errors.SerializationFailure: somebody has moved them since the transaction
            began
        """
        # forgotten at the end of the transaction, and where a savepoint gives the locks back
        locked = self.env.cr.precommit.data.setdefault(LOCKED, set())
        missing = {
            (product.id, location.id) for product, location in pairs
            if not any((product.id, int(above)) in locked
                       for above in (location.parent_path or "").split("/") if above)
        }
        if not missing:
            return
        products, locations = zip(*missing, strict=True)
        # in one order, so that two who want the same products do not wait for one another; and
        # a conflict is nothing to be logged as an error
        self.env.cr.execute(SQL(
            """
            SELECT quant.id
              FROM unnest(%s::int[], %s::int[]) AS wanted (product_id, location_id)
              JOIN stock_location source ON source.id = wanted.location_id
              JOIN stock_quant quant ON quant.product_id = wanted.product_id
              JOIN stock_location location
                ON location.id = quant.location_id AND location.usage = 'internal'
               AND starts_with(location.parent_path, source.parent_path)
             WHERE EXISTS (SELECT FROM enord_storefront storefront
                             JOIN enord_storefront_warehouse_rel sold
                               ON sold.storefront_id = storefront.id AND storefront.active
                             JOIN stock_warehouse warehouse ON warehouse.id = sold.warehouse_id
                             JOIN stock_location stock ON stock.id IN (
                                      SELECT warehouse.lot_stock_id
                                       UNION
                                      SELECT rule.location_src_id FROM stock_rule rule
                                        JOIN stock_location customers
                                          ON customers.id = rule.location_dest_id
                                         AND customers.usage = 'customer'
                                       WHERE (rule.warehouse_id = warehouse.id
                                              OR rule.warehouse_id IS NULL)
                                         AND rule.active AND rule.action <> 'push')
                            WHERE starts_with(location.parent_path, stock.parent_path))
          ORDER BY quant.id
               FOR UPDATE OF quant
            """, list(products), list(locations),
        ), log_exceptions=False)
        locked |= missing


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, *args, **kwargs):
        # all products of all moves at once: one after the other, two transfers of the same
        # products in opposite order would wait for one another
        self.env["stock.quant"]._enord_lock({
            (move.product_id, move.location_id) for move in self
            if move.location_id._enord_stock_warehouse()
        })
        return super()._action_assign(*args, **kwargs)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _enord_locks(self, company):
        """The advisory locks of whoever sells these products online: whoever sells a kit also
        locks its components, or two would sell the same unit."""
        return [(PRODUCT_LOCK, product.id) for product in self._enord_with_components(company)]

    def _enord_lock_stock(self, storefront):
        """Wait for whoever moves these products in Odoo itself, and keep them out until commit."""
        products = self._enord_with_components(storefront.company_id)
        sources = self._enord_sources(storefront.warehouse_ids, products.ids).locations()
        self.env["stock.quant"]._enord_lock(itertools.product(
            products, self.env["stock.location"].browse(sources),
        ))
