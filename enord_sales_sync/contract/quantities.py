"""Quantities in requests: whole numbers, or fractions where the product's unit allows them."""

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

MAX_QUANTITY = 1_000_000
DECIMALS = Decimal("0.000001")
#: How far a binary fraction, or a sum of some, is off.
NOISE = Decimal("1e-9")
#: Of larger numbers with an exponent nobody looks whether they are whole.
MAX_WHOLE = 10 ** 18


def whole(value):
    """1.0 is the integer 1 (JSON Schema), as many languages write it."""
    if isinstance(value, Decimal) and -MAX_WHOLE < value < MAX_WHOLE and value % 1 == 0:
        return int(value)
    return value


def _number(value):
    """A whole number as ``int`` however it is written, another as ``Decimal``, without the noise
    that a binary fraction has beyond the last decimal."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise PydanticCustomError("number", "expected a number")
    # not its absolute value, which overflows where an exponent is large
    if not -MAX_QUANTITY <= value <= MAX_QUANTITY:
        raise PydanticCustomError(
            "quantity_range", "expected at most {limit}", {"limit": MAX_QUANTITY},
        )
    number = Decimal(value)
    rounded = number.quantize(DECIMALS, ROUND_HALF_EVEN)
    if abs(number - rounded) > NOISE:
        raise PydanticCustomError("decimal_max_places", "expected at most 6 decimals")
    return int(rounded) if rounded == rounded.to_integral_value() else rounded.normalize()


def _quantity(value):
    if (number := _number(value)) <= 0:
        raise PydanticCustomError("greater_than", "expected a number greater than 0")
    return number


def _level(value):
    if (number := _number(value)) < 0:
        raise PydanticCustomError("greater_than_equal", "expected a number of 0 or more")
    return number


def _change(value):
    if (number := _number(value)) == 0:
        raise PydanticCustomError("zero", "expected a number other than 0")
    return number


#: For whole numbers; after the limits, which JSON Schema else does not get.
WHOLE = BeforeValidator(whole)
#: Of answers. Of "integer or number" programs that read a schema make two types.
Units = Annotated[int | float, WithJsonSchema({"type": "number"})]
Quantity = Annotated[int | Decimal, PlainValidator(_quantity), WithJsonSchema(
    {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_QUANTITY},
)]
QuantityChange = Annotated[int | Decimal, PlainValidator(_change), WithJsonSchema({
    "type": "number", "minimum": -MAX_QUANTITY, "maximum": MAX_QUANTITY, "not": {"const": 0},
})]
#: A stock: also nothing.
Level = Annotated[int | Decimal, PlainValidator(_level), WithJsonSchema(
    {"type": "number", "minimum": 0, "maximum": MAX_QUANTITY},
)]
