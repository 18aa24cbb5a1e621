"""The whole catalogue and all stock again, as staff ask for it: how fast, and in how much memory.
"""

import re
import statistics
import threading

import psutil
import requests

from . import outbound

SKUS = 10_000
SECONDS = 600
LEADS = re.compile(r"^\S+ \S+ (\d+) .* leads *$", re.MULTILINE)


def run(bench):
    url = bench.receiver()
    storefront = bench.storefront("Resynchronised", url)
    bench.only(storefront)
    bench.products(SKUS)
    first_load, growth_at_first = _resync(bench, url, storefront)
    # once before and once after, so that a machine that slows down does so for both
    rates = [outbound.stock_events_per_second(bench, url, storefront)]
    rate, growth = _resync(bench, url, storefront)
    rates.append(outbound.stock_events_per_second(bench, url, storefront))
    live = statistics.mean(rates)
    bench.figure(
        f"full resync of {SKUS:,} SKUs, events/s",
        f"{rate:.0f}/s of {live:.0f}/s: {rate / live:.2f} ×", "≥ 0.5 ×", rate >= live / 2,
    )
    bench.figure(
        "the same, of SKUs that the storefront did not know",
        f"{first_load:.0f}/s of {live:.0f}/s: {first_load / live:.2f} ×", "≥ 0.5 ×",
        first_load >= live / 2,
    )
    bench.figure(
        "growth of the dispatcher's process, both", f"{growth_at_first + growth:.0f} MiB",
        "< 100 MiB", growth_at_first + growth < 100,
    )


def _resync(bench, url, storefront):
    """Events a second between the first and the last, and MiB by which the leader grew."""
    requests.delete(f"{url}/received", timeout=60)
    with _PeakMemory(_leader(bench)) as memory:
        bench.staff.call("enord.storefront", "action_resync", [storefront])
        bench.settle(storefront, SECONDS)
    received = requests.get(f"{url}/received", timeout=60).json()
    skus = {event["key"] for event in received if event["type"] == "catalog.update"}
    if len(skus) < SKUS:
        raise AssertionError(f"{len(skus)} of {SKUS} products arrived")
    return outbound.rate_of(received), memory.growth()


def _leader(bench):
    """The process whose dispatcher leads: it said so last in Odoo's log."""
    log = (bench.var / "log" / "odoo.log").read_text(errors="replace")
    return psutil.Process(int(LEADS.findall(log)[-1]))


class _PeakMemory:
    """Watches a process while the context lasts."""

    def __init__(self, process):
        self._process = process
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._before = self._peak = self._resident()
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._ended.set()
        self._thread.join()

    def growth(self):
        return (self._peak - self._before) / 2**20

    def _watch(self):
        while not self._ended.wait(0.1):
            self._peak = max(self._peak, self._resident())

    def _resident(self):
        # raises where the leader has ended: the figure would be another process's
        return self._process.memory_info().rss
