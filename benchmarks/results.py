"""The figures of a run as a page: what ``--record`` writes to RESULTS.rst."""

from pathlib import Path

PAGE = Path(__file__).with_name("RESULTS.rst")
HEAD = ("what", "figure", "bar", "met")

INTRODUCTION = """\
Measured figures
================

Written by ``make bench ONLY=--record``; README.rst says what is measured and how. Peers and
floors ran on the same machine in the same run.

"""


def page(machine, rows):
    """reStructuredText of a run.

    :param machine: ``(what, value)`` pairs
    :param rows: of :func:`figures`
    """
    return f"{INTRODUCTION}{table(machine)}\n\n{figures(rows)}\n"


def figures(rows):
    """The table of figures.

    :param rows: ``(what, value, bar, whether it is met)``
    """
    return table([HEAD, *(
        (what, value, bar, "good" if good else "NOT MET") for what, value, bar, good in rows
    )], head=True)


def table(rows, head=False):
    """A simple table of reStructuredText, which reads well on a terminal too."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = "  ".join("=" * width for width in widths)
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    body = [*lines[:1], rule, *lines[1:]] if head else lines
    return "\n".join((rule, *body, rule))
