"""Requests that nobody thought of: Schemathesis makes them of the API document.

No 5xx, every status and every body as the document has it, every 4xx a valid problem. Half of the
requests are valid by the document, half are not; of the SKUs and references many are real ones, so
that a request gets beyond the first check.
"""

import collections
import contextlib
import random
import time

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from devtools.progress import say

from .watched import Watched

REQUESTS = 50_000
#: Examples that are drawn between two looks at the clock.
BATCH = 20
EXAMPLE_REFERENCE = "ORD-WEB-2024-999"
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance,
]


def run(bench):
    """Send them all, and note how many there were."""
    wrong = ""
    # other benchmarks have archived the demonstration's storefront, and with it its key
    _storefront, keys = bench.silent_storefront("Any Request")
    watched = Watched(bench)
    try:
        counted = send(bench.connection | {"api_key": keys["api"]}, REQUESTS, {
            "sku": [product["default_code"] for product in bench.staff.search_read(
                "product.product", [("is_storable", "=", True)], ["default_code"], limit=5,
            )],
            "transaction_id": ["ANY-1", "ANY-2", "ANY-3"], "reference_id": ["ANY-1", "ANY-4"],
            "reservation_id": ["ANY-R1", "ANY-R2"], "location_code": ["WH-TECH-01"],
        }, after_each=watched.look)
    except Exception as failures:
        wrong = str(failures)
        say(wrong)
    else:
        say(f"  answers by status: {dict(sorted(counted.items()))}")
    bench.figure(
        "any request", "an answer is wrong" if wrong else f"{counted.total():,} requests",
        "no 5xx, no wrong answer", not wrong,
    )
    watched.note("any request")


def send(connection, requests, known=None, seconds=None, after_each=None):
    """Send about so many requests, the same share to each operation.

    :param dict known: for the name of a member or parameter, values that mean something here
    :param float seconds: send no more after this time
    :param after_each: called with a short name of each request after its answer
    :return: how many answers had which status
    :raise AssertionError: an answer is not as the document says
    """
    schema = schemathesis.openapi.from_url(f"{connection['odoo_url']}/api/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations()]
    deadline = time.monotonic() + (seconds or 24 * 3600)
    counted = collections.Counter()
    key = {"Authorization": f"Bearer {connection['api_key']}"}
    for number, operation in enumerate(operations):
        share = (deadline - time.monotonic()) / (len(operations) - number)
        until = time.monotonic() + share
        strategies = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
        wanted = counted.total() + requests // len(operations)
        for batch in range(requests):
            if counted.total() >= wanted or time.monotonic() > until:
                break
            for strategy in strategies:
                _send_batch(strategy, batch, known or {}, key, counted, after_each)
    return counted


def _send_batch(strategy, number, known, key, counted, after_each):
    @seed(number)
    @settings(
        max_examples=BATCH, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, dice=st.integers(0, 2**32))
    def every_answer_is_as_documented(case, dice):
        dice = random.Random(dice)
        case.body = _with_known(case.body, known, dice)
        case.query = _with_known(case.query, known, dice)
        case.path_parameters = _with_known(case.path_parameters, known, dice)
        case.headers = {
            name: value for name, value in (case.headers or {}).items()
            if name.lower() != "x-odoo-database"
        }
        response = case.call(headers=key)
        counted[response.status_code] += 1
        if after_each:
            after_each(f"{case.method} {case.path}")
        case.validate_response(response, checks=CHECKS)

    # an operation that takes nothing has no wrong requests
    with contextlib.suppress(Unsatisfiable):
        every_answer_is_as_documented()


def _with_known(value, known, dice):
    """The same with about half of the members that are known by name replaced."""
    if isinstance(value, dict):
        return {name: _known_or(child, name, known, dice) for name, child in value.items()}
    if isinstance(value, list):
        return [_with_known(child, known, dice) for child in value]
    return value


def _known_or(child, name, known, dice):
    # the specification's own order is for others to send
    if name in known and (child == EXAMPLE_REFERENCE or dice.random() < 0.5):
        return dice.choice(known[name])
    return _with_known(child, known, dice)
