from odoo.http import Controller, request

from ..contract.queries import Availability, CataloguePage, read_query
from ..models.catalogue.catalogue_page import catalogue_page
from ..models.stock.availability import availability
from .endpoint import api_route, calling_storefront


class Catalogue(Controller):
    """What there is, and how much of it."""

    @api_route("/api/catalog/products", methods=["GET"], readonly=True)
    def catalogue(self):
        page = read_query(CataloguePage, request.httprequest.args.to_dict())
        return request.make_json_response(
            catalogue_page(calling_storefront(), page.after, page.limit)
        )

    @api_route("/api/inventory/availability", methods=["GET"], readonly=True)
    def stock_availability(self):
        asked = read_query(Availability, {"sku": request.httprequest.args.getlist("sku")})
        return request.make_json_response(availability(calling_storefront(), asked.sku))
