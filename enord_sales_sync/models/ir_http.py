import re

from odoo import models
from odoo.http import _dispatchers, request
from werkzeug.exceptions import HTTPException

from ..contract.problem import Problem

API_PATHS = re.compile(r"^/api(/|$)")
BEARER = re.compile(r"^bearer +(\S+) *$", re.IGNORECASE)


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _auth_method_enord_api_key(cls):
        """Authenticate a storefront by its API key (specification, section 3).

        The key opens this API alone: it carries a scope, and its user has no rights in Odoo.
        """
        headers = request.httprequest.headers
        bearer = BEARER.match(headers.get("Authorization", ""))
        key = bearer.group(1) if bearer else headers.get("X-API-Key", "").strip()
        storefront = key and request.env["enord.storefront"]._of_api_key(key)
        if not storefront:
            raise Problem(
                401, "unauthorized",
                "The API key is not valid." if key else
                "Send the API key as “Authorization: Bearer …” or “X-API-Key: …”.",
                headers={"WWW-Authenticate": 'Bearer realm="enord_sales_sync"'},
            )
        request.session.can_save = False
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
        try:
            return super()._match(path_info)
        except HTTPException:
            if API_PATHS.match(path_info):
                # nothing under /api/ answers HTML, a wrong path or method included
                request.dispatcher = cls._enord_problem_dispatcher()
            raise

    @classmethod
    def _enord_problem_dispatcher(cls):
        return _dispatchers["enord_api"](request)

    @classmethod
    def _pre_dispatch(cls, rule, args):
        context = dict(request.env.context)
        result = super()._pre_dispatch(rule, args)
        if "enord_storefront_id" in context:
            company = request.env["enord.storefront"].sudo().browse(
                context["enord_storefront_id"]
            ).company_id
            request.update_context(lang=company.partner_id.lang or request.env.context["lang"])
        return result
