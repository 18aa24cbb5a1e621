"""How many tests ran, and whether that is a result to be trusted."""

import dataclasses
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element


@dataclasses.dataclass(frozen=True)
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    status: int = 0
    """pytest's exit status."""
    seconds: float = 0

    @property
    def ran(self) -> int:
        return self.passed + self.failed

    @classmethod
    def read(cls, report: Element, status: int, seconds: float) -> "Counts":
        """From a JUnit report: testcases with a failure, an error, a skipped, or nothing in them.

        Counted by element, because a test whose tear-down fails has two entries.
        """
        outcomes: dict[tuple[str, str], set[str]] = {}
        for case in report.iter("testcase"):
            name = (case.get("classname", ""), case.get("name", ""))
            outcomes.setdefault(name, set()).update(child.tag for child in case)
        bad = sum(1 for tags in outcomes.values() if tags & {"failure", "error"})
        skipped = sum(1 for tags in outcomes.values() if tags & {"skipped"})
        return cls(len(outcomes) - bad - skipped, bad, skipped, status, seconds)


def problems(counts: Mapping[str, Counts]) -> list[str]:
    """Why the run as a whole is not good: a test that did not run has shown nothing."""
    found = []
    for kind, count in counts.items():
        if not count.ran:
            found.append(f"{kind}: no test ran")
        if count.skipped:
            found.append(f"{kind}: {count.skipped} skipped")
        if count.failed:
            found.append(f"{kind}: {count.failed} failed")
        elif count.ran and count.status:
            found.append(f"{kind}: pytest ended with status {count.status}")
    return found


def closing_line(counts: Iterable[Counts]) -> str:
    counts = list(counts)
    passed, failed, skipped = (
        sum(getattr(count, name) for count in counts) for name in ("passed", "failed", "skipped")
    )
    line = f"{passed} passed, {failed} failed"
    return f"{line}, {skipped} skipped" if skipped else line
