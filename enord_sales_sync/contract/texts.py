"""Texts of requests: what decides something is exact, what is only read is made to fit.

A text is the same in every Unicode normal form and with any spaces around it, and "" is null.
Whatever is done to one takes a time that grows with its length and not with the square of it.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from .quantities import whole

#: nobody is told of an address that is merely unusual
_EMAIL = re.compile(r"""[^\s@,;:<>()\[\]"\\\x00-\x1f]+@[^\s@,;:<>()\[\]"\\\x00-\x1f]+""")
#: ASCII's and Latin-1's, and those that break a line or turn the direction of writing
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
_CONTROL = re.compile(f"[{_CONTROLS}]")
#: Whole runs: from each space of one, what follows it would be looked at again.
_GAP = re.compile(rf"[\s{_CONTROLS}]+")
#: Characters of a SKU.
MAX_SKU = 128
#: Marks on one letter, as many as Unicode's Stream-Safe Text Format has (UAX #15, section 13).
MAX_MARKS = 30


def nfc(text):
    """The text in Unicode's form NFC, without the marks that are too many on one letter: to put
    them in order takes a time that grows with the square of their number."""
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def tidy(text):
    """The same text as everybody writes it: Unicode NFC, without spaces around."""
    return nfc(text).strip()


def sku_form(text):
    """A SKU without what nobody sees: characters without a width, spaces around, another kind of
    space or another Unicode form (NFC) of the same letters."""
    return tidy("".join(
        " " if unicodedata.category(character) == "Zs" else character
        for character in text if unicodedata.category(character) != "Cf"
    ))


def folded(text):
    """A text in one line: line breaks and other control characters become a space."""
    return _GAP.sub(
        lambda gap: " " if _CONTROL.search(gap[0]) else gap[0], tidy(text)
    ).strip()


def is_email(text):
    """Whether a message can be sent to it, and to it alone."""
    return len(text) <= 254 and bool(_EMAIL.fullmatch(text))


def is_phone(text):
    """Whether it looks like something to dial: three digits or more, and more than letters."""
    digits = sum(character.isdecimal() for character in text)
    return digits >= 3 and digits > sum(character.isalpha() for character in text)


def _if_text(change):
    return BeforeValidator(lambda value: change(value) if isinstance(value, str) else value)


def one_line(text, limit):
    """The text in one line and of this length, cut where it is longer."""
    return folded(text)[:limit].rstrip()


def _one_line(limit):
    def line(value):
        number = whole(value)
        if isinstance(number, int) and not isinstance(number, bool):
            # some programs make a number of each text that looks like one, as a postal code does
            value = str(number)
        return one_line(value, limit) if isinstance(value, str) else value

    return BeforeValidator(line)


def optional(kind):
    """The type, or null, or a text without any content, which is null."""
    return Annotated[kind | None, _if_text(lambda text: text if folded(text) else None)]


def _reference(value):
    if not re.fullmatch(r"[^\s/\x00-\x1f\x7f]{1,64}", value) or value in (".", ".."):
        raise PydanticCustomError(
            "reference",
            "expected 1 to 64 characters without spaces and slashes, other than . and ..",
        )
    return value


Reference = Annotated[
    str, _if_text(nfc), AfterValidator(_reference),
    WithJsonSchema({
        "type": "string", "pattern": r"^[^\s/\u0000-\u001f\u007f]{1,64}$",
        # in a path, every client takes them for folders
        "not": {"enum": [".", ".."]},
    }),
]
# What a text is held to stands first: otherwise its pattern is missing in the schema, and an empty
# text is told that it has too few "items".
#: compared letter by letter
Sku = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SKU), _if_text(sku_form)]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), _if_text(tidy)]
LocationCode = Annotated[str, StringConstraints(min_length=1, max_length=64), _if_text(tidy)]
#: one line of text, without control characters
ExactLine = Annotated[str, StringConstraints(
    min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$",
), _if_text(tidy)]
#: any text
Reason = Annotated[str, _if_text(tidy)]

Line = Annotated[str, _one_line(128)]
Name = Annotated[str, StringConstraints(min_length=1), _one_line(256)]
TaxId = Annotated[str, _one_line(64)]
Email = Annotated[str, _one_line(254)]
#: the letters of a code in capitals, whatever they were
Country = Annotated[
    str, _one_line(128), AfterValidator(lambda text: text.upper() if len(text) <= 3 else text),
]
