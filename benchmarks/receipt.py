"""What the add-on costs the storekeeper: a 500-line receipt with it, against without."""

import contextlib
import json
import statistics
import subprocess
import sys
from pathlib import Path

from devtools import odoo_process, odoo_tree, template
from devtools.progress import say
from devtools.sites import site

LINES = 500
ROUNDS = 11
PROGRAM = Path(__file__).with_name("receipt_process.py")


def run(bench):
    with (
        _validator(bench.var / "receipt_without", "base") as without,
        _validator(bench.var / "receipt_with", "plain") as with_addon,
    ):
        for validate in (without, with_addon, without, with_addon):
            validate()  # caches fill, and tables grow, most of all at first
        pairs = [_pair(with_addon, without, number) for number in range(ROUNDS)]
    for measure in ("wall", "cpu"):
        say(f"  {measure}: " + ", ".join(f"{a[measure] / b[measure]:.3f}" for a, b in pairs))
    wall, cpu = (
        statistics.median(with_addon[measure] / without[measure] for with_addon, without in pairs)
        for measure in ("wall", "cpu")
    )
    ours, theirs = (
        statistics.median(one["wall"] for one in side) for side in zip(*pairs, strict=True)
    )
    bench.figure(
        f"validating a {LINES}-line receipt, against without",
        f"{ours:.2f} s, {theirs:.2f} s: {wall:.3f} × (CPU {cpu:.3f} ×)", "≤ 1.05 ×", wall <= 1.05,
    )


def _pair(with_addon, without, number):
    """One receipt in each, in turns the one and the other first."""
    if number % 2:
        return with_addon(), without()
    theirs = without()
    return with_addon(), theirs


@contextlib.contextmanager
def _validator(folder, recipe):
    """A process with a database of its own; call it to validate a receipt there.

    :param str recipe: of :mod:`devtools.recipes`
    """
    tree = odoo_tree.ensure()
    place = site(folder)
    place.create(template.ensure(recipe, tree))
    with place.serving() as server:
        config = odoo_process.write_config(folder, tree, server, place.database)
        process = subprocess.Popen(
            [sys.executable, PROGRAM, config, str(LINES)], cwd=folder, text=True,
            env=odoo_process.environ(folder, tree), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

        def validate(profile=""):
            process.stdin.write(f"{profile}\n")
            process.stdin.flush()
            if answer := process.stdout.readline():
                return json.loads(answer)
            raise RuntimeError(f"the receipts' process ended; see {folder}/log/odoo.log")

        try:
            yield validate
        finally:
            process.stdin.close()
            process.wait(30)
    place.remove()
