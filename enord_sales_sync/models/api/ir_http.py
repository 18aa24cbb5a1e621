import re

from odoo import models
from odoo.http import Response, _dispatchers, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, abort
from werkzeug.routing import RequestRedirect

from ...contract.operations import begins_like_ours
from ...contract.problem import Problem
from ..storefront.language import language

API_PATHS = re.compile(r"^/api(/|$)")
#: U+FFFD stands for bytes that are not UTF-8.
NO_TEXT = re.compile("[\x00-\x1f\x7f\ufffd]")
BEARER = re.compile(r"^bearer +(.+)$", re.IGNORECASE)
#: What a storefront that is not live may do; all of it, where it is a test storefront.
READS = ("GET", "HEAD", "OPTIONS")
KEY = re.compile(r"[0-9A-Za-z]{1,128}")
PICTURES = "/enord/media/"
#: Characters of all headers. A server takes a hundred of 64 KiB each.
MAX_HEAD = 32 * 1024
#: Characters of a program's name that are looked at. Odoo's website searches it with expressions
#: that take 15 s for 32 KiB of spaces.
MAX_USER_AGENT = 256


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_enord_api_key(cls):
        """Authenticate a storefront by its API key (specification, section 3).

        The key opens this API alone: it carries a scope, and its user has no rights in Odoo.
        """
        headers = request.httprequest.headers
        bearer = BEARER.match(headers.get("Authorization", ""))
        key = (bearer.group(1) if bearer else headers.get("X-API-Key", "")).strip()
        known = KEY.fullmatch(key) and request.env["enord.storefront.key"]._of(key)
        if not known:
            raise Problem(
                401, "unauthorized",
                "The API key is not valid." if key else
                "Send the API key as “Authorization: Bearer …” or “X-API-Key: …”.",
                headers={"WWW-Authenticate": 'Bearer realm="enord_sales_sync"'},
            )
        storefront = known.storefront_id
        request.enord_caller = {"storefront_id": storefront.id, "key_id": known.id}
        request.session.can_save = False
        known._admit(request.httprequest)
        if request.httprequest.method not in READS and not (
            storefront.stage == "live" or storefront.test_mode
        ):
            raise Problem(
                403, "storefront_not_live",
                "This storefront is not live yet: it may read, and sells nothing.",
            )
        request.update_env(user=storefront.service_user_id.id)
        request.update_context(
            allowed_company_ids=storefront.company_id.ids, enord_storefront_id=storefront.id,
        )

    @classmethod
    def _authenticate_explicit(cls, auth):
        if auth == "enord_api_key":
            # a browser's session has no say here, and a refusal is a problem document
            return cls._auth_method_enord_api_key()
        return super()._authenticate_explicit(auth)

    @classmethod
    def _match(cls, path_info):
        if API_PATHS.match(path_info) or path_info.startswith(PICTURES):
            environ = request.httprequest.environ
            agent = environ.get("HTTP_USER_AGENT", "")
            environ["HTTP_USER_AGENT"] = agent[:MAX_USER_AGENT]
        if not API_PATHS.match(path_info) or hasattr(request, "is_frontend"):
            return super()._match(path_info)
        # whoever has a language is not redirected to a page in it: Odoo takes the path as it is
        # where this is known
        request.is_frontend = request.is_frontend_multilang = False
        try:
            rule, args = super()._match(path_info)
            if rule.endpoint.routing["type"] == "enord_api":
                cls._enord_check_path(path_info)
                return rule, args
        except (HTTPException, Problem) as error:
            if cls._enord_is_ours(path_info, error):
                request.session.can_save = False
                request.dispatcher = _dispatchers["enord_api"](request)
                if isinstance(error, (NotFound, RequestRedirect)) or "//" in path_info:
                    # as a NotFound it would be looked for among pages and attachments
                    raise Problem(404, "not_found", "There is no such path.") from error
                raise
        # another add-on's route: matched again as if this add-on were not there
        del request.is_frontend, request.is_frontend_multilang
        return super()._match(path_info)

    @classmethod
    def _serve_fallback(cls):
        # Odoo looks among attachments for a path that no route knows, and fails on one that
        # PostgreSQL cannot hold
        if request.httprequest.path.startswith(PICTURES):
            return None
        return super()._serve_fallback()

    @classmethod
    def _enord_check_path(cls, path_info):
        """Answer what is decided by a path of ours and the size of the head alone."""
        headers = request.httprequest.headers
        if sum(len(name) + len(value) for name, value in headers) > MAX_HEAD:
            raise Problem(
                431, "headers_too_large", f"All headers together may have {MAX_HEAD} bytes.",
            )
        if NO_TEXT.search(path_info):
            raise Problem(404, "not_found", "The path is not percent-encoded text.")
        if request.httprequest.method == "OPTIONS":
            methods = ", ".join(sorted(cls._enord_urls().allowed_methods(path_info)))
            response = Response(status=204, headers={"Allow": methods})
            response.headers.remove("Content-Type")
            abort(response)

    @classmethod
    def _enord_is_ours(cls, path_info, error):
        """Whether what went wrong in matching a path is no other add-on's."""
        if isinstance(error, RequestRedirect):
            return begins_like_ours(path_info)
        if isinstance(error, MethodNotAllowed):
            try:
                rule, _args = cls._enord_urls().match(
                    path_info, method=error.valid_methods[0], return_rule=True,
                )
            except RequestRedirect:
                return begins_like_ours(path_info)
            return rule.endpoint.routing["type"] == "enord_api"
        return True

    @classmethod
    def _enord_urls(cls):
        """Odoo's routes, once Odoo has matched (``website`` has its own way to them)."""
        return request.env["ir.http"].routing_map().bind_to_environ(request.httprequest.environ)

    @classmethod
    def _enord_after_response(cls, response, work):
        """Run ``work`` once the answer is sent, or its caller has hung up."""
        # or the server is given the bare body, and closes that alone
        response.direct_passthrough = False
        response.call_on_close(work)

    @classmethod
    def _pre_dispatch(cls, rule, args):
        context = dict(request.env.context)
        result = super()._pre_dispatch(rule, args)
        if "enord_storefront_id" in context:
            request.update_context(lang=language(
                request.env["enord.storefront"].browse(context["enord_storefront_id"])
            ))
        return result
