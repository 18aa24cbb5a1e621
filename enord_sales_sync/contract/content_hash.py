"""Whether two requests under one reference ask for the same."""

import hashlib
import json
from datetime import date, datetime, timezone
from decimal import Decimal

from pydantic import BaseModel

from .strict_json import escape_pointer
from .texts import nfc

#: Places after the point beyond which no number begins.
SMALLEST_DIGIT = 20


class ContentHash(str):
    """Hash of what a request asks for, however it is written.

    :ivar members: ``{JSON Pointer: short hash}`` of each value that was sent, by which those that
        differ can be named; the hashes do not tell what was sent
    :ivar former: as earlier versions hashed the same body, by which a request that one of them has
        accepted is known
    """

    members = {}
    former = ()

    @classmethod
    def of(cls, request):
        """
        :param request: as :func:`~.requests.read` made it
        """
        members = dict(_members(request))
        content_hash = cls(_sha256(members))
        content_hash.members = {pointer: _short(value) for pointer, value in members.items()}
        content_hash.former = _former_hashes(request.sent())
        return content_hash

    def is_of(self, stored):
        """Whether it is the content of which this hash was stored."""
        return stored == self or stored in self.former

    def differing(self, members):
        """JSON Pointers of what is not the same, in the order of the document.

        :param members: as stored of the other request, or nothing where they were not
        """
        if not members:
            return []
        pointers = dict.fromkeys([*self.members, *members])
        return [
            pointer for pointer in pointers if self.members.get(pointer) != members.get(pointer)
        ]


def _members(value, pointer=""):
    """``(JSON Pointer, text)`` of every value that is there."""
    if isinstance(value, BaseModel):
        children = list(value)
    elif isinstance(value, list):
        children = list(enumerate(value))
    else:
        if value is not None:
            yield pointer, _text(value)
        return
    for name, child in children:
        yield from _members(child, f"{pointer}/{escape_pointer(str(name))}")


def _text(value):
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float, Decimal)):
        return _plain_number(Decimal(str(value)))
    return nfc(value)


def _plain_number(number):
    # 45000, 45000.00 and 4.5e4 are one price
    return "0" if number == 0 else format(number.normalize(), "f")


def _sha256(value, **options):
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, **options)
    return hashlib.sha256(text.encode()).hexdigest()


def _short(text):
    return hashlib.blake2s(text.encode(), digest_size=4).hexdigest()


def _former_hashes(body):
    """Of the body as it was sent: 19.0.1 wrote numbers with a fraction as texts."""
    return (
        _sha256(body, default=lambda number: str(_former_number(number))),
        _sha256(body, default=_former_number),
    )


def _former_number(number):
    normal = number.normalize()
    if normal == normal.to_integral_value():
        return int(normal)
    # of smaller ones it had none, and written out they are a million digits long
    return format(normal, "f") if normal.adjusted() > -SMALLEST_DIGIT else str(normal)
