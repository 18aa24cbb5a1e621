"""When two texts, telephones or addresses are the same, however they are written."""

import re
import unicodedata

from odoo.tools import email_normalize

#: A shorter number of a telephone identifies nobody.
SHORTEST_PHONE = 7
#: What shops write before the @ where a customer has given no e-mail.
NOBODY = re.compile(
    r"(no|not|do[-_.]?not|dont)[-_.]?(reply|answer|e?-?mail|given|available|provided)"
    r"|none|null|nil|n[-_.]?a|unknown|nobody|guest|anonymous|placeholder"
)


def own_companies(env):
    """The partners that are companies of this database."""
    return env["res.partner"].sudo().with_context(active_test=False).search(
        [("ref_company_ids", "!=", False)]
    )


def one_line(text):
    return " ".join(unicodedata.normalize("NFKC", text or "").split())


def text_key(text):
    """Texts with the same key read the same."""
    return one_line(text).casefold()


def email_key(email):
    return (email_normalize(email, strict=False) or email.strip().lower()) if email else ""


def identifying_email(env, email):
    """The key of an e-mail that identifies somebody; empty for one that a shop writes for whoever
    has none, for one of the ERP's own companies, and for what is not one address."""
    key = email_normalize(email) if email else ""
    if not key or NOBODY.fullmatch(key.partition("@")[0]):
        return ""
    return "" if key in map(email_key, own_companies(env).mapped("email")) else key


def phone_key(partners, phone, country):
    """A telephone number in international form, or an empty text where it identifies nobody.

    :param partners: ``res.partner``, whose way of formatting numbers this is
    :param country: where a number without a country's code belongs
    """
    formatted = phone and partners._phone_format(number=phone, country=country)
    if not formatted:
        return ""  # none, or none that Odoo takes for a telephone number
    digits = re.sub(r"\D", "", formatted)
    prefix = str(country.phone_code or "")
    if not formatted.strip().startswith("+"):
        # Odoo has formatted nothing: it does so with the library phonenumbers only
        digits = digits[2:] if digits.startswith("00") else prefix + digits.lstrip("0")
    subscriber = digits.removeprefix(prefix)
    return digits if len(subscriber) >= SHORTEST_PHONE and len(set(subscriber)) > 1 else ""


def address_key(values):
    """Where an address lies; empty where that is no place that would tell people apart.

    :param dict values: the postal fields of a ``res.partner``, records as ids
    """
    street, place = (
        " ".join(re.findall(r"\w+", text_key(" ".join(values[name] or "" for name in names))))
        for names in (("street", "street2"), ("city", "zip"))
    )
    return (street, place, values["country_id"] or 0) if street and place else ()
