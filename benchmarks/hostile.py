"""Requests that were thought of: each is to cost much, to leave much, or to break something.

No 5xx, no request takes more than a second of a processor, and the database hardly grows. They are
drawn from the lists below by a generator with a fixed seed, one after the other; a fifth has no key
or a wrong one.
"""

import collections
import json
import os
import random
import time

import requests

from devtools import paths
from devtools.progress import say

from .watched import Watched

REQUESTS = 10_000
#: Beyond it no more are sent.
SECONDS = 3600
EXAMPLES = paths.REPOSITORY / "enord_sales_sync" / "contract" / "examples"
SIZES = (100, 1000, 10_000, 60_000)
BODY_SIZES = (*SIZES, 300_000, 1_000_000, 1_100_000)

#: Method, path, and the example of a body.
TARGETS = (
    ("POST", "/api/sales/orders", "sales-order"),
    ("POST", "/api/inventory/adjust", "inventory-adjust"),
    ("POST", "/api/inventory/reservations", "reservation"),
    ("PUT", "/api/inventory/reservations/{}", "reservation-content"),
    ("PATCH", "/api/inventory/reservations/{}", "reservation-extension"),
    ("POST", "/api/sales/orders/{}/cancel", "order-cancellation"),
    ("GET", "/api/sales/orders/{}", None),
    ("GET", "/api/inventory/reservations/{}", None),
    ("DELETE", "/api/inventory/reservations/{}", None),
    ("GET", "/api/inventory/availability", None),
    ("GET", "/api/catalog/products", None),
    ("GET", "/api/inventory/snapshot", None),
    ("GET", "/api/health", None),
    ("GET", "/enord/media/{}/1/{}/{}", None),
    ("GET", "/api/{}", None),
)
TEXTS = (
    "x", " ", "\u2003", "\u200b", "\n", "\t ", "\u0301\u0316", "\ufdfa", "\U0001f468\u200d",
    '"', "\\", "/", "~", "<b>", "%00", "'; --", "{{7*7}}", "9", "\u202e", "\ud800", "\x00",
)
NUMBERS = (
    "1e-999999", "1e999999", "-0", "0." + "1" * 10_000, "9" * 18, "9" * 5000, "1e17", "0.1e-5",
    "-1e-400", "NaN",
)
RAW = (
    b"[", b'{"":', b'"', b'\\"', b'"\\', b"[],", b"1,", b'{"a":1},', b"\xff", b"\xc3", b" ", b"-",
)
QUERIES = ("&", "a=1&", "sku=x&", "sku=%cc%81%cc%96&", "%", "%00", "%ff", "+", "cursor=", "limit=9")
PARTS = ("x", "%20", "%cc%81%cc%96", "%2f", "..%2f", "%00", "%ff", "0", "é")
HEADERS = (
    "Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Encoding",
    "Content-Type", "Cookie", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Range",
    "User-Agent", "X-API-Key", "X-Forwarded-For", "X-Odoo-Database", "Idempotency-Key",
)
VALUES = ("a  ", ", ", '"', ";a=b", "0-0,", "\\", "=", "\xe9", "a,", "*/*;q=0.5,", "W/")


def run(bench):
    """Send them all, and note what they cost."""
    _storefront, keys = bench.silent_storefront("Hostile")
    watched = Watched(bench)
    counted = send(bench.connection["odoo_url"], keys["api"], _count(), watched.look)
    say(f"  answers by status: {dict(sorted(counted.items()))}")
    faults = sum(times for status, times in counted.items() if status >= 500)
    bench.figure(
        "hostile requests", f"{counted.total():,}, {faults} of them 5xx", "no 5xx", not faults,
    )
    watched.note("hostile requests")


def _count():
    """Fewer where a try of it is all that is wanted."""
    return int(os.environ.get("BENCH_HOSTILE_REQUESTS") or REQUESTS)


def send(url, key, count, after_each):
    """
    :param after_each: called with a short name of each request after its answer
    :return: how many answers had which status; 0 where the server hung up
    """
    dice, counted, until = random.Random(12), collections.Counter(), time.monotonic() + SECONDS
    with requests.Session() as session:
        session.trust_env = False
        while counted.total() < count and time.monotonic() < until:
            made = made_of(dice, key)
            path = made.pop("path")
            try:
                answer = session.request(
                    url=url + path, timeout=60, allow_redirects=False, **made
                )
                status = answer.status_code
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                # of what is too long not all is read
                status = 0
            except requests.exceptions.RequestException:
                continue  # not even our own client takes it
            counted[status] += 1
            size = len(made["data"]) if isinstance(made["data"], bytes) else 0
            name = f"{made['method']} {path[:40]}, {size:,} bytes"
            if status >= 500:
                say(f"  {status}: {name}")
            after_each(name)
    return counted


def made_of(dice, key):
    """Arguments of one request, ``path`` for the address's."""
    method, path, example = dice.choice(TARGETS)
    headers = {"Authorization": f"Bearer {key}"}
    made = {"method": method, "path": path, "headers": headers, "data": None}
    if example:
        headers["Content-Type"] = "application/json"
        made["data"] = _body(dice, example)
    for _part in range(path.count("{}")):
        long = dice.choice(PARTS) * dice.choice((1, 7, 64, 3000))
        made["path"] = made["path"].replace("{}", long, 1)
    if dice.random() < 0.2:
        headers["Authorization"] = dice.choice(("", "Bearer " + "x" * 40, "bearer" + " " * 5000))
    if dice.random() < 0.3:
        made["path"] += "?" + _times(dice, dice.choice(QUERIES), SIZES)
    if dice.random() < 0.3:
        headers[dice.choice(HEADERS)] = _times(dice, dice.choice(VALUES), SIZES).encode("latin-1")
    if dice.random() < 0.05:
        made["method"] = dice.choice(("TRACE", "OPTIONS", "HEAD", "PUT", "DELETE", "PROPFIND"))
    if dice.random() < 0.05:
        made["data"] = iter([b"{", b"}"])  # without a length
    return made


def _times(dice, text, sizes):
    return text * max(1, dice.choice(sizes) // len(text))


def _body(dice, example):
    if dice.random() < 0.25:
        return _times(dice, dice.choice(RAW), BODY_SIZES)
    body = json.loads((EXAMPLES / f"{example}.json").read_text())
    # one that is new each time, so that some are accepted
    for name in ("transaction_id", "reference_id", "reservation_id"):
        if name in body:
            body[name] = f"H-{dice.getrandbits(48)}"
    spoilt = body
    while True:
        place = dice.choice(list(spoilt) if isinstance(spoilt, dict) else range(len(spoilt)))
        if not isinstance(spoilt[place], (dict, list)) or dice.random() < 0.2:
            break
        spoilt = spoilt[place]
    how = dice.randrange(5)
    if how == 0:
        spoilt[place] = "a" + _times(dice, dice.choice(TEXTS), BODY_SIZES) + "a"
    elif how == 1:
        spoilt[place] = "?"
    elif how == 2:
        spoilt[place] = [spoilt[place]] * dice.choice((2, 500, 501, 20_000))
    elif how == 3 and isinstance(spoilt, dict):
        spoilt.update((f"{number}", 1) for number in range(dice.choice((1, 5000, 50_000))))
    else:
        for member in body.values():
            if isinstance(member, list):
                member *= dice.choice((250, 251, 2000))
    return json.dumps(body).replace('"?"', dice.choice(NUMBERS)).encode()
