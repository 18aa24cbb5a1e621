"""Amounts of money in requests."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

MAX_PRICE = Decimal(10) ** 12
DECIMALS = Decimal("0.0001")
#: How far binary fractions are off, and sums of many: 0.1 + 0.2 is 0.30000000000000004.
NOISE, NOISE_OF_ITSELF = Decimal("1e-9"), Decimal("1e-13")


def _number(value):
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("number", "expected a number")
    return Decimal(value)


def _amount(value):
    """The number, without the noise that a binary fraction has beyond the last decimal."""
    number = _number(value)
    if not -MAX_PRICE < number < MAX_PRICE:
        return number
    rounded = number.quantize(DECIMALS, ROUND_HALF_EVEN)
    is_noise = 0 < abs(number - rounded) <= max(NOISE, abs(number) * NOISE_OF_ITSELF)
    # as people write it: 0.3 and not 0.3000
    return Decimal(format(rounded.normalize(), "f")) if is_noise else number


Price = Annotated[
    Decimal, BeforeValidator(_amount), Field(ge=0, lt=MAX_PRICE, decimal_places=4),
    WithJsonSchema({
        "type": "number", "minimum": 0, "exclusiveMaximum": int(MAX_PRICE),
    }),
]
Amount = Annotated[
    Decimal, BeforeValidator(_amount), Field(gt=0, lt=MAX_PRICE, decimal_places=4),
    WithJsonSchema({
        "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": int(MAX_PRICE),
    }),
]
