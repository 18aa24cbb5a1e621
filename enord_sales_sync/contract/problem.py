"""Problem details for HTTP APIs (RFC 9457)."""

import logging
from dataclasses import asdict, dataclass, field

TITLES = {
    400: "The request is malformed",
    401: "Authentication is required",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict with the current state",
    411: "Content-Length is required",
    413: "The request is too large",
    415: "Unsupported media type",
    422: "The request cannot be processed",
    429: "Too many requests",
    431: "The headers are too large",
    500: "Internal error",
    503: "Temporarily unavailable",
}


#: Errors that an answer names; how many more there are is said.
MAX_ERRORS = 100


@dataclass
class FieldError:
    """One thing that is wrong with one place of the request.

    ``pointer`` is a JSON Pointer (RFC 6901) into the body, or the name of a query parameter.
    ``extra`` holds members that belong to the code, such as ``sku`` and ``available``.
    """

    pointer: str
    code: str
    detail: str
    extra: dict = field(default_factory=dict)

    def as_dict(self):
        members = asdict(self)
        members.update(members.pop("extra"))
        return members


class Problem(Exception):
    """An answer that is not a success; raised, so that the transaction is rolled back.

    :param int status: the HTTP status
    :param str code: a stable word for programs, e.g. ``out_of_stock``
    :param str detail: a sentence for people
    :param list[FieldError] errors: what is wrong with which field
    :param dict headers: HTTP headers of the answer, e.g. ``Retry-After``
    :param str cause: what staff read of it, and callers do not: the ERP's own words
    """

    #: an answer, not a fault: servers that log what is raised need no traceback
    loglevel = logging.INFO

    def __init__(self, status, code, detail, errors=(), headers=None, cause=None):
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.cause = cause

    def as_dict(self):
        """The body of the answer, media type ``application/problem+json``."""
        body = {
            "type": "about:blank",
            "title": TITLES.get(self.status, "Error"),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [error.as_dict() for error in self.errors[:MAX_ERRORS]]
        if len(self.errors) > MAX_ERRORS:
            body["detail"] += (
                f" The first {MAX_ERRORS} errors are named, and {len(self.errors) - MAX_ERRORS}"
                " more were found."
            )
        return body
