"""Holds an answer of the API against the API document."""

from pydantic import TypeAdapter

from ..contract.openapi import PROBLEM_JSON
from ..contract.operations import find
from ..contract.problem_codes import PROBLEM_CODES
from ..contract.responses import ProblemDetails


def hold_to_document(test, method, path, response):
    """Fail ``test`` where an answer is not as the document has it.

    :param response: of ``requests``
    """
    operation = find(method, path.partition("?")[0])
    what = f"{method} {path}: {response.status_code} {response.text[:500]}"
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    if response.status_code >= 400:
        test.assertEqual(media_type, PROBLEM_JSON, what)
        if method == "HEAD":
            return
        problem = ProblemDetails.model_validate_json(response.content)
        known = PROBLEM_CODES.get(problem.code)
        test.assertTrue(known, f"{what}: add {problem.code} to contract/problem_codes.py")
        test.assertEqual((known.status, problem.status), (response.status_code,) * 2, what)
        if operation:
            test.assertIn(problem.code, operation.problem_codes(),
                          f"{what}: add it to contract/operations.py")
        for error in problem.errors:
            test.assertFalse(error.model_extra, f"{what}: add it to contract/responses.py")
    elif method not in ("HEAD", "OPTIONS"):
        test.assertTrue(operation, f"{what}: add it to contract/operations.py")
        test.assertIn(response.status_code, operation.answers, what)
        expected = operation.answers[response.status_code]
        if isinstance(expected, str):
            test.assertEqual(media_type, expected, what)
        elif expected is not None:
            test.assertEqual(media_type, "application/json", what)
            TypeAdapter(expected).validate_json(response.content)
        for header in operation.headers:
            test.assertIn(header, response.headers, what)
