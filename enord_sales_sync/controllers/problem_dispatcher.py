"""Routes of ``type="enord_api"``: the one place where errors become responses."""

import logging

import psycopg2
from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.http import Dispatcher
from werkzeug.exceptions import HTTPException

from ..contract.problem import TITLES, Problem

_logger = logging.getLogger(__name__)


class ProblemDispatcher(Dispatcher):
    """Answers every error as a problem document (RFC 9457), never as HTML or with a traceback."""

    routing_type = "enord_api"

    @classmethod
    def is_compatible_with(cls, request):
        return True  # a wrong media type is answered by the route, as a problem

    def dispatch(self, endpoint, args):
        self.request.params = dict(args)
        return self.request.registry["ir.http"]._dispatch(endpoint)

    def handle_error(self, exc):
        if isinstance(exc, HTTPException) and exc.response is not None:
            return exc.response
        problem = _as_problem(exc)
        response = self.request.make_json_response(
            problem.as_dict(),
            headers=[("Content-Type", "application/problem+json"), *problem.headers.items()],
            status=problem.status,
        )
        response.headers["Cache-Control"] = "no-store"
        return response


def _as_problem(exc):
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, HTTPException) and exc.code:
        headers = {
            name: value for name, value in exc.get_headers()
            if name.lower() in ("allow", "www-authenticate", "retry-after")
        }
        code = TITLES.get(exc.code, exc.name).lower().replace(" ", "_")
        return Problem(exc.code, code, exc.description or exc.name, headers=headers)
    if isinstance(exc, AccessDenied):
        return Problem(401, "unauthorized", "Authentication failed.", headers={
            "WWW-Authenticate": 'Bearer realm="enord_sales_sync"',
        })
    if isinstance(exc, AccessError):
        return Problem(403, "forbidden", "This is not allowed.")
    if isinstance(exc, UserError):
        # a rule of the ERP that the request does not meet: Odoo's own words tell which
        return Problem(422, "refused", str(exc))
    if isinstance(exc, psycopg2.OperationalError):
        return Problem(503, "unavailable", "The database is not available just now.", headers={
            "Retry-After": "2",
        })
    return Problem(500, "internal_error", "An unexpected error; it was logged.")
