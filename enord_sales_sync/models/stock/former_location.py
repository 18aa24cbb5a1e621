from odoo import fields, models
from odoo.tools import SQL

from ...contract import events
from ..outbox.webhook_event import RESYNC


class EnordInventoryChange(models.AbstractModel):
    """Where a storefront sells no longer nothing is left, as far as it is told."""

    _inherit = "enord.inventory.change"

    def _build(self, storefront, events, acknowledged):
        # one that was given up, and is sent afresh
        former = events.filtered(lambda event: event.key.count(":") > 2)
        bodies = super()._build(storefront, events - former, acknowledged)
        codes = storefront.warehouse_ids.mapped("enord_location_code")
        for event in former:
            product, warehouse = event.product_id.with_env(self.env), event.warehouse_id
            code = event.key.split(":", 3)[3]
            is_withdrawn = product.enord_sku and warehouse and code not in codes
            bodies[event] = self._withdrawn(product, warehouse, code) if is_withdrawn else None
        return bodies

    def _queue_all(self, storefront):
        # a warehouse may have been left while nothing could be told
        self._queue(SQL(
            """
            SELECT storefront_id, key, %s AS change_reason, product_id, warehouse_id
              FROM (SELECT DISTINCT ON (key) * FROM enord_webhook_event
                     WHERE storefront_id = %s AND state = 'delivered' AND warehouse_id IN (
                               SELECT id FROM stock_warehouse WHERE id <> ALL(%s::int[]))
                  ORDER BY key, id DESC) AS told
             WHERE (body::json -> 'data' ->> 'new_quantity')::float8 <> 0
            """, RESYNC, storefront.id, storefront.warehouse_ids.ids,
        ), priority=1)
        return super()._queue_all(storefront)

    def _withdraw_location(self, storefront, warehouse, code):
        """Tell that nothing is for sale under a code that a warehouse no longer has.

        They have their bytes from the beginning, and so wait for a storefront that is told nothing
        for a while.
        """
        moment = fields.Datetime.now()
        products = self.env["product.product"]._enord_published_for(storefront)
        self.env["enord.webhook.event"]._advance_sequence()
        subject = (SQL("told.product_id"), SQL("%s::text", warehouse.id))
        self._queue(
            SQL(
                """
                SELECT %(storefront)s AS storefront_id, %(key)s AS key, %(reason)s AS change_reason,
                       told.product_id, %(warehouse)s AS warehouse_id, told.body,
                       nextval('enord_webhook_event_sequence') AS sequence
                  FROM unnest(%(products)s::int[], %(bodies)s::text[]) AS told (product_id, body)
                 WHERE %(may_know)s
                """,
                storefront=storefront.id, warehouse=warehouse.id, reason=RESYNC,
                key=self._key(*subject, SQL("%s::text", code)),
                may_know=self.env["enord.webhook.event"]._may_know(storefront, self._key(*subject)),
                products=products.ids,
                bodies=[
                    events.encode(
                        self._event_type, moment, self._withdrawn(product, warehouse, code)
                    ).decode() for product in products
                ],
            ),
            more_columns=("body", "sequence"),
        )

    def _withdrawn(self, product, warehouse, code):
        return {**self._data(product, warehouse, RESYNC, 0.0), "location_code": code}


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    def write(self, vals):
        before = {storefront.id: storefront.warehouse_ids for storefront in self}
        result = super().write(vals)
        for storefront in self:
            if former := before[storefront.id] - storefront.warehouse_ids:
                self.env["enord.inventory.change"]._queue_resync(
                    storefront, self.env["product.product"]._enord_published_for(storefront),
                    former, priority=1, unless_waiting=False,
                )
        return result
