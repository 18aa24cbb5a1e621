"""What every endpoint of the API shares: its kind of route, its storefront, its body."""

from odoo.http import request, route

from ..contract.problem import FieldError, Problem
from ..contract.strict_json import parse
from ..models.storefront.storefront import time_zone

MAX_BODY = 1024 * 1024


def api_route(path, **options):
    options.setdefault("auth", "enord_api_key")
    return route(path, type="enord_api", csrf=False, save_session=False, **options)


def calling_storefront():
    """The storefront that the API key belongs to. Days are those of its time zone."""
    env = request.env
    storefront = env["enord.storefront"].sudo().browse(env.context["enord_storefront_id"])
    return storefront.with_context(tz=time_zone(storefront).zone)


def asked_warehouses(storefront, code, pointer):
    """The warehouse of a location code that a request names, or all of the storefront's.

    :param str pointer: of the code in the body, or the name of the query's parameter
    :raise Problem: 422 where it is none of the storefront's
    """
    if code is None:
        return storefront.warehouse_ids
    by_code = storefront.warehouse_ids._enord_by_code()
    warehouse = by_code.get(code)
    if not warehouse:
        detail = "expected one of " + ", ".join(sorted(by_code))
        raise Problem(
            422, "unknown_location", f"{code} is not a location of this storefront.",
            [FieldError(pointer, "unknown_location", detail)],
        )
    return warehouse


def read_json():
    """The request's body, parsed strictly.

    :raise Problem: 415 for another media type, 411 for a body of unknown length, 413 for too long a
        one, 400 for what is not JSON
    """
    httprequest = request.httprequest
    if httprequest.mimetype != "application/json":
        raise Problem(
            415, "unsupported_media_type",
            f"Expected Content-Type application/json, not “{httprequest.mimetype[:80]}”.",
            headers={"Accept": "application/json"},
        )
    # a parameter without a value says nothing
    charset = (httprequest.mimetype_params.get("charset") or "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise Problem(
            415, "unsupported_media_type", f"The body must be UTF-8 text, not “{charset[:80]}”.",
            headers={"Accept": "application/json"},
        )
    encodings = (httprequest.content_encoding or "").lower().split(",")
    # “identity” says that nothing is encoded (RFC 9110, section 8.4)
    if {encoding.strip() for encoding in encodings} - {"", "identity"}:
        raise Problem(
            415, "unsupported_encoding", "The body must come without a Content-Encoding.",
            headers={"Accept-Encoding": "identity"},
        )
    transfer = httprequest.headers.get("Transfer-Encoding", "identity").lower()
    if httprequest.content_length is None or transfer != "identity":
        # a chunked body of unknown length would be read whole before anyone could object, also
        # where a length is named beside
        raise Problem(
            411, "length_required", "Send Content-Length with the body, and no Transfer-Encoding.",
        )
    # Werkzeug before 2.3, which Odoo pins for Python 3.11, reads whatever comes
    if httprequest.content_length > httprequest.max_content_length:
        raise Problem(
            413, "body_too_large", f"The body may have {httprequest.max_content_length} bytes.",
        )
    request.enord_body = parse(httprequest.get_data())
    return request.enord_body


def read_json_if_any():
    """The request's body, as :func:`read_json` has it; an empty object where there is none."""
    httprequest = request.httprequest
    has_body = httprequest.content_length or "Transfer-Encoding" in httprequest.headers
    return read_json() if has_body else {}


def created(body, replayed):
    """The answer to a request that made something: 201, or 200 where an earlier one has made it.

    :param dict body: JSON
    """
    headers = [("Idempotency-Replayed", "true")] if replayed else []
    return request.make_json_response(body, headers, status=200 if replayed else 201)


def answer(response):
    """200.

    :param str response: JSON text
    """
    return request.make_response(
        response, headers=[("Content-Type", "application/json; charset=utf-8")],
    )
