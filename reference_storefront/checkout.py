"""From the cart to an order, and the page that tells what became of it."""

import secrets

from flask import Blueprint, abort, jsonify, redirect, render_template, request, session, url_for

from . import cart, csrf, orders, products
from .shop import shop

blueprint = Blueprint("checkout", __name__)
blueprint.before_request(csrf.check)

LONGEST_NAME = 120
LONGEST_TAX_ID = 30
TYPED = "typed"


@blueprint.get("/checkout")
def checkout_page():
    """Who the order is for. Looking at it holds nothing."""
    return _details(**session.get(TYPED, {}))


def _details(*, name: str = "", tax_id: str = "", error: str = "", status=200):
    contents = cart.contents(shop.store, cart.cart_id())
    if not contents["orderable"]:
        return redirect(url_for("pages.cart_page"), 303)
    page = render_template(
        "checkout.html", cart=contents, name=name, tax_id=tax_id, error=error
    )
    return page, status


@blueprint.post("/checkout/payment")
def payment_page():
    """The last step, where the goods are held."""
    name, tax_id, error = _typed()
    if error:
        return _details(name=name, tax_id=tax_id, error=error, status=422)
    # For who goes back: in the visitor's own cookie, and nowhere else before there is an order.
    session[TYPED] = {"name": name, "tax_id": tax_id}
    return _payment(name=name, tax_id=tax_id)


def _payment(*, name: str, tax_id: str, notice: str = "", status=200):
    if not cart.contents(shop.store, cart.cart_id())["orderable"]:
        return redirect(url_for("pages.cart_page"), 303)
    held = shop.holds.keep(cart.cart_id(), request.remote_addr or "")
    page = render_template(
        "payment.html",
        cart=cart.contents(shop.store, cart.cart_id()),
        held=held,
        short=_with_titles(held.short),
        name=name,
        tax_id=tax_id,
        notice=notice,
        # Made with the form, so that this form, however often it is sent, is one order.
        token=secrets.token_urlsafe(16),
    )
    # Not kept by the browser: "back" after an order gets a new form, with a new token.
    return page, status, {"Cache-Control": "no-store"}


def _typed() -> tuple[str, str, str]:
    """Name and tax id of the form, and what is wrong with them."""
    name = request.form.get("name", "").strip()
    tax_id = request.form.get("tax_id", "").strip()
    error = ""
    if not name:
        error = "Please tell us who the order is for."
    elif len(name) > LONGEST_NAME or len(tax_id) > LONGEST_TAX_ID:
        error = "That is longer than we can print."
    return name, tax_id, error


@blueprint.post("/checkout/hold")
def hold_on():
    """{"until"}: asked by the open page from time to time; null when nothing is held (any more)."""
    return jsonify(until=shop.holds.hold_on(cart.cart_id()).until)


@blueprint.post("/checkout")
def place_order():
    name, tax_id, error = _typed()
    if error:
        return _details(name=name, tax_id=tax_id, error=error, status=422)
    token = request.form.get("checkout_token", "")
    if not token:
        abort(400, "The form is not complete. Reload the page and try again.")
    shop.holds.settle(cart.cart_id())
    try:
        transaction_id, is_new = orders.place_cart(
            shop.store, cart.cart_id(), token, request.form.get("shown_total", ""), name, tax_id
        )
    except orders.NotOrderable:
        return redirect(url_for("pages.cart_page"), 303)
    except orders.PriceChanged:
        notice = "A price or your cart has changed. Please look at the new total."
        return _payment(name=name, tax_id=tax_id, notice=notice, status=409)
    if is_new:
        shop.sales.settle_now(transaction_id)
    return redirect(url_for(".order_page", transaction_id=transaction_id), 303)


@blueprint.get("/orders/<transaction_id>/state")
def order_state(transaction_id: str):
    """{"state"}: what the open page of an order waits for."""
    order = orders.find(shop.store, transaction_id)
    if order is None:
        abort(404, "There is no such order.")
    return jsonify(state=order["state"])


@blueprint.get("/orders/<transaction_id>")
def order_page(transaction_id: str):
    order = orders.find(shop.store, transaction_id)
    if order is None:
        abort(404, "There is no such order.")
    lines = [
        {**line, "product": products.find(shop.store, line["sku"])}
        for line in order["request"]["line_items"]
    ]
    return render_template("order.html", order=order, lines=lines, refused=_refused(order))


def _refused(order: dict) -> list[dict]:
    """The ERP's reasons, with the name of the product each is about where it says a SKU."""
    answer = order["erp"] if isinstance(order["erp"], dict) else {}
    return _with_titles([e for e in answer.get("errors") or [] if isinstance(e, dict)])


def _with_titles(reasons: list[dict]) -> list[dict]:
    for reason in reasons:
        product = products.find(shop.store, str(reason.get("sku", "")))
        reason["title"] = product["title"] if product else reason.get("sku")
    return reasons
