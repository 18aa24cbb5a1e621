import math
import re

from odoo import api, fields, models
from odoo.tools import SQL

from ...contract import events
from ..outbox.listening import LISTENING
from ..outbox.webhook_event import RESYNC

REASON = re.compile("[A-Z_]{1,40}")


class EnordInventoryChange(models.AbstractModel):
    """The event ``inventory.change`` (specification, section 4.2): how many units of one SKU can be
    sold from one location."""

    _name = "enord.inventory.change"
    _inherit = ["enord.event.type"]
    _description = "Stock Event of Storefronts"
    _event_type = events.INVENTORY_CHANGE
    _key_prefix = "stock"
    _own_columns = ("product_id", "warehouse_id")
    _keeps_acknowledged = True
    _resync_order = 20

    @api.model
    def _changed(self, changes):
        """Remember that what can be sold of products may have changed.

        What comes to nothing in the end, such as units that move between two shelves, or what
        lies where no order takes from, is not told. Where no move tells the reason, it is the
        context's ``enord_change_reason``, or follows from the quantities.

        :param changes: iterable of ``(product_id, warehouse_id, on_hand, reserved)``, and the
            ``location_id`` where it is one: by how many units they changed; ``math.inf`` where
            that is not known
        """
        self._remember(
            ((product_id, warehouse_id), tuple(location), (on_hand, reserved, 0.0, 0.0))
            for product_id, warehouse_id, on_hand, reserved, *location in changes
        )

    def _remember(self, changes):
        collected = self._collected()
        reason = self.env.context.get("enord_change_reason")
        # a context comes over RPC, too
        reason = REASON.fullmatch(str(reason)) and reason
        for key, place, units in changes:
            if any(units):
                self._add_up(collected, key, place, units)
                if reason:
                    collected.setdefault("reasons", {})[key] = reason

    def _add_up(self, collected, key, place, units):
        """
        :param key: ``(product_id, warehouse_id)``
        :param place: ``(location_id,)``, or ``()``
        :param units: on hand, reserved, promised online and promised otherwise
        """
        places = collected.setdefault("stock", {}).setdefault(key, {})
        before = places.get(place, (0.0, 0.0, 0.0, 0.0))
        places[place] = tuple(map(sum, zip(before, units, strict=True)))

    @api.model
    def _figures_changed(self, products):
        """Remember that what can be sold of products may have changed wherever they are sold."""
        warehouses = self.env["enord.storefront"].sudo().search(LISTENING).warehouse_ids
        self._changed(
            (product.id, warehouse.id, math.inf, 0.0)
            for product in products for warehouse in warehouses
        )

    @api.model
    def _moves_done(self, move_ids):
        """Remember the moves that say why quantities changed, the latest last."""
        self._collected().setdefault("moves", {}).update(dict.fromkeys(move_ids))

    def _queue_collected(self, collected):
        reasons = self._change_reasons(
            collected.get("stock", {}), collected.get("reasons", {}), collected.get("moves", {})
        )
        if not reasons:
            return
        self._queue(SQL(
            """
            SELECT storefront.id AS storefront_id, %(key)s AS key, changed.reason AS change_reason,
                   changed.product_id, changed.warehouse_id
              FROM (VALUES %(changed)s) AS changed (product_id, warehouse_id, reason)
              JOIN enord_storefront_warehouse_rel served
                ON served.warehouse_id = changed.warehouse_id
              JOIN %(listening)s AS storefront ON storefront.id = served.storefront_id
              JOIN product_product product
                ON product.id = changed.product_id AND product.enord_sku IS NOT NULL
              JOIN product_template template
                ON template.id = product.product_tmpl_id
               AND template.sale_ok AND template.enord_published
            """,
            key=self._key(SQL("changed.product_id"), SQL("changed.warehouse_id")),
            changed=SQL(", ").join(
                SQL("(%s, %s, %s)", product_id, warehouse_id, reason)
                for (product_id, warehouse_id), reason in reasons.items()
            ),
            listening=self.env["enord.webhook.event"]._listening(),
        ))

    def _queue_all(self, storefront):
        products = self.env["product.product"]._enord_published_for(storefront)
        self._queue_resync(storefront, products, storefront.warehouse_ids, 1, unless_waiting=False)

    def _queue_resync(self, storefront, products, warehouses, priority=0, unless_waiting=True):
        """Tell the present stock of products at locations, unless it is about to be told."""
        key = self._key(SQL("told.product_id"), SQL("served.warehouse_id"))
        self._queue(SQL(
            """
            SELECT %(storefront)s AS storefront_id, %(key)s AS key, %(reason)s AS change_reason,
                   told.product_id, served.warehouse_id
              FROM unnest(%(products)s::int[]) AS told (product_id),
                   unnest(%(warehouses)s::int[]) AS served (warehouse_id)
             WHERE %(may_know)s AND (NOT %(unless_waiting)s OR NOT EXISTS (
                       SELECT FROM enord_webhook_event waiting
                        WHERE waiting.storefront_id = %(storefront)s AND waiting.key = %(key)s
                          -- one that was tried tells for ever what was true then
                          AND waiting.state = 'pending' AND waiting.body IS NULL))
            """,
            storefront=storefront.id, reason=RESYNC, products=products.ids,
            unless_waiting=unless_waiting, warehouses=warehouses.ids, key=key,
            may_know=self.env["enord.webhook.event"]._may_know(storefront, key),
        ), priority=priority)

    def _queue_skus(self, storefront, skus, priority):
        """Tell the stock at every location of SKUs that a storefront did not know.

        A storefront that has heard of one location shows the sum of those it has heard of; what
        lay at the others before the product went online would be missing from it.
        """
        if skus:
            by_sku = self.env["product.product"]._enord_by_sku(storefront, skus)
            products = self.env["product.product"].union(*by_sku.values())
            self._queue_resync(storefront, products, storefront.warehouse_ids, priority)

    def _build(self, storefront, events, acknowledged):
        products = events.product_id.with_env(self.env)
        published = self.env["product.product"]._enord_published_for(
            storefront, [("id", "in", products.ids)]
        )
        stock = storefront._sellable(products, events.warehouse_id)
        bodies = {}
        for event in events:
            product, warehouse = event.product_id.with_env(self.env), event.warehouse_id
            if product not in published or not warehouse:
                bodies[event] = None
                continue
            # it may not be sold from there any more
            sold_here = warehouse in storefront.warehouse_ids
            quantity = stock.get((product.id, warehouse.id), 0.0) if sold_here else 0.0
            bodies[event] = self._data(product, warehouse, event.change_reason, quantity)
        return bodies

    def _data(self, product, warehouse, reason, quantity):
        """``data`` of the event. Override to add members.

        :param float quantity: units that can be sold
        :rtype: dict
        """
        return {
            "sku": product.enord_sku,
            "location_code": warehouse.enord_location_code,
            "new_quantity": events.quantity(quantity),
            "change_reason": reason,
            **events.without_limit(quantity),
        }


class EnordWebhookEvent(models.Model):
    _inherit = "enord.webhook.event"

    event_type = fields.Selection(
        selection_add=[(events.INVENTORY_CHANGE, "Stock")],
        ondelete={events.INVENTORY_CHANGE: "cascade"},
    )
    product_id = fields.Many2one(
        "product.product", "Variant", readonly=True, ondelete="set null", index="btree_not_null",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", readonly=True, ondelete="set null", index="btree_not_null",
    )

    @api.depends("product_id", "key")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for event in self.with_context(active_test=False).filtered("product_id"):
            event.display_name = event.product_id.display_name
        return result
