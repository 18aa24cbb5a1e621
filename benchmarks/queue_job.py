"""Events a second against the same webhooks sent with OCA's queue_job."""

import statistics

import requests

from devtools.progress import say
from devtools.shop_client import wait_for

from . import outbound, queue_job_server

ROUNDS = 3
#: How long the peer is measured in each round.
SECONDS = 7


def run(bench):
    url = bench.receiver()
    storefront = bench.storefront("Beside queue_job", url)
    bench.only(storefront)
    with queue_job_server.running(bench.var / "queue_job") as staff:
        _peer_rate(staff, url, 50)  # workers load their registry, the runner waits 5 s at first
        jobs = int(SECONDS * _peer_rate(staff, url, 200))
        rounds = []
        for _round in range(ROUNDS):
            ours = outbound.stock_events_per_second(bench, url, storefront)
            rounds.append((ours, _peer_rate(staff, url, jobs)))
    say("  " + "; ".join(f"{ours:.0f}/s, {theirs:.0f}/s" for ours, theirs in rounds))
    ours, theirs = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    ratio = statistics.median(ours / theirs for ours, theirs in rounds)
    bench.figure(
        f"events/s against queue_job, {queue_job_server.WORKERS} workers",
        f"{ours:.0f}/s, {theirs:.0f}/s: {ratio:.1f} ×", "≥ 8 ×", ratio >= 8,
    )


def _peer_rate(staff, url, jobs):
    """Events a second at the receiver, of so many jobs that one transaction makes."""
    requests.delete(f"{url}/received", timeout=30)
    staff.call("enord.peer.webhook", "enqueue", f"{url}/hook", [outbound.BODY.decode()] * jobs)
    if wait_for(lambda: len(_received(url)), lambda count: count >= jobs, 120, 0.5) is None:
        raise TimeoutError(f"{len(_received(url))} of {jobs} jobs were run")
    return outbound.rate_of(_received(url))


def _received(url):
    return requests.get(f"{url}/received", timeout=30).json()
