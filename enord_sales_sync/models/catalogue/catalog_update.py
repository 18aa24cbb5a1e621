from collections import defaultdict
from dataclasses import dataclass

from odoo import api, fields, models

from ...contract import events
from ..outbox.webhook_event import RESYNC
from .prices import selling_prices


@dataclass
class CatalogueBatch:
    """What the bodies of several products are built from, read in a few queries.

    ``variants``: published ``product.product`` by ``product.template``; ``prices``, ``totals``
    (sellable units over all warehouses) and ``pictures`` (paths) by variant id; ``address``: what
    these paths follow.
    """

    variants: dict
    prices: dict
    totals: dict
    pictures: dict
    address: str


class EnordCatalogUpdate(models.AbstractModel):
    """The event ``catalog.update`` (specification, section 4.1): a product with all its variants.

    A body that says what was acknowledged last is not sent again: saving a field that no storefront
    sees costs nothing.
    """

    _name = "enord.catalog.update"
    _inherit = ["enord.event.type"]
    _description = "Catalogue Event of Storefronts"
    _event_type = events.CATALOG_UPDATE
    _key_prefix = "catalog"
    _own_columns = ("product_tmpl_id",)
    _keeps_acknowledged = True
    _builds_on_acknowledged = True

    def _is_acknowledged(self, event, content_hash, acknowledged_hash):
        return event.change_reason != RESYNC and content_hash == acknowledged_hash

    def _content_hash(self, data):
        """Without the stock, which ``inventory.change`` tells."""
        variants = [
            {name: value for name, value in variant.items() if name != "current_stock"}
            for variant in data.get("variants", ())
        ]
        return super()._content_hash({**data, "variants": variants} if variants else data)

    def _about_to_send(self, storefront, data_of, acknowledged):
        new, known = defaultdict(set), set()
        for event, data in data_of.items():
            told = acknowledged.get(event.key, {"variants": []})
            skus, before = _skus(data), _skus(told)
            new[event.priority] |= skus - before
            # where everything is sent again, most is as it was, and all stock is told anyway
            if event.change_reason != RESYNC or (
                self._content_hash(data) != self._content_hash(told)
            ):
                known |= skus & before
        stock = self.env["enord.inventory.change"]
        for priority, skus in new.items():  # behind the changes, where the products are
            stock._queue_skus(storefront, skus, priority)
        # a known one may mean another variant now
        stock._queue_untold(storefront, known)

    def _build(self, storefront, events, acknowledged):
        batch = self._batch(storefront, events.product_tmpl_id.with_env(self.env))
        bodies = {}
        for event in events:
            template, known = event.product_tmpl_id.with_env(self.env), acknowledged.get(event.key)
            if not template:
                bodies[event] = known and {**known, "is_active": False, "variants": []}
                continue
            data = self._data(storefront, template, batch)
            # a product that was never online is not withdrawn either
            bodies[event] = data if data["is_active"] or known else None
        return bodies

    def _batch(self, storefront, templates):
        """What is read at once for the bodies of several products.

        :rtype: CatalogueBatch
        """
        variants = self.env["product.product"]._enord_published_for(
            storefront, [("product_tmpl_id", "in", templates.ids)]
        )
        totals = {}
        for (product_id, _warehouse_id), quantity in storefront._sellable(variants).items():
            totals[product_id] = totals.get(product_id, 0.0) + quantity
        return CatalogueBatch(
            variants=variants.grouped("product_tmpl_id"),
            prices=selling_prices(storefront, variants),
            totals=totals,
            pictures=variants._enord_picture_paths(),
            address=storefront.get_base_url().rstrip("/"),
        )

    def _data(self, storefront, template, batch=None):
        """``data`` of the event. Override to add members; what is added is sent as it stands.

        :param template: one ``product.template``, archived or not
        :param batch: of :meth:`_batch`, where several bodies are built
        :rtype: dict
        """
        batch = batch or self._batch(storefront, template)
        variants = batch.variants.get(template, self.env["product.product"])
        return {
            "group_id": template.enord_group_id,
            "group_name": template.name,
            "description": template.description_sale or "",
            "category_path": _category_path(template.categ_id),
            "tax_code": template._enord_tax_code(),
            "is_active": bool(variants),
            "variants": [self._variant_data(storefront, variant, batch) for variant in variants],
        }

    def _variant_data(self, storefront, variant, batch):
        """One member of ``variants``. Override to add members.

        :param CatalogueBatch batch: prices, stock and pictures by the variant's id
        """
        price = batch.prices[variant.id]
        return {
            "sku": variant.enord_sku,
            "variant_title": variant._enord_variant_title(),
            "selling_price": price,
            "mrp": variant.enord_mrp or price,
            "current_stock": events.quantity(batch.totals.get(variant.id, 0.0)),
            "specifications": variant._enord_specifications(),
            "media_assets": [
                batch.address + path for path in batch.pictures.get(variant.id, ())
            ],
        }


def _skus(data):
    return {variant["sku"] for variant in data["variants"]}


def _category_path(category):
    path = []
    while category:
        path.insert(0, category.name)
        category = category.parent_id
    return path


class EnordWebhookEvent(models.Model):
    _inherit = "enord.webhook.event"

    event_type = fields.Selection(
        selection_add=[(events.CATALOG_UPDATE, "Product")],
        ondelete={events.CATALOG_UPDATE: "cascade"},
    )
    product_tmpl_id = fields.Many2one(
        "product.template", "Product", readonly=True, ondelete="set null", index="btree_not_null",
    )

    _deleted_product_idx = models.Index(
        "(storefront_id, key, id) WHERE event_type = 'catalog.update' AND state = 'delivered' "
        "AND product_tmpl_id IS NULL"
    )

    @api.depends("product_tmpl_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for event in self.with_context(active_test=False).filtered("product_tmpl_id"):
            event.display_name = event.product_tmpl_id.display_name
        return result
