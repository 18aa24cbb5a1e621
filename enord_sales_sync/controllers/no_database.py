"""What is answered to calls of the API where no database serves the request.

Odoo then answers a page: 404 where it knows no database, 500 where it has no connection left. A
storefront that is told so would give up on an order that is fine in two seconds.
"""

import psycopg2
from odoo.http import RegistryError, _dispatchers, db_list
from werkzeug.exceptions import HTTPException, NotFound

from ..contract.operations import begins_like_ours
from ..contract.problem import Problem
from ..delivery.leadership import is_lost, who_is_led
from .problem_answer import as_problem, problem_response, unavailable


class HttpDispatcherWithoutDatabase(_dispatchers["http"]):
    """Odoo's own dispatcher, which also answers until a route is found.

    It takes the place of the former one for the whole process, by the core's own registry of
    dispatchers; it differs for paths of this API and without a database alone.
    """

    routing_type = "http"

    def handle_error(self, exc):
        request = self.request
        if request.registry is not None or not begins_like_ours(request.httprequest.path):
            return super().handle_error(exc)
        return problem_response(problem_without_database(request.httprequest, exc))


def problem_without_database(httprequest, exc):
    if "HTTP_HOST" not in httprequest.environ:
        return Problem(400, "bad_request", "The request has no Host header.")
    if not isinstance(exc, NotFound):
        if isinstance(exc, HTTPException) and exc.response is not None:
            return Problem(exc.code, "bad_request", exc.description or exc.name)
        return as_problem(exc)
    named = httprequest.headers.get("X-Odoo-Database")
    cause = _registry_error(exc)
    if named and (cause is None or _is_missing(named, cause)):
        return Problem(404, "unknown_database", "X-Odoo-Database names no database here.")
    if not named and cause is None and db_list(force=True, host=httprequest.environ["HTTP_HOST"]):
        return Problem(
            404, "database_not_named",
            "This server has several databases: name yours in the header X-Odoo-Database.",
        )
    return unavailable("The database is not available just now.")


def _registry_error(exc):
    while exc is not None and not isinstance(exc, RegistryError):
        exc = exc.__context__
    return exc and (exc.__cause__ or exc)


def _is_missing(dbname, error):
    """Whether a connection was refused because there is no such database: that has no SQLSTATE."""
    try:
        return is_lost(error) and dbname not in who_is_led([dbname])
    except psycopg2.Error:
        return False
