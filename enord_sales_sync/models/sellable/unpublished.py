"""Why a storefront does not sell a product, by the very terms of what it sells."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Beside the keys of ``_enord_published_terms``: an internal reference that is no SKU; the rule of
#: another add-on; of several products with one SKU the oldest is sold.
ODD_SKU, OTHER_RULE, DOUBLE_SKU = "odd_sku", "other_rule", "double_sku"


def reasons(env):
    """What each reason says to staff, in the order in which they are looked for."""
    return {
        "archived": env._("It is archived"),
        "other_company": env._("It belongs to another company"),
        "filtered": env._("The storefront's filter leaves it out"),
        "not_for_sale": env._("It cannot be sold (Sales is not ticked)"),
        "withdrawn": env._("Sold Online is not ticked"),
        "not_tracked": env._("Its inventory is not tracked"),
        "no_sku": env._("It has no internal reference (SKU)"),
        ODD_SKU: env._("Its internal reference is too long, or nothing that one can see"),
        OTHER_RULE: env._("A rule of another module leaves it out"),
        DOUBLE_SKU: env._("An older product has the same internal reference"),
    }


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _enord_why_unpublished(self, storefront):
        """Why a storefront does not sell these products: everything that has to be mended.

        :return: ``{product: [key of reasons()]}``, an empty list where it sells it
        """
        every = self.sudo().with_context(active_test=False)
        among = Domain("id", "in", self.ids)
        found = {product.id: [] for product in self}

        def note(reason, held):
            for product_id in found.keys() - set(held.ids):
                found[product_id].append(reason)

        for reason, term in every._enord_published_terms(storefront).items():
            note(reason, every.search(among & term))
        published = every.search(among & every._enord_published_domain(storefront))
        doubles = every._enord_doubles(
            storefront, [sku for sku in every.browse(self.ids).mapped("enord_sku") if sku],
        )
        for product_id, why in found.items():
            if "no_sku" in why and every.browse(product_id).default_code:
                why[why.index("no_sku")] = ODD_SKU
            elif not why and product_id not in published.ids:
                why.append(OTHER_RULE)
            elif product_id in doubles.ids:
                why.append(DOUBLE_SKU)
        return {product: found[product.id] for product in self}

    @api.model
    def _enord_unpublished(self, storefront):
        """What a storefront does not sell of all products, each under the first reason.

        A search for each reason, however many products there are.

        :return: ``{key of reasons(): products}``, and last ``None``: what it sells
        """
        every = self.sudo().with_context(active_test=False)
        left, held, found = every.search(Domain.TRUE), Domain.TRUE, {}
        for reason, term in [
            *every._enord_published_terms(storefront).items(),
            (OTHER_RULE, every._enord_published_domain(storefront)),
        ]:
            held &= term
            holding = every.search(held)
            found[reason] = left - holding
            left = holding
        odd = found["no_sku"].filtered("default_code")
        found |= {"no_sku": found["no_sku"] - odd, ODD_SKU: odd}
        doubles = every._enord_doubles(storefront)
        return {**found, DOUBLE_SKU: doubles, None: left - doubles}

    @api.model
    def _enord_doubles(self, storefront, skus=None):
        """What a storefront would sell, had no older product the same SKU.

        :param skus: of those with these; all by default
        """
        among = Domain.TRUE if skus is None else Domain("enord_sku", "in", skus)
        published = self._search(self._enord_published_domain(storefront) & among)
        rows = self.env.execute_query(SQL(
            """
            SELECT id FROM (SELECT id, MIN(id) OVER (PARTITION BY enord_sku) AS oldest
                              FROM product_product WHERE id IN %s) AS sold
             WHERE id <> oldest
          ORDER BY id
            """, published.subselect(),
        ))
        return self.browse(id_ for (id_,) in rows)
