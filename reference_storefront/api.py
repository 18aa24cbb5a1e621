"""JSON for scripts, tests and the live parts of the pages."""

from flask import Blueprint, Response, jsonify, request

from . import inbox, jsonfields, orders, products
from .problem import Problem, field_problem
from .shop import shop

blueprint = Blueprint("api", __name__, url_prefix="/api")

MOST_EVENTS = 1000
LARGEST_BODY = 1024 * 1024


@blueprint.get("/products")
def product_list() -> Response:
    """Every product on sale; 304 without any work while nothing changed."""
    return _with_revision(lambda: [_public(p) for p in products.sellable(shop.store)])


@blueprint.get("/products/<path:sku>")
def product(sku: str) -> Response:
    """One product; its ETag is its content, so a change of another product costs nothing."""
    found = products.find(shop.store, sku)
    if found is None or not found["sellable"]:
        raise Problem(404, f"no product on sale has the SKU {sku}")
    response = jsonify(_public(found))
    response.add_etag()
    return _conditional(response)


@blueprint.get("/stock")
def stock() -> Response:
    """{"GRP-UAV-X1": {"stock", "level", "label"}}: the little that the product list polls."""
    return _with_revision(lambda: products.stock_by_group(shop.store))


def _public(found: dict) -> dict:
    return {key: value for key, value in found.items() if key != "sellable"}


def _with_revision(build) -> Response:
    # Read before the content: a change in between makes the ETag too old, never too new.
    etag = f"r{shop.store.revision()}"
    response = Response(status=304) if etag in request.if_none_match else jsonify(build())
    response.set_etag(etag)
    return _conditional(response)


def _conditional(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"  # keep it, but ask each time
    return response.make_conditional(request)


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
    raw = request.stream.read(LARGEST_BODY + 1)
    if len(raw) > LARGEST_BODY:
        raise Problem(413, f"an order has at most {LARGEST_BODY} bytes")
    body = jsonfields.obj(jsonfields.decode(raw), "")
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
