import hashlib

from odoo import api, models

from ..api.locked_transaction import CUSTOMER_LOCK
from .address import postal_values
from .place_of_supply import state_of_tax_id
from .sameness import identifying_email, text_key
from .tax_ids import NO_TAX_ID, is_anybodys, storable, tax_id_of

POSTAL_FIELDS = ("street", "street2", "city", "state_id", "zip", "country_id")


class EnordCustomer(models.AbstractModel):
    """Who bought: one partner for each customer."""

    _name = "enord.customer"
    _description = "Customers of Storefronts"

    @api.model
    def _locks(self, storefront, customer):
        """Advisory locks on everything that identifies the customer, alone or with something else:
        of two orders that share one of them, the second finds the partner that the first has made.
        """
        tax_id = self._tax_id(storefront, customer)
        identities = {
            "tax": min(tax_id.forms, key=len, default=""),
            "email": identifying_email(self.env, customer.email),
            "name": f"{storefront.id}:{text_key(customer.name)}",
        }
        # a branch's storefront finds the customers of the company that it belongs to
        company = storefront.company_id.root_id
        return [
            (CUSTOMER_LOCK, _number(f"{company.id}:{kind}:{value}"))
            for kind, value in identities.items() if value
        ]

    @api.model
    def _of(self, storefront, customer):
        """Find the customer, or create it.

        What a customer lacks is filled in where the storefront has made it; nothing else of any
        customer is changed.

        :param customer: :class:`~...contract.requests.CustomerDetails`
        :rtype: res.partner
        """
        partner = self._find(storefront, customer, self._tax_id(storefront, customer))
        if not partner:
            return self._create_partner(storefront, customer)
        if self._is_own(storefront, partner) and text_key(partner.name) == text_key(customer.name):
            self._fill_in(storefront, customer, partner)
        return partner

    @api.model
    def _is_own(self, storefront, partner):
        """Whether the storefront has made this customer."""
        return partner.enord_storefront_id == storefront

    @api.model
    def _is_new_to(self, storefront, partner):
        """Whether a customer came otherwise, and has bought nothing in the storefront yet."""
        return not self._is_own(storefront, partner) and not self.env["sale.order"].search_count([
            ("partner_id", "=", partner.id), ("enord_storefront_id", "=", storefront.id),
        ], limit=1)

    def _tax_id(self, storefront, customer):
        if not customer.tax_id:
            return NO_TAX_ID
        country = self.env["res.country"].browse(own_address(storefront, customer)["country_id"])
        return tax_id_of(storefront, customer.tax_id, country)

    def _create_partner(self, storefront, customer):
        postal = own_address(storefront, customer)
        country = self.env["res.country"].browse(postal["country_id"])
        tax_id = self._tax_id_values(storefront, customer, country)
        values = {
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "company_id": storefront.company_id.id,
            "enord_storefront_id": storefront.id,
            **self._placed(postal, tax_id),
            **self._usual_values(storefront, country, tax_id),
            **tax_id,
        }
        number = values.pop("vat", False)
        partner = self.env["res.partner"].create(values)
        if number:
            # not at once: Odoo asks the Peppol network about each new contact that has one and gets
            # electronic invoices, which takes seconds, and others wait for this order's products;
            # anybody's number is not that of the customer's own country
            partner.with_context(no_vat_validation=not tax_id.get("vat")).write({
                "vat": number, **self._asked(tax_id),
            })
        return partner

    def _fill_in(self, storefront, customer, partner):
        tax_id = {}
        numbers = (partner.vat, partner.enord_tax_id)
        has_own = any(number and not is_anybodys(number) for number in numbers)
        if not has_own and not is_anybodys(customer.tax_id):
            tax_id = self._tax_id_values(storefront, customer, partner.country_id)
        values = {
            **self._wanted_of_all(storefront, partner),
            "email": customer.email, "phone": customer.phone, **tax_id,
        }
        postal = own_address(storefront, customer)
        has_address = partner.street or partner.street2 or partner.city or partner.zip
        if not has_address and all(
            partner[field].id in (False, postal.get(field)) for field in ("country_id", "state_id")
        ):
            values |= self._placed(postal, tax_id)
        missing = {
            field: value for field, value in values.items()
            if value and (field in tax_id or not partner[field])
        }
        if missing:
            partner.write(missing | self._asked(missing))

    def _placed(self, postal, tax_id):
        """An address, in the state of the tax id where it names none."""
        if not tax_id.get("vat") or postal.get("state_id"):
            return postal
        country = self.env["res.country"].browse(postal["country_id"])
        return postal | {"state_id": state_of_tax_id(self.env, tax_id["vat"], country).id}

    def _tax_id_values(self, storefront, customer, country):
        """A tax id that Odoo's validation refuses never refuses a paid order: it is kept beside."""
        if not customer.tax_id:
            return {}
        number = storable(storefront, customer.tax_id, country)
        return {"vat": number} if number else {"enord_tax_id": customer.tax_id}


def own_address(storefront, customer):
    """Where the customer lives, as far as the order says so: postal fields of a ``res.partner``."""
    for address in (customer.billing_address, customer.shipping_address):
        if address and text_key(address.name or customer.name) == text_key(customer.name):
            return postal_values(storefront, address)
    return {"country_id": storefront.company_id.country_id.id}


def _number(identity):
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4], "big", signed=True)
