from odoo import api, models

from .address import postal_values
from .customer import POSTAL_FIELDS
from .sameness import email_key, phone_key, text_key


class EnordCustomer(models.AbstractModel):
    """What an order says of its customer is on contacts of that customer, used again when they say
    the same."""

    _inherit = "enord.customer"

    @api.model
    def _order_values(self, storefront, customer, partner):
        """Customer and addresses, as values of the ``sale.order``.

        :param customer: :class:`~...contract.requests.CustomerDetails`
        :param partner: of :meth:`_of`
        """
        billing, shipping = customer.billing_address, customer.shipping_address
        return {
            "partner_id": partner.id,
            "partner_invoice_id": self._contact(
                storefront, customer, partner, billing, "invoice"
            ).id,
            "partner_shipping_id": self._contact(
                storefront, customer, partner, shipping or billing, "delivery"
            ).id,
        }

    def _contact(self, storefront, customer, partner, address, kind):
        """The customer itself or a contact of it that says what the order does; made if need be.

        :param address: that was sent, or none: the customer's own
        :param str kind: ``invoice`` or ``delivery``
        """
        name = (address and address.name) or customer.name
        who = {"name": name}
        if text_key(name) == text_key(customer.name):
            who["email"] = customer.email
        if kind == "delivery":
            # whom the carrier calls, also where somebody else is addressed
            who["phone"] = customer.phone
        if not address and kind == "invoice" and _says(partner, partner, who):
            # staff may have entered another one for this customer's invoices
            return partner.browse(partner.address_get(["invoice"])["invoice"])
        own = {field: partner[field] for field in POSTAL_FIELDS}
        where = postal_values(storefront, address) if address else own
        for contact in partner | partner.child_ids.filtered(lambda child: child.type == kind):
            if _says(contact, partner, who) and all(
                _same(contact[field], value) for field, value in where.items()
            ):
                return contact
        # not the place to judge the tax id that the customer has; which comes with the customer,
        # afterwards (see _create_partner)
        made = partner.with_context(no_vat_validation=True).create({
            **who, **partner._convert_to_write(where), "type": kind,
            "company_id": partner.company_id.id, "enord_storefront_id": storefront.id,
            **({} if partner.vat else {"parent_id": partner.id}),
        })
        made.filtered(lambda contact: not contact.parent_id).parent_id = partner
        return made.with_env(self.env)


def _says(contact, partner, who):
    """Whether a contact is who was sent; what was not sent may be anything."""
    country = contact.country_id or partner.country_id
    return (
        text_key(contact.name or partner.name) == text_key(who["name"])
        and (not who.get("email") or email_key(contact.email) == email_key(who["email"]))
        and (not who.get("phone") or contact.phone == who["phone"]
             or (key := phone_key(contact, contact.phone, country))
             and key == phone_key(contact, who["phone"], country))
    )


def _same(known, value):
    if isinstance(known, models.BaseModel):
        return known.id == (value.id if isinstance(value, models.BaseModel) else value or False)
    return text_key(known) == text_key(value)
