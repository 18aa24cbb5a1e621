from odoo import api, models

from .address import postal_values

POSTAL_FIELDS = ("street", "street2", "city", "state_id", "zip", "country_id")


class EnordCustomer(models.AbstractModel):
    """Addresses are contacts of the customer, used again when they are equal."""

    _inherit = "enord.customer"

    @api.model
    def _contact(self, storefront, partner, address, kind):
        """The partner itself or a contact of it that has this address; made if need be.

        :param str kind: ``invoice`` or ``delivery``
        """
        values = postal_values(storefront, address)
        name = address.name or partner.name
        known = partner | partner.child_ids.filtered(lambda child: child.type == kind)
        for contact in known:
            if (contact.name or partner.name).casefold() == name.casefold() and all(
                _same(contact[field], value) for field, value in values.items()
            ):
                return contact
        if name.casefold() == partner.name.casefold() and _may_fill(partner, values):
            partner.write(values)
            return partner
        return self.env["res.partner"].create({
            **values, "name": name, "type": kind, "parent_id": partner.id,
            "company_id": partner.company_id.id,
        })

    @api.model
    def _order_values(self, storefront, customer, partner):
        """Customer and addresses, as values of the ``sale.order``.

        :param customer: :class:`~...contract.requests.CustomerDetails`
        :param partner: of :meth:`_of`
        """
        values = {"partner_id": partner.id}
        billing, shipping = customer.billing_address, customer.shipping_address
        if billing:
            values["partner_invoice_id"] = self._contact(
                storefront, partner, billing, "invoice"
            ).id
        if shipping or billing:
            delivery = self._contact(storefront, partner, shipping or billing, "delivery")
        else:
            delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
        values["partner_shipping_id"] = delivery.id
        return values


def _may_fill(partner, values):
    """Whether the partner has no address yet that this one could contradict."""
    return (
        not any(partner[field] for field in POSTAL_FIELDS if field != "country_id")
        and partner.country_id.id == values["country_id"]
    )


def _same(known, value):
    if isinstance(known, models.BaseModel):
        return known.id == (value or False)
    return " ".join((known or "").split()).casefold() == " ".join((value or "").split()).casefold()
