from xml.etree import ElementTree

from devtools.test_counts import Counts, closing_line, problems

REPORT = """<testsuites><testsuite>
<testcase classname="a" name="good"/>
<testcase classname="a" name="bad"><failure/></testcase>
<testcase classname="a" name="broken"><error/></testcase>
<testcase classname="a" name="left out"><skipped/></testcase>
<testcase classname="a" name="bad at the end"><failure/></testcase>
<testcase classname="a" name="bad at the end"><error/></testcase>
</testsuite></testsuites>"""


def test_a_test_that_fails_twice_is_counted_once():
    counts = Counts.read(ElementTree.fromstring(REPORT), 1, 2.0)
    assert (counts.passed, counts.failed, counts.skipped, counts.ran) == (1, 3, 1, 4)


def test_a_good_run_has_no_problem():
    assert problems({"contract": Counts(passed=3)}) == []


def test_no_test_a_skipped_one_and_a_strange_end_are_problems():
    assert problems({"e2e": Counts(status=5)}) == ["e2e: no test ran"]
    assert problems({"e2e": Counts(passed=1, skipped=2)}) == ["e2e: 2 skipped"]
    assert problems({"e2e": Counts(passed=1, failed=1, status=1)}) == ["e2e: 1 failed"]
    assert problems({"e2e": Counts(passed=1, status=3)}) == ["e2e: pytest ended with status 3"]


def test_the_closing_line_sums_up():
    two = [Counts(passed=2, failed=1), Counts(passed=3)]
    assert closing_line(two) == "5 passed, 1 failed"
    assert closing_line([Counts(passed=1, skipped=1)]) == "1 passed, 0 failed, 1 skipped"
