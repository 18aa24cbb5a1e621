"""What requests cost the server: seconds of a processor of one request, bytes of the database."""

import os
import time
from pathlib import Path

from devtools import marks

MAX_SECONDS = 1
MAX_BYTES = 100 * 2**20
_TICK = os.sysconf("SC_CLK_TCK")
#: A worker that Odoo has replaced is found so long after.
LOOK_AROUND_SECONDS = 5


class Watched:
    """Looks at Odoo's processes after each request, one request at a time.

    One process works on a request, so what the busiest has used since the last look is what the
    request has cost at most; what is written down of it after its answer counts as the next one's.
    """

    def __init__(self, bench):
        self._bench = bench
        self._used, self._looked_around = {}, 0
        self._bytes_before = self._bytes()
        self.slowest, self.which = 0, ""
        self.look("")
        self.slowest = 0

    def look(self, what):
        """:param str what: the request that was answered"""
        now = time.monotonic()
        if now > self._looked_around + LOOK_AROUND_SECONDS:
            self._looked_around = now
            for pid in marks.find(self._bench.var, "odoo"):
                self._used.setdefault(pid, _seconds(pid))
        most = 0
        for pid, before in list(self._used.items()):
            self._used[pid] = max(before, _seconds(pid))
            most = max(most, self._used[pid] - before)
        if most > self.slowest:
            self.slowest, self.which = most, what

    def note(self, name):
        """Note both as figures."""
        self._bench.figure(
            f"{name}, the costliest", f"{self.slowest:.2f} s of a processor ({self.which[:60]})",
            f"max {MAX_SECONDS} s", self.slowest <= MAX_SECONDS,
        )
        grown = self._bytes() - self._bytes_before
        self._bench.figure(
            f"{name}, the database grows by", f"{grown / 2**20:.1f} MiB",
            f"< {MAX_BYTES // 2**20} MiB", grown < MAX_BYTES,
        )

    def _bytes(self):
        self._bench.database.execute("SELECT pg_database_size(current_database())")
        return self._bench.database.fetchone()[0]


def _seconds(pid):
    """Seconds of the processor that a process has used; 0 where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / _TICK
