"""The pages a customer sees up to the cart."""

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for

from . import cart, csrf, money, products
from .shop import shop

blueprint = Blueprint("pages", __name__)
blueprint.before_request(csrf.check)

GROUPS_PER_PAGE = 24


# Globals, not context: macros in imported templates see them too.
blueprint.add_app_template_global(csrf.token, "csrf_token")
blueprint.add_app_template_global(money.percent_off, "percent_off")
blueprint.add_app_template_filter(money.inr, "inr")


@blueprint.app_template_global()
def cart_count() -> int:
    return cart.count(shop.store, cart.cart_id())


@blueprint.get("/")
def product_list():
    category = request.args.get("category", "")
    words = request.args.get("q", "").strip()
    found = products.groups(shop.store, category=category, words=words)
    pages = max(1, -(-len(found) // GROUPS_PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "list.html",
        groups=found[(page - 1) * GROUPS_PER_PAGE : page * GROUPS_PER_PAGE],
        found=len(found),
        categories=products.categories(shop.store),
        category=category,
        words=words,
        page=page,
        pages=pages,
    )


@blueprint.get("/products/<path:sku>")
def product_page(sku: str):
    product = products.find(shop.store, sku)
    if product is None:
        abort(404, "There is no such product.")
    if not product["sellable"]:
        others = products.siblings(shop.store, product["group_id"])
        return render_template("unavailable.html", product=product, others=others), 410
    return render_template(
        "product.html",
        product=product,
        siblings=products.siblings(shop.store, product["group_id"]),
    )


@blueprint.get("/cart")
def cart_page():
    return render_template("cart.html", cart=cart.contents(shop.store, cart.cart_id()))


@blueprint.post("/cart/add")
def add_to_cart():
    product = products.find(shop.store, request.form.get("sku", ""))
    if product is None or not product["sellable"]:
        abort(404, "This product is no longer sold.")
    quantity = request.form.get("quantity", 1, type=int)
    if not 0 < quantity <= cart.MOST_OF_ONE:
        abort(400, f"Choose a quantity from 1 to {cart.MOST_OF_ONE}.")
    cart.add(shop.store, cart.cart_id(), product["sku"], quantity)
    shop.holds.follow(cart.cart_id())
    if request.accept_mimetypes.best == "application/json":
        return jsonify(count=cart.count(shop.store, cart.cart_id()), title=product["title"])
    return redirect(url_for(".cart_page"), 303)


@blueprint.post("/cart/change")
def change_cart():
    quantity = request.form.get("quantity", type=int)
    if quantity is None:
        abort(400, "The quantity must be a whole number.")
    cart.change(shop.store, cart.cart_id(), request.form.get("sku", ""), quantity)
    shop.holds.follow(cart.cart_id())
    return redirect(url_for(".cart_page"), 303)
