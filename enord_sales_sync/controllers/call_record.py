"""What is written down of a call, for staff."""

import threading
import time
from functools import partial

from ..contract.operations import find
from ..contract.redaction import kept_of_call, kept_of_query
from ..contract.texts import tidy
from ..models.api.api_call import write_call

#: Characters of a path and of a user agent.
MAX_PATH = 256
REFERENCES = ("transaction_id", "reference_id", "reservation_id")


def record_call(request, response, problem=None):
    """Have a call written down once its answer is sent.

    A refused call's transaction is rolled back, so this takes one of its own; and nobody waits for
    it.

    :param problem: what a refused call is answered
    """
    caller = getattr(request, "enord_caller", {})
    if request.registry is None or not (caller or problem):
        return  # health checks and the document are nobody's calls
    httprequest = request.httprequest
    body = getattr(request, "enord_body", None)
    operation = find(httprequest.method, httprequest.path)
    values = {
        **caller,
        "operation": operation and operation.name,
        "method": httprequest.method,
        "path": _kept(httprequest.path),
        "query": kept_of_query(httprequest.query_string),
        "status": response.status_code,
        "duration_ms": round((time.time() - threading.current_thread().perf_t0) * 1000),
        "reference": _reference(getattr(request, "params", {}), body),
        "remote_address": httprequest.remote_addr,
        "user_agent": _kept(httprequest.headers.get("User-Agent", "")),
    }
    if problem:
        kept_body, answer = kept_of_call(body, problem)
        values.update(code=problem.code, body=kept_body, answer=answer)
    request.registry["ir.http"]._enord_after_response(
        response, partial(write_call, request.db, values)
    )


def _kept(text):
    # PostgreSQL takes no text with a zero byte
    return text[:MAX_PATH].replace("\x00", "\ufffd")


def _reference(arguments, body):
    for source in (arguments, body):
        for name in REFERENCES if isinstance(source, dict) else ():
            if isinstance(source.get(name), str):
                # as it is when it is accepted in the end
                return _kept(tidy(source[name]))[:64]
    return False
