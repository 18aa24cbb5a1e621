"""Tax ids: whether they are valid, and in how many ways one may be written."""

import re
from typing import NamedTuple

from odoo.addons.base.models.res_partner import EU_EXTRA_VAT_CODES

from .sameness import own_companies

#: Shorter ones, and those without a digit, are “none” and “n/a”: they identify nobody.
SHORTEST_TAX_ID = 5
#: Numbers that a country has for whoever gives none (Mexico, Portugal), or lives abroad; others are
#: one digit many times (Chile, Colombia, Ecuador, Peru).
ANYBODYS = {"XAXX010101000", "XEXX010101000", "999999990"}
COUNTRY_OF_PREFIX = {prefix: code for code, prefix in EU_EXTRA_VAT_CODES.items()}


class TaxId(NamedTuple):
    """
    :param str number: as Odoo writes it where it is valid, otherwise as it was sent
    :param str country_code: of the country whose check it has passed; empty where it is not valid
    :param frozenset forms: the ways in which it may be written, capitals and digits; none where it
        identifies nobody
    """

    number: str
    country_code: str
    forms: frozenset


NO_TAX_ID = TaxId("", "", frozenset())


def tax_id_of(storefront, text, country):
    """What a customer gave as a tax id.

    Valid is what Odoo's check accepts, that of the customer's own country or that of the company.
    Where Odoo has no check none is valid, nor is one of the ERP's own companies. One that is valid
    and anybody's identifies nobody.
    """
    company = storefront.company_id
    for checking in country | company.account_fiscal_country_id | company.country_id:
        number, code = checked(checking, text)
        forms = code and _forms(number, code)
        if forms and is_anybodys(number):
            return NO_TAX_ID._replace(number=number)
        if forms and not forms & _own_forms(storefront.env):
            return TaxId(number, code, forms)
    return TaxId(text or "", "", _forms(text, company.country_id.code))


def storable(storefront, text, country):
    """The tax id as a partner in this country may have it as ``vat``; empty where it may not."""
    number, code = checked(country, text)
    is_own = _forms(number, code or country.code) & _own_forms(storefront.env)
    return number if _forms(number, code) and not is_own else ""


def checked(country, text):
    """What Odoo makes of a tax id in a country.

    :return: the number as Odoo writes it, empty where it refuses it; and the code of the country
        whose check it has passed, empty where Odoo has none
    """
    if not country or not plain(text):
        return "", ""
    for written in dict.fromkeys((text, text.upper().removeprefix(country.code))):
        number, code = _odoo_check(country, written)
        if number:
            # a check that accepts this is none
            checks = code and not _odoo_check(country, "??")[0]
            return number, COUNTRY_OF_PREFIX.get(code, code) if checks else ""
    return "", ""


def is_anybodys(text):
    """Whether a tax id is the one that all who have none give."""
    number = plain(text)
    without_country = re.sub(r"^[A-Z]{2}", "", number)
    return any(
        written in ANYBODYS or len(written) >= SHORTEST_TAX_ID and len(set(written)) == 1
        for written in (number, without_country)
    )


def plain(text):
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


def _odoo_check(country, text):
    try:
        return country.env["res.partner"]._run_vat_checks(country, text, validation="setnull")
    except (ValueError, LookupError):
        # of what is no number the checks of some countries know no better
        return "", ""


def _forms(number, country_code):
    """With and without the country's prefix."""
    number = plain(number)
    if len(number) < SHORTEST_TAX_ID or not re.search(r"\d", number):
        return frozenset()
    prefixes = {code for code in (country_code, EU_EXTRA_VAT_CODES.get(country_code)) if code}
    bare = min((number.removeprefix(prefix) for prefix in prefixes), key=len, default=number)
    return frozenset({number, bare, *(prefix + bare for prefix in prefixes)})


def _own_forms(env):
    return frozenset().union(*(
        _forms(company.vat, company.country_id.code) for company in own_companies(env)
    ))
