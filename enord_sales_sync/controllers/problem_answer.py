"""Every error as a problem document (RFC 9457), never as HTML or with a traceback."""

import json
import logging

import psycopg2
from odoo.exceptions import AccessDenied, AccessError, RedirectWarning, UserError
from odoo.http import Response
from psycopg2.pool import PoolError
from werkzeug.exceptions import HTTPException

from ..contract.openapi import PROBLEM_JSON
from ..contract.problem import TITLES, Problem

_logger = logging.getLogger(__name__)

CODES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found",
    405: "method_not_allowed", 411: "length_required", 413: "body_too_large",
    415: "unsupported_media_type",
}
KEPT_HEADERS = ("allow", "www-authenticate", "retry-after")


def problem_response(problem):
    return Response(
        json.dumps(problem.as_dict(), ensure_ascii=False).encode(),
        status=problem.status,
        headers=[
            ("Content-Type", PROBLEM_JSON), ("Cache-Control", "no-store"),
            # it repeats parts of the request: no browser is to guess that they are a page
            ("X-Content-Type-Options", "nosniff"),
            *problem.headers.items(),
        ],
    )


def as_problem(exc):
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, HTTPException) and exc.code in TITLES:
        headers = {
            name: value for name, value in exc.get_headers() if name.lower() in KEPT_HEADERS
        }
        code = CODES.get(exc.code, "bad_request" if exc.code < 500 else "internal_error")
        return Problem(exc.code, code, exc.description or exc.name, headers=headers)
    if isinstance(exc, AccessDenied):
        return Problem(401, "unauthorized", "Authentication failed.", headers={
            "WWW-Authenticate": 'Bearer realm="enord_sales_sync"',
        })
    if isinstance(exc, AccessError):
        return Problem(403, "forbidden", "This is not allowed.")
    if isinstance(exc, (UserError, RedirectWarning)):
        # a rule of the ERP that the request does not meet; Odoo's own words, which may name anybody
        # and anything in it, are for staff
        return Problem(
            422, "refused", "A rule of the ERP forbids it; its staff see which, in the API calls. "
            "Nothing was written.", cause=str(exc.args[0]),
        )
    if isinstance(exc, PoolError):
        return unavailable("The server is doing too much at once.")
    if isinstance(exc, psycopg2.OperationalError):
        return unavailable("The database is not available just now.")
    return Problem(500, "internal_error", "An unexpected error; it was logged.")


def unavailable(detail):
    return Problem(503, "unavailable", detail, headers={"Retry-After": "2"})
