import json
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL

from ...contract import events
from ..outbox.webhook_event import RESYNC
from .prices import selling_prices

#: A transaction that changes more products than this lets the changes of others go first.
BULK = 100


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

    @api.model
    def _changed(self, template_ids):
        """Remember that products may look different to a storefront."""
        if template_ids:
            self._collected().setdefault("changed", set()).update(template_ids)

    @api.model
    def _deleted(self, template_ids):
        """Remember products that are deleted, to be withdrawn."""
        self._collected().setdefault("deleted", set()).update(template_ids)

    @api.model
    def _cost_changed(self, template_ids):
        """Remember products whose cost changed, which shows where prices follow from it."""
        self._collected().setdefault("costs", set()).update(template_ids)

    @api.model
    def _skus_given_up(self, skus):
        """Remember SKUs that products may have no longer: others with the same may be sold now."""
        self._collected().setdefault("skus", set()).update(skus)

    def _queue_collected(self, collected):
        changed, costs = collected.get("changed", set()), collected.get("costs", set())
        if costs and self.env["product.pricelist"]._enord_follow_costs():
            changed |= costs
        if changed:
            self._queue_templates(changed | self._sharing_skus(changed, collected))
        if "deleted" in collected:
            self._queue_withdrawals(collected["deleted"])

    def _sharing_skus(self, template_ids, collected):
        """Ids of the products that have a SKU in common with these, or had: of several with one SKU
        the oldest is sold."""
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT other.product_tmpl_id FROM product_product other
             WHERE other.default_code = ANY(%(skus)s::text[])
                OR other.default_code IN (SELECT default_code FROM product_product
                                           WHERE product_tmpl_id = ANY(%(templates)s::int[]))
            """, skus=list(collected.get("skus", ())), templates=list(template_ids),
        ))
        return {template_id for (template_id,) in rows}

    def _queue_templates(self, template_ids):
        self._queue(
            SQL(
                """
                SELECT storefront.id AS storefront_id, %(key)s AS key, NULL AS change_reason,
                       template.id AS product_tmpl_id
                  FROM product_template template
                  JOIN %(listening)s AS storefront
                    ON template.company_id IS NULL OR template.company_id = storefront.company_id
                    -- a product that moved to another company is withdrawn
                    OR EXISTS (SELECT FROM enord_webhook_event known
                                WHERE known.storefront_id = storefront.id AND known.key = %(key)s
                                  AND known.state = 'delivered')
                 WHERE template.id = ANY(%(templates)s::int[])
                """,
                key=self._key(SQL("template.id")), templates=list(template_ids),
                listening=self.env["enord.webhook.event"]._listening(),
            ),
            # a changed category or pricelist must not hold up the stock of other products
            priority=int(len(template_ids) > BULK),
        )

    def _queue_withdrawals(self, template_ids):
        """The rows are gone when the bodies are built: what was told last says what to withdraw."""
        self._queue(SQL(
            """
            SELECT storefront.id AS storefront_id, %(key)s AS key, NULL AS change_reason,
                   NULL::int AS product_tmpl_id
              FROM unnest(%(deleted)s::int[]) AS deleted (id), %(listening)s AS storefront
             WHERE NOT EXISTS (SELECT FROM product_template WHERE id = deleted.id)
            """,
            key=self._key(SQL("deleted.id")), deleted=list(template_ids),
            listening=self.env["enord.webhook.event"]._listening(),
        ))

    def _known_though_deleted(self, storefront):
        """Ids of deleted products of which a storefront was not told that they are."""
        rows = self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (key) split_part(key, ':', 2)::int, body
              FROM enord_webhook_event
             WHERE storefront_id = %s AND event_type = %s AND state = 'delivered'
               AND product_tmpl_id IS NULL
          ORDER BY key, id DESC
            """, storefront.id, self._event_type,
        ))
        return {id_ for id_, body in rows if json.loads(body)["data"]["is_active"]}

    def _queue_all(self, storefront):
        """What the storefront knows but may not sell any more is queued as well, to be
        withdrawn."""
        self._queue_withdrawals(self._known_though_deleted(storefront))
        products = self.env["product.product"]._enord_published_for(storefront)
        self._queue(
            SQL(
                """
                SELECT %(storefront)s AS storefront_id, %(key)s AS key, %(reason)s AS change_reason,
                       product.product_tmpl_id
                  FROM product_product product
                 WHERE product.id = ANY(%(products)s::int[])
                    OR product.product_tmpl_id IN (
                           SELECT product_tmpl_id FROM enord_webhook_event
                            WHERE storefront_id = %(storefront)s AND state = 'delivered'
                              AND event_type = %(event_type)s)
              GROUP BY product.product_tmpl_id
                """,
                storefront=storefront.id, reason=RESYNC, products=products.ids,
                event_type=self._event_type, key=self._key(SQL("product.product_tmpl_id")),
            ),
            priority=1,
        )

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
        new, known = set(), set()
        for event, data in data_of.items():
            skus, before = _skus(data), _skus(acknowledged.get(event.key, {"variants": []}))
            new |= skus - before
            if event.change_reason != RESYNC:  # then all stock is told anyway
                known |= skus & before
        stock = self.env["enord.inventory.change"]
        stock._queue_skus(storefront, new)
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
            pictures=variants._enord_pictures(),
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
            "sku": variant.default_code,
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

    @api.depends("product_tmpl_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for event in self.with_context(active_test=False).filtered("product_tmpl_id"):
            event.display_name = event.product_tmpl_id.display_name
        return result
