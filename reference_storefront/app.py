"""Put the parts together: one Flask application."""

import secrets
import sqlite3

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from . import api, checkout, csrf, pages, staff, webhooks
from .config import Config
from .erp import Erp
from .holds import Holds
from .problem import Problem
from .sales import Sales
from .shop import Shop
from .store import Store

# Of any request. The longest that comes is a catalog.update; forms are shorter: see csrf.py.
LARGEST_BODY = 1024 * 1024

# Everything the pages need is served from here; only product images come from the ERP.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' http: https:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(config: Config) -> Flask:
    """Build the shop. Its order workers are started apart: `shop_of(app).sales.start()`."""
    app = Flask(__name__)
    store = Store(config.database)
    erp = Erp(config)
    app.extensions["shop"] = Shop(config, store, erp, Sales(store, erp), Holds(store, erp))
    # Made once and kept, so that a restart empties nobody's cart.
    app.secret_key = store.setting("session_key", lambda: secrets.token_hex(32))
    # Cookies do not know ports: a name of its own, beside the ERP's on the same host.
    app.config.update(
        SESSION_COOKIE_NAME="shop_session",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=config.https,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=csrf.LARGEST_FORM,
        MAX_FORM_PARTS=csrf.MOST_FIELDS,
    )
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    app.url_map.merge_slashes = False  # a SKU may hold slashes
    for module in (webhooks, api, staff, pages, checkout):
        app.register_blueprint(module.blueprint)
    app.register_error_handler(Problem, lambda problem: problem.response())
    app.register_error_handler(sqlite3.OperationalError, _busy)
    app.register_error_handler(HTTPException, _http_error)
    app.after_request(_secure)
    return app


def shop_of(app: Flask) -> Shop:
    return app.extensions["shop"]


def _for_programs() -> bool:
    return request.path.startswith(("/api/", "/webhooks/"))


def _http_error(error: HTTPException):
    if _for_programs():
        return Problem(error.code or 500, error.description or error.name).response()
    return render_template("error.html", error=error), error.code


def _busy(error: sqlite3.OperationalError):
    """The database was locked for long: nothing was written, the ERP delivers again."""
    if "locked" not in str(error) and "busy" not in str(error):
        raise error
    response = Problem(503, "the shop is busy, try again").response()
    response.headers["Retry-After"] = "1"
    return response


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
