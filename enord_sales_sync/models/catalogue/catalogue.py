from dataclasses import dataclass

from odoo import models
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ...contract import events


@dataclass
class CatalogueBatch:
    """What the bodies of several products are built from, read in a few queries.

    ``variants``: published ``product.product`` by ``product.template``; ``prices``, ``totals``
    (sellable units over all warehouses) and ``pictures`` (paths) by variant id.
    """

    variants: dict
    prices: dict
    totals: dict
    pictures: dict


class EnordStorefront(models.Model):
    """What a storefront is told of products and stock, built from committed state."""

    _inherit = "enord.storefront"

    def _published_domain(self):
        """Domain on ``product.product`` of what this storefront sells.

        Override to publish by another rule.
        """
        self.ensure_one()
        return Domain([
            ("active", "=", True),
            ("default_code", "!=", False),
            ("sale_ok", "=", True),
            ("enord_published", "=", True),
            ("company_id", "in", [False, self.company_id.id]),
        ]) & self._counted_domain() & Domain(safe_eval(self.product_domain or "[]"))

    def _counted_domain(self):
        """Domain on ``product.product`` of what has a quantity: tracked goods."""
        return Domain("is_storable", "=", True)

    def _published_products(self, domain=None):
        """Published products, one for each SKU: of several with the same SKU the oldest.

        :param domain: which of them are asked for
        """
        products = self.env["product.product"].search(
            self._published_domain() & Domain(domain or []), order="id",
        )
        oldest = self._published_by_sku(set(products.mapped("default_code")))
        return products.filtered(lambda product: oldest[product.default_code] == product)

    def _published_by_sku(self, skus):
        """``{sku: product}`` of those SKUs that this storefront sells."""
        products = self.env["product.product"].search(
            self._published_domain() & Domain("default_code", "in", list(skus)), order="id desc",
        )
        return {product.default_code: product for product in products}

    def _catalog_batch(self, templates):
        """What is read at once for the bodies of several products.

        :rtype: CatalogueBatch
        """
        variants = self._published_products([("product_tmpl_id", "in", templates.ids)])
        totals = {}
        for (product_id, _warehouse_id), quantity in self._sellable(variants).items():
            totals[product_id] = totals.get(product_id, 0.0) + quantity
        return CatalogueBatch(
            variants=variants.grouped("product_tmpl_id"),
            prices=self._selling_prices(variants),
            totals=totals,
            pictures=variants._enord_pictures(),
        )

    def _catalog_data(self, template, batch=None):
        """``data`` of ``catalog.update`` (specification, section 4.1).

        Override to add members; what is added is sent as it stands.

        :param template: one ``product.template``, archived or not
        :param batch: of :meth:`_catalog_batch`, where several bodies are built
        :rtype: dict
        """
        self.ensure_one()
        batch = batch or self._catalog_batch(template)
        variants = batch.variants.get(template, self.env["product.product"])
        return {
            "group_id": template.enord_group_id,
            "group_name": template.name,
            "description": template.description_sale or "",
            "category_path": self._category_path(template.categ_id),
            "tax_code": template._enord_tax_code(),
            "is_active": bool(variants),
            "variants": [
                self._variant_data(variant, batch) for variant in variants
            ],
        }

    def _variant_data(self, variant, batch):
        """One member of ``variants`` in ``catalog.update``. Override to add members.

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
                self.get_base_url() + path for path in batch.pictures.get(variant.id, ())
            ],
        }

    def _selling_prices(self, products):
        """``{product_id: float}`` by the storefront's pricelist, rounded to its currency."""
        if not products:
            return {}
        prices = self.pricelist_id._get_products_price(
            products, 1.0, currency=self.currency_id,
        )
        return {
            product.id: self.currency_id.round(self._shown_price(product, prices[product.id]))
            for product in products
        }

    def _category_path(self, category):
        path = []
        while category:
            path.insert(0, category.name)
            category = category.parent_id
        return path

    def _inventory_data(self, product, warehouse, reason):
        """``data`` of ``inventory.change`` (specification, section 4.2). Override to add members.

        :rtype: dict
        """
        quantity = self._sellable(product, warehouse).get((product.id, warehouse.id), 0.0)
        return self._inventory_data_of(product, warehouse, reason, quantity)

    def _inventory_data_of(self, product, warehouse, reason, quantity):
        return {
            "sku": product.default_code,
            "location_code": warehouse.enord_location_code,
            "new_quantity": events.quantity(quantity),
            "change_reason": reason,
        }
