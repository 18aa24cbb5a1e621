import json

from odoo import fields, models
from odoo.tools import SQL

from ...contract import events
from ...contract.events import CATALOG_UPDATE, INVENTORY_CHANGE
from ...delivery.dispatcher import CHANNEL


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    def _queue_full_resync(self, former_warehouses=()):
        """Queue every published product and its stock at every location, catalogue first.

        The rows are the progress and survive any crash; live events overtake them. What the
        storefront knows but may not sell any more is queued as well, to be withdrawn.

        :param former_warehouses: those it sold from until now; their stock is told as 0
        """
        self.ensure_one()
        warehouses = self.warehouse_ids.ids + [warehouse.id for warehouse in former_warehouses]
        products = self._published_products()
        self.flush_recordset()
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event
                   (storefront_id, event_type, key, product_tmpl_id, product_id, warehouse_id,
                    change_reason, priority, state, attempts, recorded_at, next_attempt_at,
                    create_date, create_uid)
            SELECT %(storefront)s, queued.event_type, queued.key, queued.product_tmpl_id,
                   queued.product_id, queued.warehouse_id, 'RESYNC', 1, 'pending', 0,
                   moment.at, moment.at, moment.at, %(uid)s
              FROM (SELECT %(catalog)s AS event_type,
                           'catalog:' || product.product_tmpl_id AS key,
                           product.product_tmpl_id, NULL::int AS product_id,
                           NULL::int AS warehouse_id
                      FROM product_product product
                     WHERE product.id = ANY(%(products)s)
                        OR product.product_tmpl_id IN (
                               SELECT product_tmpl_id FROM enord_webhook_event
                                WHERE storefront_id = %(storefront)s AND state = 'delivered'
                                  AND event_type = %(catalog)s)
                  GROUP BY product.product_tmpl_id
                 UNION ALL
                    SELECT %(inventory)s, 'stock:' || product.id || ':' || served.id,
                           NULL, product.id, served.id
                      FROM product_product product, unnest(%(warehouses)s) AS served (id)
                     WHERE product.id = ANY(%(products)s)) AS queued,
                   (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
          ORDER BY queued.event_type, queued.key
            """,
            storefront=self.id, uid=self.env.uid, products=products.ids, warehouses=warehouses,
            catalog=CATALOG_UPDATE, inventory=INVENTORY_CHANGE,
        ))
        if self.env.cr.rowcount:
            self.env.cr.execute("SELECT pg_notify(%s, '')", [CHANNEL])

    def _new_skus(self, data, known):
        """SKUs of a product that this storefront did not know.

        :param dict data: of the ``catalog.update`` that is about to be sent
        :param known: what the storefront acknowledged of this product last, or None
        :rtype: set
        """
        known_data = json.loads(known.body)["data"] if known else {"variants": []}
        known_skus = {variant["sku"] for variant in known_data["variants"]}
        return {variant["sku"] for variant in data["variants"]} - known_skus

    def _queue_stock_of(self, skus):
        """Tell the stock at every location of SKUs that a storefront did not know.

        A storefront that has heard of one location shows the sum of those it has heard of; what
        lay at the others before the product went online would be missing from it.
        """
        if not skus:
            return
        self.env.cr.execute(SQL(
            """
            INSERT INTO enord_webhook_event
                   (storefront_id, event_type, key, product_id, warehouse_id, change_reason,
                    priority, state, attempts, recorded_at, next_attempt_at, create_date,
                    create_uid)
            SELECT told.storefront_id, %(inventory)s, told.key, told.product_id,
                   told.warehouse_id, 'RESYNC', 0, 'pending', 0, moment.at, moment.at,
                   moment.at, %(uid)s
              FROM (SELECT served.storefront_id, served.warehouse_id, product.id AS product_id,
                           'stock:' || product.id || ':' || served.warehouse_id AS key
                      FROM product_product product, enord_storefront_warehouse_rel served
                     WHERE product.id = ANY(%(products)s)
                       AND served.storefront_id = %(storefront)s) AS told,
                   (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
             WHERE NOT EXISTS (SELECT FROM enord_webhook_event waiting
                                WHERE waiting.storefront_id = told.storefront_id
                                  AND waiting.key = told.key AND waiting.state = 'pending')
            """,
            storefront=self.id, uid=self.env.uid, inventory=INVENTORY_CHANGE,
            products=[product.id for product in self._published_by_sku(skus).values()],
        ))

    def _withdraw_location(self, warehouse, code):
        """Tell that nothing is for sale under a code that a warehouse no longer has.

        The bodies are built here: committed state does not know the code any more.
        """
        moment = fields.Datetime.now()
        for storefront in self:
            products = storefront._published_products()
            self.env.cr.execute(SQL(
                """
                INSERT INTO enord_webhook_event
                       (storefront_id, event_type, key, product_id, warehouse_id, change_reason,
                        body, sequence, priority, state, attempts, recorded_at, next_attempt_at,
                        create_date, create_uid)
                SELECT %(storefront)s, %(inventory)s,
                       'stock:' || told.product_id || ':' || %(warehouse)s || ':' || %(code)s,
                       told.product_id, %(warehouse)s, 'RESYNC', told.body,
                       nextval('enord_webhook_event_sequence'), 0, 'pending', 0, moment.at,
                       moment.at, moment.at, %(uid)s
                  FROM unnest(%(products)s, %(bodies)s) AS told (product_id, body),
                       (SELECT clock_timestamp() AT TIME ZONE 'UTC' AS at) AS moment
                """,
                storefront=storefront.id, inventory=INVENTORY_CHANGE, warehouse=warehouse.id,
                code=code, uid=self.env.uid, products=products.ids,
                bodies=[
                    events.encode(INVENTORY_CHANGE, moment, {
                        **storefront._inventory_data_of(product, warehouse, "RESYNC", 0.0),
                        "location_code": code,
                    }).decode()
                    for product in products
                ],
            ))
