"""Runs the benchmarks on a stack of their own and prints figures beside their bars.

``python -m benchmarks [--record] [NAME ...]``: each NAME is a module here with ``run(bench)``.
"""

import argparse
import importlib
import shutil
import sys
import traceback

from devtools import marks, paths, stack
from devtools.progress import say
from devtools.sites import site

from . import machine, results
from .bench import Bench

#: Those that fill the outbox or the catalogue come last.
NAMES = (
    "claim", "dashboard", "receipt", "connections", "orders", "races", "busy_crons", "outbound",
    "queue_job", "resync", "comparison", "snapshot", "scale", "any_request", "hostile",
)
VAR = paths.VAR / "bench"


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--record", action="store_true", help="write RESULTS.rst")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    stack.down(VAR)
    if VAR.is_dir():
        for folder in VAR.iterdir():
            marks.end(folder)  # what a run that was cut short left of a peer
        site(VAR).remove()
        shutil.rmtree(VAR)
    load = machine.load()
    bench = Bench(stack.direct(stack.up(VAR), VAR), VAR)
    # as they were measured first: without taxes, here and at the peers
    bench.database.execute("DELETE FROM product_taxes_rel")
    description = machine.describe(bench.postgres_version(), load)
    say("\n" + results.table(description) + "\n")
    try:
        for name in options.names or NAMES:
            _run(name, bench)
    finally:
        bench.close()
        stack.down(VAR)
    say("\n" + results.figures(bench.rows))
    if options.record:
        results.PAGE.write_text(results.page(description, bench.rows))
        say(f"\n  written to {results.PAGE.relative_to(paths.REPOSITORY)}")
    return 0 if all(good for *_row, good in bench.rows) else 1


def _run(name, bench):
    """One that fails is a figure that is missing; the others are measured all the same."""
    try:
        importlib.import_module(f"benchmarks.{name}").run(bench)
    except Exception as error:
        traceback.print_exc()
        reason = " ".join(str(error).split()) or repr(error)
        bench.figure(name, f"failed: {reason[:60]}", "to be measured", False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
