"""JSON for everybody: what the shop sells, and the live parts of the pages."""

from flask import Blueprint, Response, jsonify, request

from . import products
from .problem import Problem
from .shop import shop

blueprint = Blueprint("api", __name__, url_prefix="/api")


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
