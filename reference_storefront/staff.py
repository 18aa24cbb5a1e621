"""JSON for whoever runs the shop: what was received, and orders placed by programs.

Behind a login: events tell what the ERP does, orders whose they are.
"""

import hmac
import secrets
from datetime import timedelta

from flask import Blueprint, Response, jsonify, request, session

from . import clock, inbox, jsonfields, orders, products
from .holds import visitor
from .problem import Problem, field_problem
from .shop import shop

blueprint = Blueprint("staff", __name__, url_prefix="/api")

MOST_EVENTS = 1000

# Wrong passwords that one address may send; after them it waits, with the right one too.
MOST_WRONG = 10
WRONG_WITHIN = timedelta(minutes=10)

# In the signed cookie of a browser that has logged in: its own name, by which it is counted.
BROWSER = "staff_browser"


class LoginRequired(Problem):
    def __init__(self):
        super().__init__(401, "log in with the password that STOREFRONT_PASSWORD holds")

    def response(self) -> Response:
        response = super().response()
        response.headers["WWW-Authenticate"] = 'Basic realm="shop", charset="UTF-8"'
        return response


class TooManyGuesses(Problem):
    def __init__(self):
        super().__init__(429, "too many wrong passwords came from where you are: wait")

    def response(self) -> Response:
        response = super().response()
        response.headers["Retry-After"] = str(int(WRONG_WITHIN.total_seconds()))
        return response


@blueprint.before_request
def check_login() -> None:
    """HTTP Basic, any user name. Without a password in the configuration nobody comes in."""
    password, login = shop.config.password, request.authorization
    given = login.password if login and login.type == "basic" else ""
    if not password or not given:
        raise LoginRequired
    who = _who()
    if _wrong_ones(who) >= MOST_WRONG:
        raise TooManyGuesses
    if not hmac.compare_digest(given.encode(), password.encode()):
        with shop.store.transaction() as db:
            db.execute("DELETE FROM wrong_password WHERE at < ?", (_lately(),))
            db.execute("INSERT INTO wrong_password VALUES (?, ?)", (who, clock.iso(clock.now())))
        raise LoginRequired
    if BROWSER not in session:
        session[BROWSER] = secrets.token_urlsafe(12)
        session.permanent = True


def _who() -> str:
    """Whose wrong passwords are counted together: an address's, or of a browser that has logged in
    before its own, so that no stranger keeps it out who comes from the same address, be it that of
    a proxy."""
    if BROWSER in session:
        return f"browser {session[BROWSER]}"
    return visitor(request.remote_addr or "")


def _wrong_ones(who: str) -> int:
    query = "SELECT COUNT(*) FROM wrong_password WHERE visitor = ? AND at >= ?"
    return shop.store.row(query, who, _lately())[0]


def _lately() -> str:
    return clock.iso(clock.now() - WRONG_WITHIN)


@blueprint.get("/events")
def events() -> Response:
    """What was received, newest first, each with its lag behind the ERP's commit."""
    text = request.args.get("limit", "50")
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) > 0):
        raise Problem(400, "limit must be a positive whole number")
    return jsonify(inbox.newest(shop.store, min(int(text), MOST_EVENTS)))


@blueprint.post("/orders")
def place_order() -> tuple[Response, int]:
    """{"items": [{"sku", "quantity"}], "customer": {"name", "tax_id"?}} makes an order.

    201 or 200 confirmed, 202 not answered by the ERP yet, 409 out of stock, 422 refused.
    """
    # A form on another site can not send this type: it is the JSON routes' CSRF protection.
    if request.mimetype != "application/json":
        raise Problem(415, "send application/json")
    body = jsonfields.obj(jsonfields.decode(request.get_data(cache=False)), "")
    customer = jsonfields.obj(body.get("customer"), "/customer")
    name = jsonfields.text(customer, "name", "/customer")
    tax_id = jsonfields.text(customer, "tax_id", "/customer", default="")
    lines = _lines(jsonfields.array(body, "items", ""))
    with shop.store.transaction() as db:
        transaction_id = orders.write_down(db, lines, name, tax_id)
    shop.sales.settle_now(transaction_id)
    order = orders.find(shop.store, transaction_id)
    settled = {"confirmed": 200 if order["replayed"] else 201, "pending": 202}
    return jsonify(order), settled.get(order["state"], order["erp_status"])


def _lines(items: list) -> list[dict]:
    if not items:
        raise field_problem("/items", "must not be empty")
    lines = []
    for index, item in enumerate(items):
        at = f"/items/{index}"
        item = jsonfields.obj(item, at)
        found = products.find(shop.store, jsonfields.text(item, "sku", at))
        if found is None or not found["sellable"]:
            raise field_problem(f"{at}/sku", "is not on sale", "unknown_sku")
        quantity = jsonfields.number(item, "quantity", at)
        if quantity <= 0:
            raise field_problem(f"{at}/quantity", "must be more than 0")
        lines.append({"sku": found["sku"], "quantity": quantity, "unit_price": found["price"]})
    return lines


@blueprint.get("/orders/<transaction_id>")
def order(transaction_id: str) -> Response:
    return jsonify(_order(transaction_id))


@blueprint.post("/orders/<transaction_id>/resend")
def resend(transaction_id: str) -> Response:
    """Post the very same bytes to the ERP once more: an order exists once, however often told.

    {"erp_status", "replayed", "erp"}: the ERP's status code, whether it said that this was a
    repeat, and its answer. 502 when it gave none.
    """
    _order(transaction_id)
    answer = shop.sales.post(transaction_id)
    if answer is None:
        raise Problem(502, "the ERP gave no answer; the order stays as it is")
    return jsonify(erp_status=answer.status, replayed=answer.replayed, erp=answer.content)


def _order(transaction_id: str) -> dict:
    found = orders.find(shop.store, transaction_id)
    if found is None:
        raise Problem(404, f"no order has the transaction id {transaction_id}")
    return found
