"""Every ``code`` that a problem may have, and what a storefront does about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemCode:
    status: int
    meaning: str
    todo: str


FIX = "Correct the request; repeating it changes nothing."
WAIT = "Send the same request again after Retry-After."
STAFF = "A person has to look at it."

PROBLEM_CODES = {
    "malformed_json": ProblemCode(400, "The body is not JSON as RFC 8259 has it.", FIX),
    "bad_request": ProblemCode(400, "The HTTP request itself is broken or incomplete.", FIX),
    "invalid_query": ProblemCode(400, "The query is not text in UTF-8.", FIX),
    "unauthorized": ProblemCode(401, "No API key, or one that does not work (any more).",
                                "Send a key that works."),
    "forbidden": ProblemCode(403, "The request is not allowed.", STAFF),
    "storefront_not_live": ProblemCode(
        403, "The storefront is not live in the ERP yet. Until then it may read; a test storefront "
             "may do everything.", "Have staff press Go Live.",
    ),
    "insufficient_scope": ProblemCode(
        403, "The API key may not do this; WWW-Authenticate names the scope that it lacks.",
        "Send a key that has the scope.",
    ),
    "address_not_allowed": ProblemCode(
        403, "The API key may not be used from this address.", STAFF,
    ),
    "https_required": ProblemCode(
        403, "The call came over plain http.", "Call the same path with https://.",
    ),
    "not_found": ProblemCode(404, "There is no such path, or no such thing.", FIX),
    "unknown_database": ProblemCode(404, "X-Odoo-Database names no database here.", FIX),
    "database_not_named": ProblemCode(
        404, "The server has several databases.", "Send the header X-Odoo-Database.",
    ),
    "method_not_allowed": ProblemCode(405, "The path does not know the method; see Allow.", FIX),
    "conflict": ProblemCode(
        409, "The reference was used before, for something else; errors[].code says for what, and "
        "errors[].differing which members are not the same.",
        STAFF,
    ),
    "payment_reference_used": ProblemCode(
        409, "The payment came with another order of this storefront (errors[] says which), and "
             "pays once, also where that order was cancelled since.",
        "Send the order without payment, or with the payment that is its own.",
    ),
    "out_of_stock": ProblemCode(
        409, "Not enough stock; errors[] tells what is available of every SKU.",
        "Offer the customer what is available. The reference is not used up: send under it what "
        "the customer takes.",
    ),
    "needs_return": ProblemCode(
        409, "Goods of the order are with the customer.",
        "Have them returned: once staff have received them, send the cancellation again.",
    ),
    "reservation_too_large": ProblemCode(
        409, "More units of a SKU than one reservation may hold; errors[] has the limit.",
        "Go on without a hold, or hold fewer.",
    ),
    "reservation_limit": ProblemCode(
        409, "All reservations together hold as many units of a SKU as they may; errors[] has "
             "the limit.",
        "Go on without a hold.",
    ),
    "return_limit": ProblemCode(
        409, "More units than this storefront may return by adjustments within 24 hours; errors[] "
             "has the limit and what is left of it.",
        "Send it later, or have the ERP's staff receive the goods.",
    ),
    "reservation_ended": ProblemCode(
        409, "The reservation has expired or was released.",
        "Hold anew with PUT, or go on without.",
    ),
    "reservation_converted": ProblemCode(
        409, "The reservation became an order; errors[] says which.", FIX,
    ),
    "length_required": ProblemCode(411, "The body comes without Content-Length.", FIX),
    "body_too_large": ProblemCode(413, "The body is larger than 1 MiB.", FIX),
    "unsupported_media_type": ProblemCode(415, "The body is not application/json.", FIX),
    "unsupported_encoding": ProblemCode(
        415, "The body has a Content-Encoding other than identity.", FIX,
    ),
    "invalid_request": ProblemCode(
        422, "Fields are missing, unknown or wrong; the first 100 are named.", FIX,
    ),
    "invalid_parameter": ProblemCode(
        422, "A query parameter is unknown, missing or given more than once.", FIX,
    ),
    "unknown_sku": ProblemCode(422, "SKUs that this storefront does not sell.", STAFF),
    "unknown_location": ProblemCode(422, "Locations that this storefront does not have.", FIX),
    "total_differs": ProblemCode(
        422, "total_amount is not what the ERP computes; errors[] has both amounts.", STAFF,
    ),
    "lot_required": ProblemCode(422, "A return of a SKU with lots is received in Odoo.", STAFF),
    "refused": ProblemCode(
        422, "A rule of the ERP forbids it; its staff see which, in the API calls.", STAFF,
    ),
    "not_confirmed": ProblemCode(
        422, "The ERP did not confirm the order; its staff see why, in the API calls.", STAFF,
    ),
    "unknown_reservation": ProblemCode(
        422, "An order names a reservation that is not there.", "Send it without.",
    ),
    "too_many_requests": ProblemCode(429, "Too many requests of this storefront at once.", WAIT),
    "rate_limited": ProblemCode(429, "The API key has made its calls of this minute.", WAIT),
    "headers_too_large": ProblemCode(431, "All headers together are too long.", FIX),
    "internal_error": ProblemCode(500, "Unexpected; it was logged.", WAIT),
    "busy": ProblemCode(503, "The same products are being sold too often just now.", WAIT),
    "filter_broken": ProblemCode(
        503, "What this storefront sells cannot be listed; the ERP's staff are told.",
        "Keep what you have, and ask again after Retry-After.",
    ),
    "unavailable": ProblemCode(503, "The database is not there or is overloaded just now.", WAIT),
}
