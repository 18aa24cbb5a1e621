from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: The reasons of :mod:`..sellable.unpublished` in a word or two, in their order, and last what is
#: online.
ONLINE = [
    ("archived", "Archived"),
    ("other_company", "Other Company"),
    ("filtered", "Left Out by the Filter"),
    ("not_for_sale", "Not for Sale"),
    ("withdrawn", "Withdrawn"),
    ("not_tracked", "Stock Not Tracked"),
    ("no_sku", "No SKU"),
    ("odd_sku", "Odd SKU"),
    ("other_rule", "Left Out by Another Rule"),
    ("double_sku", "SKU Taken"),
    ("online", "Online"),
]
PARTLY = ("partly", "Some Variants")
STEP = {name: step for step, (name, _label) in enumerate(ONLINE)}


class ProductProduct(models.Model):
    """Whether a variant is online, by the very rule by which it is published."""

    _inherit = "product.product"

    enord_online = fields.Selection(
        ONLINE, "Online", compute="_compute_enord_online", search="_search_enord_online",
        compute_sudo=True,
        help="Whether a storefront sells it; else what is in the way. Of several storefronts the "
             "one that comes closest counts.",
    )

    @api.depends("active", "enord_published", "sale_ok", "company_id", "enord_sku", "is_storable")
    @api.depends_context("allowed_company_ids")
    def _compute_enord_online(self):
        known = self._origin.exists()
        found = [known._enord_why_unpublished(one) for one in self._enord_storefronts()]
        for product in self:
            product.enord_online = max(
                (_state(why[product._origin]) for why in found if product._origin in why),
                key=STEP.get, default=False,
            )

    @api.model
    def _enord_storefronts(self):
        return self.env["enord.storefront"].sudo().search(
            [("company_id", "in", self.env.companies.ids)]
        )

    def _search_enord_online(self, operator, value):
        if operator != "in":
            return NotImplemented
        storefronts = self._enord_storefronts()
        online = Domain.OR(map(self._enord_online_domain, storefronts))
        return Domain.OR(
            online if name == "online" else Domain.OR(
                self._enord_misses_domain(storefront, name) for storefront in storefronts
            ) & ~online
            for name in value if name
        )

    @api.model
    def _enord_online_domain(self, storefront):
        """What a storefront sells: of several products with one SKU the oldest."""
        Product = self.sudo().with_context(active_test=False)
        published = Product._search(Product._enord_published_domain(storefront))
        return Domain("id", "in", SQL(
            "(SELECT DISTINCT ON (enord_sku) id FROM (%s) AS published ORDER BY enord_sku, id)",
            published.select(
                SQL.identifier(published.table, "id"), SQL.identifier(published.table, "enord_sku"),
            ),
        ))

    @api.model
    def _enord_misses_domain(self, storefront, name):
        """What a storefront does not sell, for one reason before all others."""
        terms = self._enord_published_terms(storefront)
        if name == "double_sku":
            return self._enord_published_domain(storefront)
        if name == "other_rule":
            return Domain.AND(terms.values()) & ~self._enord_published_domain(storefront)
        missed = "no_sku" if name == "odd_sku" else name
        met = [term for reason, term in terms.items() if STEP[reason] < STEP[missed]]
        has_code = Domain("default_code", "not in", (False, ""))
        of_code = {"no_sku": ~has_code, "odd_sku": has_code}.get(name, Domain.TRUE)
        return Domain.AND([*met, ~terms[missed], of_code])


class ProductTemplate(models.Model):
    _inherit = "product.template"

    enord_online = fields.Selection(
        [*ONLINE, PARTLY], "Online", compute="_compute_enord_online",
        search="_search_enord_online", compute_sudo=True,
        help="Whether a storefront sells it; else what is in the way.",
    )
    enord_sku_problem = fields.Text(
        compute="_compute_enord_sku_problem", compute_sudo=True,
        help="Why storefronts cannot order its variants by their internal references.",
    )

    @api.depends("product_variant_ids.enord_online")
    def _compute_enord_online(self):
        for template in self:
            variants = template.with_context(active_test=not template.active).product_variant_ids
            states = set(variants.mapped("enord_online")) - {False}
            template.enord_online = (
                "partly" if "online" in states and len(states) > 1
                else max(states, key=STEP.get, default=False)
            )

    def _search_enord_online(self, operator, value):
        if operator != "in":
            return NotImplemented
        def any_variant(domain):
            return Domain("product_variant_ids", "any", domain)

        partly = any_variant([("enord_online", "=", "online")]) & any_variant(
            [("enord_online", "!=", "online")]
        )
        names = [name for name in value if name and name != "partly"]
        return Domain.OR([
            any_variant([("enord_online", "in", names)]), *([partly] * ("partly" in value)),
        ])

    @api.depends("default_code", "enord_published", "product_variant_ids.enord_sku_problem")
    def _compute_enord_sku_problem(self):
        for template in self:
            variants = template.product_variant_ids
            if len(variants) <= 1:
                template.enord_sku_problem = variants._enord_sku_problem_of(
                    template.default_code, template.enord_published,
                )
            else:
                problems = dict.fromkeys(filter(None, variants.mapped("enord_sku_problem")))
                template.enord_sku_problem = "\n".join(problems) or False


def _state(why):
    return why[0] if why else "online"
