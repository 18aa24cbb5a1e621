"""Which products a storefront's own filter chooses, and what is sold while it cannot be applied:
what it names may have gone with the module that brought it."""

import psycopg2
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache
from odoo.tools.safe_eval import safe_eval

from ...contract.problem import Problem
from ..storefront.language import language

#: What PostgreSQL says of a query that it does not understand.
SQL_ERRORS = (psycopg2.ProgrammingError, psycopg2.DataError)
#: Context in which a filter that cannot be applied leaves nothing out.
UNFILTERED = "enord_unfiltered"


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _enord_filter_domain(self, storefront):
        """Domain of what a storefront's filter chooses; while it cannot be applied everything stays
        as the storefront knows it."""
        if not filter_error(storefront):
            return self._enord_chosen_domain(storefront, Domain(_values(storefront.product_domain)))
        if self.env.context.get(UNFILTERED):
            return Domain.TRUE
        return self._enord_known_domain(storefront)

    @api.model
    def _enord_chosen_domain(self, storefront, domain):
        """What a filter chooses is the same whoever asks, in whichever context: what is archived is
        as if it were not, names are in the storefront's language, costs its company's."""
        if domain.is_true():
            return domain
        asking = self.with_context(
            active_test=True, lang=language(storefront),
            allowed_company_ids=storefront.company_id.ids,
        )
        # an archived product is left out for being archived
        return Domain("id", "in", asking._search(domain, active_test=False))

    @api.model
    def _enord_known_domain(self, storefront):
        """Domain of what a storefront knows already; extended by who has told it."""
        return Domain.FALSE

    @api.model
    @ormcache("text")
    def _enord_filter_error(self, text):
        """Why a filter cannot be applied, in Odoo's words; empty where it can be.

        :param str text: as the storefront has it
        """
        self.env.flush_all()  # what is wrong with other records is not the filter's
        try:
            with self.env.cr.savepoint():
                self.sudo().search_count(Domain(_values(text)), limit=1)
        except Exception as error:
            if isinstance(error, psycopg2.Error) and not isinstance(error, SQL_ERRORS):
                raise  # a conflict, a time limit or a lost connection says nothing of it
            return str(error).partition("\n")[0] or repr(error)
        return ""

    @api.model
    def _enord_to_be_had(self, storefront, skus):
        """``{sku: product}`` of those SKUs that an order is given: what a storefront sells, and,
        while its filter cannot be applied, whatever else is for sale."""
        by_sku = self._enord_by_sku(storefront, skus)
        left = set(skus) - by_sku.keys()
        if left and filter_error(storefront):
            every = self.with_context(**{UNFILTERED: True})._enord_by_sku(storefront, left)
            by_sku |= {sku: product.with_env(self.env) for sku, product in every.items()}
        return by_sku

    @api.model
    def _enord_check_listed(self, storefront):
        """Before everything is listed that a storefront sells.

        :raise Problem: 503 where that is not known: an empty list would say that it sells nothing
        """
        known = self.with_context(active_test=False).sudo()
        if filter_error(storefront) and not known.search_count(
            known._enord_known_domain(storefront), limit=1
        ):
            raise Problem(
                503, "filter_broken", "The ERP's choice of products for this storefront cannot be "
                "applied just now; its staff are told. Keep what you have.",
                headers={"Retry-After": "300"},
            )


def filter_error(storefront):
    """Why a storefront's filter cannot be applied, in Odoo's words; empty where it can be."""
    return storefront.env["product.product"]._enord_filter_error(storefront.product_domain or "[]")


def filter_trouble(storefront, error):
    """What staff are told of it.

    :param str error: of :func:`filter_error`
    """
    return storefront.env._("The filter of products cannot be applied: %s", error)


def _values(text):
    # values, save one that an earlier version has accepted
    return safe_eval(text or "[]")
