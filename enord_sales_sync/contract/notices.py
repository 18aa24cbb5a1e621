"""What was adapted in an accepted order, and what of it a person should look at."""

from dataclasses import dataclass


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
    "overpaid": NoticeCode(
        "payment.amount is more than the order comes to.",
        "Give the rest back, or ask the ERP's staff to.",
    ),
    "existing_customer": NoticeCode(
        "Booked for the first time on a customer that the storefront did not create.", NOTHING,
        told=False,
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
