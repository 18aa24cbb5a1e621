from odoo import models
from odoo.tools import escape_psql

from ...contract.problem import FieldError

POSTAL_FIELDS = ("street", "street2", "city", "state_id", "zip", "country_id")


class EnordStorefront(models.Model):
    """Postal addresses of customers: contacts of the partner, used again when they are equal."""

    _inherit = "enord.storefront"

    def _address_errors(self, customer):
        """What is wrong with the addresses of a request, as a list of field errors."""
        errors = []
        for kind in ("billing_address", "shipping_address"):
            address = getattr(customer, kind)
            if not address:
                continue
            pointer = f"/customer_details/{kind}"
            country = self._country(address)
            if not country:
                errors.append(FieldError(
                    f"{pointer}/country", "unknown_country",
                    f"{address.country} is not a country code of ISO 3166-1",
                ))
            elif address.state and country.state_ids and not self._state(address, country):
                errors.append(FieldError(
                    f"{pointer}/state", "unknown_state",
                    f"{address.state} is neither code nor name of a state of {country.name}",
                ))
        return errors

    def _country(self, address):
        if not address.country:
            return self.company_id.country_id
        return self.env["res.country"].search([("code", "=", address.country)], limit=1)

    def _state(self, address, country):
        if not address.state:
            return self.env["res.country.state"]
        text = escape_psql(address.state)
        return self.env["res.country.state"].search(
            [("country_id", "=", country.id), "|", ("code", "=ilike", text),
             ("name", "=ilike", text)], limit=1,
        )

    def _postal_values(self, address):
        """The fields of a ``res.partner`` that an address fills."""
        country = self._country(address)
        state = self._state(address, country)
        city = address.city
        if address.state and not state:
            # a country whose states the ERP does not know; the parcel must arrive all the same
            city = ", ".join(filter(None, (city, address.state)))
        return {
            "street": address.street or False, "street2": address.street2 or False,
            "city": city or False, "state_id": state.id, "zip": address.zip or False,
            "country_id": country.id,
        }

    def _address_contact(self, partner, address, kind):
        """The partner itself or a contact of it that has this address; made if need be.

        :param str kind: ``invoice`` or ``delivery``
        """
        values = self._postal_values(address)
        name = address.name or partner.name
        known = partner | partner.child_ids.filtered(lambda child: child.type == kind)
        for contact in known:
            if (contact.name or partner.name).casefold() == name.casefold() and all(
                _same(contact[field], value) for field, value in values.items()
            ):
                return contact
        if name.casefold() == partner.name.casefold() and self._may_fill_address(partner, values):
            partner.write(values)
            return partner
        return self.env["res.partner"].create({
            **values, "name": name, "type": kind, "parent_id": partner.id,
            "company_id": partner.company_id.id,
        })

    def _may_fill_address(self, partner, values):
        """Whether the partner has no address yet that this one could contradict."""
        return (
            not any(partner[field] for field in POSTAL_FIELDS if field != "country_id")
            and partner.country_id.id == values["country_id"]
        )


def _same(known, value):
    if isinstance(known, models.BaseModel):
        return known.id == (value or False)
    return " ".join((known or "").split()).casefold() == " ".join((value or "").split()).casefold()
