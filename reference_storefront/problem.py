"""Errors as JSON a program can read: application/problem+json (RFC 9457)."""

import json
from http import HTTPStatus

from flask import Response


class Problem(Exception):
    """Raise it anywhere in a JSON route; `app.py` turns it into the response.

    `errors` is a list of {pointer, code, detail}: `pointer` is an RFC 6901 JSON pointer to the
    field concerned, in the same shape as the ERP's own errors.
    """

    def __init__(self, status: int, detail: str, errors: list[dict] | None = None):
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors or []

    def response(self) -> Response:
        content = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            content["errors"] = self.errors
        return Response(
            json.dumps(content, ensure_ascii=False),
            status=self.status,
            content_type="application/problem+json",
        )


def field_problem(pointer: str, detail: str, code: str = "invalid") -> Problem:
    """A 422 about one field."""
    return Problem(
        422, f"{pointer}: {detail}", [{"pointer": pointer, "code": code, "detail": detail}]
    )
