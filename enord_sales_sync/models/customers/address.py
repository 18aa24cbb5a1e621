"""Postal addresses as requests have them, and as Odoo does."""

from odoo.tools import escape_psql

from ...contract.problem import FieldError


def address_errors(storefront, customer):
    """What is wrong with the addresses of a request, as a list of field errors."""
    errors = []
    for kind in ("billing_address", "shipping_address"):
        address = getattr(customer, kind)
        if not address:
            continue
        pointer = f"/customer_details/{kind}"
        country = _country(storefront, address)
        if not country:
            errors.append(FieldError(
                f"{pointer}/country", "unknown_country",
                f"{address.country} is not a country code of ISO 3166-1",
            ))
        elif address.state and country.state_ids and not _state(address, country):
            errors.append(FieldError(
                f"{pointer}/state", "unknown_state",
                f"{address.state} is neither code nor name of a state of {country.name}",
            ))
    return errors


def _country(storefront, address):
    if not address.country:
        return storefront.company_id.country_id
    return storefront.env["res.country"].search([("code", "=", address.country)], limit=1)


def _state(address, country):
    if not address.state:
        return country.env["res.country.state"]
    text = escape_psql(address.state)
    return country.env["res.country.state"].search(
        [("country_id", "=", country.id), "|", ("code", "=ilike", text),
         ("name", "=ilike", text)], limit=1,
    )


def postal_values(storefront, address):
    """The fields of a ``res.partner`` that an address fills."""
    country = _country(storefront, address)
    state = _state(address, country)
    city = address.city
    if address.state and not state:
        # a country whose states the ERP does not know; the parcel must arrive all the same
        city = ", ".join(filter(None, (city, address.state)))
    return {
        "street": address.street or False, "street2": address.street2 or False,
        "city": city or False, "state_id": state.id, "zip": address.zip or False,
        "country_id": country.id,
    }
