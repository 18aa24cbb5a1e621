"""Why a call was refused, in the words of staff."""

import json

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ..api.member_words import named

_lt = LazyTranslate(__name__)

#: Places of a refused call that its reason names.
MOST_ERRORS = 3
#: Each code of a problem in a word or two, of which no two are the same.
WORDS = {
    "malformed_json": _lt("Not JSON"),
    "bad_request": _lt("Broken request"),
    "invalid_query": _lt("Broken parameters"),
    "unauthorized": _lt("No API key that works"),
    "forbidden": _lt("Not allowed"),
    "storefront_not_live": _lt("The storefront is not live yet"),
    "insufficient_scope": _lt("The API key may not do this"),
    "address_not_allowed": _lt("The API key may not be used from this address"),
    "https_required": _lt("Called over plain http"),
    "not_found": _lt("Not found"),
    "unknown_database": _lt("Unknown database"),
    "database_not_named": _lt("Database not named"),
    "method_not_allowed": _lt("Wrong method"),
    "conflict": _lt("The number was used before, for something else"),
    "payment_reference_used": _lt("The payment came with another order"),
    "out_of_stock": _lt("Not enough stock"),
    "needs_return": _lt("Goods are with the customer"),
    "reservation_too_large": _lt("Too many units for one reservation"),
    "reservation_limit": _lt("Too many units in all reservations"),
    "return_limit": _lt("Too many units returned in a day"),
    "reservation_ended": _lt("The reservation has ended"),
    "reservation_converted": _lt("The reservation became an order"),
    "length_required": _lt("Size not told"),
    "body_too_large": _lt("Too large"),
    "unsupported_media_type": _lt("Not sent as JSON"),
    "unsupported_encoding": _lt("Sent compressed"),
    "invalid_request": _lt("Missing or wrong"),
    "invalid_parameter": _lt("Wrong parameters"),
    "unknown_sku": _lt("SKU not sold here"),
    "unknown_location": _lt("Unknown warehouse"),
    "total_differs": _lt("The total differs"),
    "lot_required": _lt("Lot or serial number needed: receive it in Odoo"),
    "refused": _lt("A rule of Odoo forbids it"),
    "not_confirmed": _lt("Odoo did not confirm the order"),
    "unknown_reservation": _lt("Unknown reservation"),
    "too_many_requests": _lt("Too many requests at once"),
    "rate_limited": _lt("Too many calls in a minute"),
    "headers_too_large": _lt("Headers too long"),
    "internal_error": _lt("An error in Odoo"),
    "busy": _lt("Too many buyers of the same products at once"),
    "filter_broken": _lt("The storefront's filter of products cannot be applied"),
    "unavailable": _lt("The database was not available"),
}


def in_words(env, code):
    """What staff call a problem, or None for what another add-on answers."""
    return env._(WORDS[code]) if code in WORDS else None  # pylint: disable=gettext-variable


class EnordApiCall(models.Model):
    _inherit = "enord.api.call"

    reason = fields.Char(
        compute="_compute_reason", help="What a refused call was told, in a sentence.",
    )

    @api.depends("code", "answer")
    @api.depends_context("lang")
    def _compute_reason(self):
        for call in self:
            try:
                problem = json.loads(call.answer or "{}")
            except ValueError:  # it was cut
                problem = {}
            said = in_words(self.env, call.code) or (problem.get("detail") or "").rstrip(".")
            errors = problem.get("errors") or []
            places = dict.fromkeys(_place(self.env, error) for error in errors[:MOST_ERRORS])
            if len(errors) > MOST_ERRORS:
                places["…"] = None
            call.reason = ": ".join(filter(None, (said, "; ".join(filter(None, places)))))


def _place(env, error):
    """One error of a problem: where, and how much was wanted and is there."""
    sku = error.get("sku")
    for most in ("available", "left", "limit"):
        if most in error and "requested" in error:
            quantities = env._(
                "%(asked)s wanted, %(most)s possible", asked=error["requested"], most=error[most],
            )
            return f"{sku}: {quantities}" if sku else quantities
    if "computed" in error:
        return env._("%(sent)s was sent, Odoo computes %(computed)s",
                     sent=error["sent"], computed=error["computed"])
    if error.get("differing"):
        return ", ".join(named(env, pointer) for pointer in error["differing"][:MOST_ERRORS])
    pointer = error.get("pointer") or ""
    if pointer.endswith("/sku"):
        return sku
    where = error.get("transaction_id") or (named(env, pointer) if pointer else None)
    return f"{where} ({sku})" if sku else where
