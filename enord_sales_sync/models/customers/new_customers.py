"""What every new customer of a storefront has from the beginning."""

from odoo import fields, models

from .tax_ids import is_anybodys

#: The consumer who gives no tax id, by country: Odoo's contacts for counter sales.
CONSUMERS = {
    "AR": "l10n_ar.par_cfa",
    "CL": "l10n_cl.par_cfa",
    "EC": "l10n_ec.ec_final_consumer",
    "PE": "l10n_pe_pos.partner_pe_cf",
    "UY": "l10n_uy.partner_cfu",
}
#: Numbers of one company alone.
OWN_NUMBERS = {"vat", "company_registry"}
ID_TYPE = "l10n_latam_identification_type_id"


class EnordStorefront(models.Model):
    _inherit = "enord.storefront"

    new_customers_like_id = fields.Many2one(
        "res.partner", check_company=True, tracking=True,
        help="A contact made for this purpose: each new customer of this storefront begins with "
             "its fiscal position, terms, accounts, and what the tax authority of your country "
             "wants to know of whoever is invoiced. Where none is chosen, and Odoo has a contact "
             "for the consumer without a tax ID (Argentina, Chile, Ecuador, Peru, Uruguay), as "
             "that one.",
    )


class EnordCustomer(models.AbstractModel):
    _inherit = "enord.customer"

    def _usual_values(self, storefront, country, tax_id):
        """What a new customer of a storefront begins with, as values of a ``res.partner``.

        Some countries' documents cannot be posted for a customer of whom the tax authority knows
        nothing, which no order tells.

        :param country: of the customer
        :param dict tax_id: values for what the customer gave as a tax id
        """
        like = storefront.new_customers_like_id or self._consumer(storefront)
        if not like:
            return {}
        like = like.with_company(storefront.company_id)
        names = set(like._commercial_fields()) - OWN_NUMBERS
        usual = like.default_get(list(names))
        values = {
            name: value
            for name, value in like._convert_to_write({name: like[name] for name in names}).items()
            if value != usual.get(name, False)
        }
        if not tax_id.get("vat"):
            return values | ({"vat": like.vat} if is_anybodys(like.vat) else {})
        return values | self._kind_of_tax_id(country)

    def _wanted_of_all(self, storefront, partner):
        """The same of a customer that is known: what a tax authority wants to know, but no terms or
        accounts, which are a company's own choice."""
        values = self._usual_values(storefront, partner.country_id, {"vat": True})
        return {
            name: value for name, value in values.items()
            if not partner._fields[name].company_dependent
        }

    def _consumer(self, storefront):
        code = storefront.company_id.account_fiscal_country_id.code
        found = code in CONSUMERS and self.env.ref(CONSUMERS[code], raise_if_not_found=False)
        return found or self.env["res.partner"]

    def _kind_of_tax_id(self, country):
        """In Latin America a contact says what its number is: here the tax id of the country, where
        there is one kind of it."""
        if ID_TYPE not in self.env["res.partner"]._fields:
            return {}
        kinds = self.env["l10n_latam.identification.type"].search([
            ("country_id", "=", country.id), ("is_vat", "=", True),
        ])
        return {ID_TYPE: kinds.id} if len(kinds) == 1 else {}
