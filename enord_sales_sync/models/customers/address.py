"""Postal addresses as requests have them, and as Odoo does."""

from ...contract.notices import Notice
from ...contract.problem import FieldError
from .places import find_country, find_state


def address_errors(storefront, customer):
    """What is wrong with the addresses of a request, as a list of field errors.

    The country decides the taxes.
    """
    return [
        FieldError(
            f"{pointer}/country", "unknown_country",
            f"{address.country} is neither code (ISO 3166-1) nor name of a country",
        )
        for pointer, address in _addresses(customer)
        if address.country and not _country(storefront, address)
    ]


def address_notices(storefront, customer):
    """What of the addresses of an accepted request a person should look at.

    :rtype: list[Notice]
    """
    return [
        Notice(
            "state_unknown", f"{pointer}/state",
            f"no state of {_country(storefront, address).name} is known by this name; it was "
            "written beside the city", sent=address.state,
        )
        for pointer, address in _addresses(customer) if _has_unknown_state(storefront, address)
    ]


def _addresses(customer):
    return [
        (f"/customer_details/{kind}", getattr(customer, kind))
        for kind in ("billing_address", "shipping_address") if getattr(customer, kind)
    ]


def _has_unknown_state(storefront, address):
    country = _country(storefront, address)
    return address.state and country.state_ids and not find_state(country, address.state)


def _country(storefront, address):
    if not address.country:
        return storefront.company_id.country_id
    return find_country(storefront.env, address.country)


def postal_values(storefront, address):
    """The fields of a ``res.partner`` that an address fills."""
    country = _country(storefront, address)
    state = country.env["res.country.state"]
    if address.state:
        state = find_state(country, address.state)
    city = address.city
    if address.state and not state:
        # the parcel must arrive all the same
        city = ", ".join(filter(None, (city, address.state)))
    return {
        "street": address.street or False, "street2": address.street2 or False,
        "city": city or False, "state_id": state.id, "zip": address.zip or False,
        "country_id": country.id,
    }
