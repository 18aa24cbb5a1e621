"""What query parameters mean; their names are checked for every path alike (``query.py``)."""

import base64
import binascii
import re
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from .problem import FieldError, Problem
from .requests import Request
from .texts import Sku

MAX_SKUS = 100
MAX_PAGE = 200
DEFAULT_PAGE = 50

_CURSOR = re.compile(r"after:([0-9]{1,9})")


def cursor_after(number):
    """The opaque cursor of the page that begins after this number."""
    return base64.urlsafe_b64encode(f"after:{number}".encode()).decode().rstrip("=")


def _number_of(cursor):
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    match = _CURSOR.fullmatch(text)
    if not match:
        raise PydanticCustomError("cursor", "expected the next_cursor of an earlier answer")
    return int(match[1])


def _cursor(text):
    _number_of(text)
    return text


class Availability(Request):
    """``GET /api/inventory/availability?sku=…&sku=…``"""

    sku: Annotated[list[Sku], Field(
        min_length=1, max_length=MAX_SKUS, examples=[["DRONE-X1-PRO-KIT", "PROP-GUARD-X1"]],
    )]
    """A SKU; give it several times for several SKUs."""


class CataloguePage(Request):
    """``GET /api/catalog/products?cursor=…&limit=…``"""

    cursor: Annotated[str, AfterValidator(_cursor)] | None = None
    """``next_cursor`` of the page before; none for the first page."""
    limit: Annotated[int, Field(strict=False, ge=1, le=MAX_PAGE)] = DEFAULT_PAGE
    """Products on a page."""

    @property
    def after(self):
        """The number that the page begins after."""
        return _number_of(self.cursor) if self.cursor else 0


def read_query(model, values):
    """Make a model of query parameters.

    :param dict values: by name
    :raise Problem: 422 with one error for each parameter that is wrong
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Problem(
            422, "invalid_parameter", "Some query parameters are not as they should be.",
            [FieldError(str(item["loc"][0]), item["type"], item["msg"])
             for item in error.errors(include_url=False)],
        ) from error
