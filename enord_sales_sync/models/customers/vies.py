"""Whether a tax id of the European Union is valid says a server of the Union, where a company has
Odoo ask (VIES): slowly, or after seconds that it does not answer."""

from typing import NamedTuple

from odoo import models

from .customer import own_address


class Asked(NamedTuple):
    """Value of the context key ``enord_asked``: a class of its own, which nobody sends over RPC.

    :param dict values: of the ``res.partner`` of a new customer
    """

    values: dict


class EnordCustomer(models.AbstractModel):
    _inherit = "enord.customer"

    def _ask_before(self, storefront, customer):
        """Have the tax id of a new customer looked up before anybody waits for this order's locks.

        :param customer: :class:`~...contract.requests.CustomerDetails`
        :rtype: Asked
        """
        if not customer.tax_id or not self._asks_vies():
            return Asked({})
        partner = self._find(storefront, customer, self._tax_id(storefront, customer))
        country = partner.country_id
        if not partner:
            country = country.browse(own_address(storefront, customer)["country_id"])
        vat = not partner.vat and self._tax_id_values(storefront, customer, country).get("vat")
        if not vat:
            return Asked({})
        looked_up = partner.new({"vat": vat, "country_id": country.id})
        return Asked({"vies_valid": looked_up.vies_valid})

    def _asked(self, tax_id):
        """What was asked before, as values of the ``res.partner`` that gets this tax id."""
        asked = self.env.context.get("enord_asked")
        return asked.values if tax_id.get("vat") and isinstance(asked, Asked) else {}

    def _asks_vies(self):
        companies = self.env["res.company"].sudo()
        return "vat_check_vies" in companies._fields and companies.search_count(
            [("vat_check_vies", "=", True)], limit=1
        )
