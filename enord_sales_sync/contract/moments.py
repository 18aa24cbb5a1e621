"""Dates and moments of requests, as RFC 3339 has them and nothing else."""

import re
from datetime import date, datetime, timedelta, timezone
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.[0-9]+)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2}))"
)


def _date_time(value):
    match = isinstance(value, str) and _DATE_TIME.fullmatch(value)
    try:
        return _moment(match)
    except (TypeError, ValueError, OverflowError) as error:
        raise PydanticCustomError(
            "date_time", "expected an RFC 3339 date-time in a text, such as "
            "2024-01-20T10:15:00Z or 2024-01-20T15:45:00+05:30",
        ) from error


def _moment(match):
    """
    :raise TypeError: where there is no match
    :raise ValueError: where there is no such moment
    """
    day = date.fromisoformat(match["date"])
    second = int(match["second"])
    is_leap = second == 60
    moment = datetime(
        day.year, day.month, day.day, int(match["hour"]), int(match["minute"]),
        # whole seconds, as Odoo keeps them and as databases of shops do
        second - is_leap, tzinfo=_zone(match),
    ).astimezone(timezone.utc) + timedelta(seconds=is_leap)
    if is_leap and (moment.day, moment.hour, moment.minute) != (1, 0, 0):
        raise ValueError("a leap second is the last one of a month")
    return moment


def _zone(match):
    if not match["sign"]:
        return timezone.utc
    if int(match["minutes"]) > 59:
        raise ValueError("an hour has 60 minutes")
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    return timezone(offset if match["sign"] == "+" else -offset)


def _plausible(moment):
    if not 2000 <= moment.year < 2100:
        raise PydanticCustomError("date_range", "expected a date between 2000 and 2099")
    return moment


def _date(value):
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise PydanticCustomError("date", "expected a date in a text, such as 2024-01-20")
    return value


DateTime = Annotated[
    AwareDatetime, Field(strict=False), BeforeValidator(_date_time), AfterValidator(_plausible)
]
Date = Annotated[
    date, Field(strict=False), BeforeValidator(_date), AfterValidator(_plausible)
]

#: Of answers.
Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


def utc_naive(moment: datetime) -> datetime:
    """The same moment as Odoo stores it: UTC without a time zone."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
