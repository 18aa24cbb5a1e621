import json

from odoo import api, models
from odoo.tools import SQL

from ..outbox.webhook_event import RESYNC
from .catalogue_filter import COSTS, chosen_by

#: A transaction that changes more products than this lets the changes of others go first.
BULK = 100


class EnordCatalogUpdate(models.AbstractModel):
    """Which products are looked at, and when."""

    _inherit = "enord.catalog.update"

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
        if costs and (
            self.env["product.pricelist"]._enord_follow_costs() or chosen_by(self.env, COSTS)
        ):
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
             WHERE other.enord_sku = ANY(%(skus)s::text[])
                OR other.enord_sku IN (SELECT enord_sku FROM product_product
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
                  JOIN (%(listening)s AS storefront
                         JOIN res_company company ON company.id = storefront.company_id)
                    ON template.company_id IS NULL
                    -- a branch sells what its parent companies have
                    OR template.company_id::text = ANY(string_to_array(company.parent_path, '/'))
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

    def _queue_differing(self, storefront, templates, batch):
        """Queue, behind what is live, what looks otherwise than a storefront was told.

        :param CatalogueBatch batch: of these products
        """
        keys = {template: f"{self._key_prefix}:{template.id}" for template in templates}
        told = self.env["enord.webhook.event"]._told_last(storefront, keys.values())
        differing = []
        for template, key in keys.items():
            last = told[key]
            if last.is_waiting:
                continue
            data = self._data(storefront, template, batch)
            if (data["is_active"] or last.body) and self._content_hash(data) != last.hash:
                differing.append(template.id)
        self._queue_of(storefront, differing)

    def _queue_of(self, storefront, template_ids, reason=None):
        """Queue products for one storefront, behind what is live; without a reason to be sent
        where they differ. One for which the same waits is left out."""
        key = self._key(SQL("template.id"))
        self._queue(
            SQL(
                """
                SELECT %(storefront)s AS storefront_id, %(key)s AS key,
                       %(reason)s::text AS change_reason, template.id AS product_tmpl_id
                  FROM unnest(%(templates)s::int[]) AS template (id)
                 WHERE NOT EXISTS (
                       SELECT FROM enord_webhook_event waiting
                        WHERE waiting.storefront_id = %(storefront)s AND waiting.key = %(key)s
                          AND waiting.state = 'pending' AND waiting.body IS NULL
                          AND waiting.change_reason IS NOT DISTINCT FROM %(reason)s::text)
                """,
                storefront=storefront.id, templates=template_ids, reason=reason, key=key,
            ),
            priority=1,
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
        self._queue_published(storefront, RESYNC)

    def _queue_published(self, storefront, reason=None):
        """Queue what a storefront sells or knows; without a reason to be sent where it differs."""
        products = self.env["product.product"]._enord_published_for(storefront)
        self._queue(
            SQL(
                """
                SELECT %(storefront)s AS storefront_id, %(key)s AS key,
                       %(reason)s::text AS change_reason, product.product_tmpl_id
                  FROM product_product product
                 WHERE product.id = ANY(%(products)s::int[])
                    OR product.product_tmpl_id IN (
                           SELECT product_tmpl_id FROM enord_webhook_event
                            WHERE storefront_id = %(storefront)s AND state = 'delivered'
                              AND event_type = %(event_type)s)
              GROUP BY product.product_tmpl_id
                """,
                storefront=storefront.id, reason=reason, products=products.ids,
                event_type=self._event_type, key=self._key(SQL("product.product_tmpl_id")),
            ),
            priority=1,
        )
