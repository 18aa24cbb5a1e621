"""What SECURITY.md says is shown by tests that exist."""

import ast
import re

import pytest

from devtools import paths

PAGE = (paths.REPOSITORY / "SECURITY.md").read_text()
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)


def functions(file):
    """The names of all functions of a file, methods included."""
    tree = ast.parse((paths.REPOSITORY / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("file, function", sorted(set(NAMED)))
def test_a_named_test_exists(file, function):
    assert function.startswith("test_")
    assert function in functions(file), f"{file} has no {function}"


def test_each_line_of_what_is_protected_names_a_test():
    protected = PAGE.partition("\n## What is protected\n")[2].partition("\n## ")[0]
    lines = re.split(r"\n- ", protected)[1:]
    assert len(lines) > 20
    for line in lines:
        claim, *_more = line.split("\n\n")
        assert re.search(r"::test_\w+`\Z", claim.strip()), claim
