import re

from odoo import api, models
from odoo.tools import SQL

from .address import postal_values
from .sameness import (
    SHORTEST_PHONE,
    address_key,
    email_key,
    identifying_email,
    one_line,
    own_companies,
    phone_key,
    text_key,
)
from .tax_ids import COUNTRY_OF_PREFIX, is_anybodys, plain

MOST_CANDIDATES = 5000


class EnordCustomer(models.AbstractModel):
    """Which customer a storefront means. What other people may have as well identifies nobody: a
    name alone, a tax id that is none, an e-mail that shops write for whoever has none."""

    _inherit = "enord.customer"

    @api.model
    def _find(self, storefront, customer, tax_id):
        """The customer by valid tax id; by e-mail; by name together with an invalid tax id, the
        telephone or the address; or none.

        :param customer: :class:`~...contract.requests.CustomerDetails`
        :param tax_id: :class:`~.tax_ids.TaxId`
        :rtype: res.partner
        """
        self.env["res.partner"].flush_model()
        self.env["sale.order"].flush_model(["partner_id", "enord_storefront_id"])
        return (
            self._by_tax_id(storefront, customer, tax_id)
            or self._by_email(storefront, customer, tax_id)
            or self._by_name(storefront, customer, tax_id)
        )

    def _by_tax_id(self, storefront, customer, tax_id):
        if not tax_id.country_code:
            return self.env["res.partner"]
        # the indexes of res.partner
        found = self._customers(storefront, SQL(
            """
            SELECT id FROM res_partner
             WHERE upper(regexp_replace(vat, '[^0-9A-Za-z]', '', 'g')) = ANY(%(forms)s::text[])
             UNION
            SELECT id FROM res_partner
             WHERE upper(regexp_replace(enord_tax_id, '[^0-9A-Za-z]', '', 'g'))
                   = ANY(%(forms)s::text[])
               AND enord_storefront_id = %(storefront)s
             LIMIT %(most)s
            """, forms=list(tax_id.forms), storefront=storefront.id, most=MOST_CANDIDATES,
        ))
        return _first(storefront, customer, found.filtered(
            lambda partner: _is_of_country(partner, tax_id)
        ))

    def _by_email(self, storefront, customer, tax_id):
        email = identifying_email(self.env, customer.email)
        if not email:
            return self.env["res.partner"]
        # a contact stands for its company; whoever has bought is the storefront's customer, too
        found = self._customers(storefront, SQL(
            """
            SELECT customer.id
              FROM res_partner known
              JOIN res_partner customer ON customer.id = known.commercial_partner_id
             WHERE known.email_normalized = %(email)s AND known.active
               AND (%(storefront)s IN (known.enord_storefront_id, customer.enord_storefront_id)
                    OR EXISTS (SELECT FROM sale_order sale
                                WHERE sale.partner_id = customer.id
                                  AND sale.enord_storefront_id = %(storefront)s))
             LIMIT %(most)s
            """, email=email, storefront=storefront.id, most=MOST_CANDIDATES,
        ))
        return _first(storefront, customer, found.filtered(
            # who has another tax id is another customer, though one person buys for both
            lambda partner: not _has_other_tax_id(partner, tax_id)
            and (partner.vat or not tax_id.country_code or _is_namesake(partner, customer))
        ))

    def _by_name(self, storefront, customer, tax_id):
        places = {
            address_key(postal_values(storefront, address))
            for address in (customer.billing_address, customer.shipping_address)
            if address and text_key(address.name or customer.name) == text_key(customer.name)
        } - {()}
        weak_forms = tax_id.forms if not tax_id.country_code else ()
        same = {
            row["customer_id"] for row in self._namesakes(storefront, customer)
            if self._same_phone(storefront, customer.phone, row)
            or (address_key(row) in places and text_key(row["name"]) == text_key(customer.name))
            or ({plain(row["vat"]), plain(row["enord_tax_id"])}.intersection(weak_forms)
                and not _differ(email_key(row["email"]), email_key(customer.email)))
        }
        found = self._customers(storefront, SQL("SELECT unnest(%s::int[])", list(same)))
        return _first(storefront, customer, found.filtered(
            lambda partner: not _has_other_tax_id(partner, tax_id)
        ))

    def _namesakes(self, storefront, customer):
        """The storefront's customers of this name and their contacts, as dictionaries."""
        # an index of res.partner
        self.env.cr.execute(SQL(
            r"""
            SELECT customer.id AS customer_id, customer.vat, customer.enord_tax_id, customer.email,
                   place.name, place.phone, place.street, place.street2, place.city, place.zip,
                   place.country_id
              FROM res_partner customer
              JOIN res_partner place ON place.commercial_partner_id = customer.id AND place.active
             WHERE customer.enord_storefront_id = %s
               AND lower(regexp_replace(normalize(customer.name, NFKC), '\s+', ' ', 'g'))
                   = lower(%s)
             LIMIT %s
            """, storefront.id, one_line(customer.name), MOST_CANDIDATES,
        ))
        return self.env.cr.dictfetchall()

    def _same_phone(self, storefront, phone, row):
        """Whether one of :meth:`_namesakes` has this telephone number."""
        ends = {re.sub(r"\D", "", text or "")[-SHORTEST_PHONE:] for text in (phone, row["phone"])}
        if len(ends) > 1:
            return False  # without formatting a thousand numbers
        partners, home = self.env["res.partner"], storefront.company_id.country_id
        country = home.browse(row["country_id"]) or home
        key = phone_key(partners, phone, home)
        return bool(key) and phone_key(partners, row["phone"], country) == key

    def _customers(self, storefront, ids):
        """Those of these partners to whom the storefront may sell.

        Companies of this database and their contacts are no customers; nor are staff, who buy for
        themselves as customers beside.

        :param SQL ids: a query
        """
        found = [row[0] for row in self.env.execute_query(ids)]
        if not found:
            return self.env["res.partner"]
        domain = [
            ("id", "in", found),
            ("active", "=", True),
            ("ref_company_ids", "=", False),
            # as Odoo has it: a branch sells to the customers of the company that it belongs to
            ("company_id", "in", [False, *storefront.company_id.parent_ids.ids]),
            ("partner_share", "=", True),
        ]
        if storefront.own_customers_only:
            domain.append(("enord_storefront_id", "=", storefront.id))
        # of companies those that are archived, too
        partners = self.env["res.partner"].with_context(active_test=False).search(
            domain, order="id",
        ).with_env(self.env)
        return partners.filtered(
            lambda partner: partner.commercial_partner_id == partner
            and not (partner.parent_id and own_companies(self.env) & _with_parents(partner))
        )


def _first(storefront, customer, partners):
    """Of several, the storefront's own, then who has the name, then the oldest."""
    return partners.sorted(lambda partner: (
        partner.enord_storefront_id != storefront, not _is_namesake(partner, customer), partner.id,
    ))[:1]


def _with_parents(partner):
    partners = partner
    while partner := partner.parent_id:
        partners |= partner
    return partners


def _is_namesake(partner, customer):
    return text_key(partner.name) == text_key(customer.name)


def _differ(known, sent):
    return bool(known and sent and known != sent)


def _has_other_tax_id(partner, tax_id):
    numbers = (partner.vat, partner.enord_tax_id)
    known = {plain(number) for number in numbers if number and not is_anybodys(number)} - {""}
    return bool(tax_id.forms and known and not known & tax_id.forms)


def _is_of_country(partner, tax_id):
    """Whether the partner's number is one of the country that has checked the tax id: another
    country may have the same digits."""
    if not partner.country_id or partner.country_id.code == tax_id.country_code:
        return True
    prefix = plain(partner.vat or partner.enord_tax_id)[:2]
    return COUNTRY_OF_PREFIX.get(prefix, prefix) == tax_id.country_code
