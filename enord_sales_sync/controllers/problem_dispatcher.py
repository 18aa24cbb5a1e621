"""Routes of ``type="enord_api"``: the one place where errors become responses."""

from odoo.http import Dispatcher
from werkzeug.exceptions import HTTPException, NotFound

from ..contract.operations import find
from ..contract.query import check_query
from .call_record import record_call
from .no_database import problem_without_database
from .problem_answer import as_problem, problem_response


class ProblemDispatcher(Dispatcher):
    """What every call of the API has in common, whatever it asks for."""

    routing_type = "enord_api"

    @classmethod
    def is_compatible_with(cls, request):
        return True  # a wrong media type is answered by the route, as a problem

    def dispatch(self, endpoint, args):
        request, httprequest = self.request, self.request.httprequest
        if request.registry is None:
            # with the add-on in server_wide_modules its public routes are there without a database
            raise problem_without_database(httprequest, NotFound())
        request.params = dict(args)
        check_query(find(httprequest.method, httprequest.path), httprequest.query_string)
        with request.env["enord.storefront"]._in_flight_slot():
            return request.registry["ir.http"]._dispatch(endpoint)

    def post_dispatch(self, response):
        result = super().post_dispatch(response)
        record_call(self.request, response)
        return result

    def handle_error(self, exc):
        if isinstance(exc, HTTPException) and exc.response is not None:
            return exc.response
        problem = as_problem(exc)
        response = problem_response(problem)
        record_call(self.request, response, problem)
        return response
