"""Runs the benchmarks on a stack of their own and prints figures beside their bars.

``python -m benchmarks [NAME ...]``: each NAME is a module here with ``run(bench)``.
"""

import importlib
import os
import platform
import shutil
import sys

from devtools import paths, stack
from devtools.progress import say
from devtools.sites import site

from .bench import Bench

NAMES = ("outbound", "any_request")
VAR = paths.VAR / "bench"


def main(names):
    say(f"\n  {platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    stack.down(VAR)
    if VAR.is_dir():
        site(VAR).remove()
        shutil.rmtree(VAR)
    bench = Bench(stack.up(VAR), VAR)
    try:
        for name in names or NAMES:
            importlib.import_module(f"benchmarks.{name}").run(bench)
    finally:
        bench.close()
        stack.down(VAR)
    return bench.report()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
