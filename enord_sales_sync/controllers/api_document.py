from odoo.http import Controller, request

from ..contract.openapi import document
from ..contract.readable import readable
from .endpoint import api_route


class SalesSyncApiDocument(Controller):
    """What the API is, for programs and for the people who write them (specification, 7.4)."""

    @api_route("/api/openapi.json", methods=["GET"], auth="none", readonly=True)
    def openapi(self):
        return request.make_json_response(document(_base_url()))

    @api_route("/api/docs", methods=["GET"], auth="none", readonly=True)
    def docs(self):
        page = request.env["ir.qweb"].sudo()._render(
            "enord_sales_sync.api_docs", readable(document(_base_url())),
        )
        return request.make_response(page, headers=[
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy",
             "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"),
        ])


def _base_url():
    return request.env["ir.config_parameter"].sudo().get_param("web.base.url")
