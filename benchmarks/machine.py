"""The machine that figures were measured on, in the words that are recorded beside them."""

import os
import platform
from datetime import datetime, timezone
from pathlib import Path


def load():
    """The load averages; to be asked before the benchmark makes its own load."""
    return ", ".join(f"{load:.2f}" for load in os.getloadavg()) + " (1, 5, 15 minutes)"


def describe(postgres_version, load_before):
    """``(what, value)`` pairs.

    :param str postgres_version: ``server_version`` as the server says it
    """
    return [
        ("date", f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"),
        ("platform", platform.platform()),
        ("processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("memory", f"{_memory():.0f} GiB"),
        ("Python", platform.python_version()),
        ("PostgreSQL", postgres_version.split()[0]),
        ("load at the start", load_before),
    ]


def _processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory():
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
