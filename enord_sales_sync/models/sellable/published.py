from odoo import api, fields, models
from odoo.fields import Domain

from ...contract.problem import FieldError, Problem


class ProductTemplate(models.Model):
    _inherit = "product.template"

    enord_published = fields.Boolean(
        "Sold Online", default=True,
        help="Untick to withdraw the product from every storefront. Products without a SKU "
             "(internal reference) are never sent.",
    )


class ProductProduct(models.Model):
    """Which products a storefront sells."""

    _inherit = "product.product"

    @api.model
    def _enord_published_domain(self, storefront):
        """Domain on ``product.product`` of what a storefront sells.

        Override to publish by another rule.
        """
        return Domain.AND(self._enord_published_terms(storefront).values())

    @api.model
    def _enord_published_terms(self, storefront):
        """What has to hold of every product that a storefront sells.

        :return: ``{why it is not sold where this does not hold: domain}``, see
            :mod:`.unpublished`
        :rtype: dict[str, Domain]
        """
        return {
            "archived": Domain("active", "=", True),
            "other_company": Domain(self._check_company_domain(storefront.company_id)),
            "filtered": self._enord_filter_domain(storefront),
            "not_for_sale": Domain("sale_ok", "=", True),
            "withdrawn": Domain("enord_published", "=", True),
            "not_tracked": self._enord_counted_domain(storefront),
            "no_sku": Domain("enord_sku", "!=", False),
        }

    @api.model
    def _enord_counted_domain(self, storefront):
        """Domain on ``product.product`` of what has a quantity: tracked goods.

        Override to publish products that are not tracked themselves.
        """
        return Domain("is_storable", "=", True)

    @api.model
    def _enord_published_for(self, storefront, domain=None):
        """Published products, one for each SKU: of several with the same SKU the oldest.

        :param domain: which of them are asked for
        """
        products = self.search(
            self._enord_published_domain(storefront) & Domain(domain or []), order="id",
        )
        oldest = self._enord_by_sku(storefront, set(products.mapped("enord_sku")))
        return products.filtered(lambda product: oldest[product.enord_sku] == product)

    @api.model
    def _enord_by_sku(self, storefront, skus):
        """``{sku: product}`` of those SKUs that a storefront sells."""
        products = self.search(
            self._enord_published_domain(storefront) & Domain("enord_sku", "in", list(skus)),
            order="id desc",
        )
        return {product.enord_sku: product for product in products}

    @api.model
    def _enord_asked_for(self, storefront, asked):
        """``{sku: product}`` of the SKUs of a request.

        :param asked: ``(pointer, sku)`` pairs
        :raise Problem: 422 naming every SKU that this storefront does not sell
        """
        by_sku = self._enord_to_be_had(storefront, {sku for _pointer, sku in asked})
        errors = [
            FieldError(
                pointer, "unknown_sku", f"{sku} is not sold by this storefront", {"sku": sku},
            )
            for pointer, sku in asked if sku not in by_sku
        ]
        if errors:
            raise Problem(
                422, "unknown_sku", "Some SKUs are not known; nothing was written.", errors
            )
        return by_sku
