"""What was adapted in an accepted order, and what of it a person should look at."""

from dataclasses import dataclass
from decimal import Decimal

from pydantic import BaseModel

from .strict_json import escape_pointer
from .texts import folded, is_email, is_phone, tidy


@dataclass(frozen=True)
class NoticeCode:
    """
    :param told: whether the storefront is told, in ``notices`` of its answers
    :param shown: whether staff are told, on the order and in its history
    """

    meaning: str
    todo: str
    told: bool = True
    shown: bool = True


NOTHING = "Nothing."

NOTICE_CODES = {
    "number_rounded": NoticeCode(
        "The number had digits that only binary fractions have, such as 0.30000000000000004; it "
        "was rounded.", NOTHING, shown=False,
    ),
    "text_expected": NoticeCode(
        "A number was sent where a text is expected; its digits are the text, without any zeros "
        "that were before them.", "Send it as a text, in quotes.", shown=False,
    ),
    "text_folded": NoticeCode(
        "The text had line breaks or other control characters; each became a space. Staff have "
        "it whole.", NOTHING,
    ),
    "text_shortened": NoticeCode(
        "The text was too long and was cut; staff have it whole.", NOTHING,
    ),
    "email_malformed": NoticeCode(
        "It is not one e-mail address. It was kept as it is.", "Ask the customer.",
    ),
    "phone_malformed": NoticeCode(
        "It cannot be a telephone number. It was kept as it is.", "Ask the customer.",
    ),
    "address_ignored": NoticeCode(
        "The address has a name and nothing else: there is none. Staff have the name.", NOTHING,
    ),
    "state_unknown": NoticeCode(
        "The ERP knows no such state of the country. It was written beside the city; taxes were "
        "computed without it.", "Send the code of ISO 3166-2.",
    ),
    "overpaid": NoticeCode(
        "payment.amount is more than the order comes to.",
        "Give the rest back, or ask the ERP's staff to.",
    ),
    "existing_customer": NoticeCode(
        "Booked for the first time on a customer that the storefront did not create.", NOTHING,
        told=False,
    ),
    "price_far_below": NoticeCode(
        "A unit costs far less than in the catalogue.", NOTHING, told=False,
    ),
}


@dataclass(frozen=True)
class Notice:
    """One thing that was adapted in one place of an order.

    :param code: of ``NOTICE_CODES``
    :param pointer: JSON Pointer (RFC 6901) into the body, or "" for all of it
    :param detail: a sentence for people, in place of the code's meaning
    :param sent: what was sent, whole, where less or something else of it was kept; for staff
    """

    code: str
    pointer: str = ""
    detail: str = ""
    sent: str = ""

    def as_dict(self):
        """As an answer has it."""
        return {
            "pointer": self.pointer,
            "code": self.code,
            "detail": self.detail or NOTICE_CODES[self.code].meaning,
        }


def adapted(request):
    """What was sent otherwise than it was read, or read as it is though it is of little use.

    :param request: as :func:`~.requests.read` made it
    :rtype: list[Notice]
    """
    return list(_adapted(request, request.sent(), ""))


def _adapted(value, sent, pointer):
    if isinstance(value, BaseModel):
        for name, child in value:
            if name in sent:
                yield from _adapted(child, sent[name], f"{pointer}/{escape_pointer(name)}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _adapted(child, sent[index], f"{pointer}/{index}")
    elif isinstance(value, str) and isinstance(sent, str):
        yield from _adapted_text(value, sent, pointer)
    elif isinstance(value, str) and isinstance(sent, (int, Decimal)):
        yield Notice("text_expected", pointer, sent=str(sent))
    elif isinstance(value, (int, Decimal)) and value != sent:
        yield Notice("number_rounded", pointer, sent=str(sent))
    elif value is None and isinstance(sent, dict) and sent.get("name"):
        yield Notice("address_ignored", pointer, sent=sent["name"])


def _adapted_text(value, sent, pointer):
    if pointer.endswith("/sku"):
        return  # what nobody sees was taken out, and nothing else
    if len(value) < len(folded(sent)):
        yield Notice("text_shortened", pointer, sent=sent)
    elif folded(sent) != tidy(sent) != value:
        yield Notice("text_folded", pointer, sent=sent)
    if pointer.endswith("/email") and not is_email(value):
        yield Notice("email_malformed", pointer, sent=sent)
    if pointer.endswith("/phone") and not is_phone(value):
        yield Notice("phone_malformed", pointer, sent=sent)
