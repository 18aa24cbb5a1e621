"""What `make run` and `make up` begin with: a day that the demonstration's company has behind it.

It was really lived (:mod:`.day`): once, by a stack of its own, in a minute or so, and its database
is kept as a template. Where a stack is made from it, the times are spread over the 24 hours before:
all that was done in one act is moved by one and the same span, so that what an act took, an
answer's milliseconds and the order of things stay as they were measured, and only the quiet between
two acts is longer than it was. What was sent stays as it was sent: the times inside the bodies and
headers of events are those of the minute in which they were signed.
"""

import bisect
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import paths, stack, template
from .day import Act, Day
from .odoo_tree import OdooTree
from .progress import say, step
from .sites import AnySite, site
from .state import State

ACTS, SHOP = "acts.json", "storefront.sqlite"
#: What was made this long before the day began is left where it is.
BEFORE = timedelta(days=1)
#: Odoo's own books, and when jobs are due.
LEFT_ALONE = r"ir\_%|orm\_signaling%|bus\_%|mail\_presence"
SPREAD = Path(__file__).with_name("history.sql")
SHOPS_TIMES = {
    "event": ("recorded_at", "received_at"), "variant": ("updated_at",), "stock": ("updated_at",),
    "hold": ("expires_at",), "hold_begun": ("at",), "sale": ("created_at",),
}


def ensure(tree: OdooTree) -> AnySite:
    """The template, built first where it is missing or out of date; one without history where the
    day could not be lived."""
    try:
        return _day(tree)
    except Exception as error:  # whatever it was: without a history all the rest can be shown
        say(f"\n  There is no history: {type(error).__name__}: {error}")
        return template.ensure("demo", tree)


def _day(tree: OdooTree) -> AnySite:
    sources = template.sources_hash("reference_storefront")
    parts = [template.key("demo", tree), sources, *(
        Path(__file__).with_name(name).read_text()
        for name in ("day.py", "provision_storefront.py")
    )]
    # a month old at most, so that no number of an invoice is of another year than its date
    parts.append(datetime.now(timezone.utc).strftime("%Y-%m"))
    return template.cached("day", hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16], _live)


def _live(place: AnySite) -> None:
    folder = place.folder / "stack"
    stack.down(folder)
    site(folder).remove()
    shutil.rmtree(folder, ignore_errors=True)
    try:
        connection = stack.up(folder)
        with step("living a day (about a minute)"):
            acts = Day(connection, folder).live()
    finally:
        stack.down(folder)
    place.create(site(folder))
    _copy_shop(folder, place.folder)
    shutil.copy2(folder / "state.json", place.folder)
    paths.write_private(place.folder / ACTS, json.dumps(acts))
    site(folder).remove()
    shutil.rmtree(folder)


def arrive(source: AnySite, place: AnySite, state: State) -> None:
    """The day that was copied from `source` to `place` ends now."""
    if not (source.folder / ACTS).is_file():
        return
    acts = [Act(*act) for act in json.loads((source.folder / ACTS).read_text())]
    lived = State.load(source.folder)
    state.webhook_secret, state.api_key = lived.webhook_secret, lived.api_key
    with step("moving the day that is in it to the last 24 hours"):
        spread = Spread(acts, datetime.now(timezone.utc))
        _copy_shop(source.folder, place.folder)
        _spread_shop(place.folder / SHOP, spread)
        with place.serving() as server:
            server.execute(place.database, *spread.statements())


A_DAY = stack.Beginning(ensure, arrive)


class Spread:
    """Where each time lies after the acts have been moved apart, so that the day ends now.

    :param acts: the oldest first
    :param now: aware
    """

    def __init__(self, acts: Iterable[Act], now: datetime):
        acts = list(acts)
        self.end = _moment(acts[-1].ended)
        self.starts = [_moment(act.began) for act in acts]
        self.shifts = [
            now - timedelta(minutes=act.minutes_ago) - _moment(act.ended) for act in acts
        ]
        self.since = self.starts[0] - BEFORE

    def __call__(self, moment: datetime) -> datetime:
        if moment < self.since:
            return moment
        return moment + self.shifts[max(0, bisect.bisect(self.starts, moment) - 1)]

    def statements(self) -> list[str]:
        """The same in SQL, for all times of a database."""
        rows = ", ".join(
            f"('{_naive(start)}'::timestamp, '{shift.total_seconds()} s'::interval)"
            for start, shift in zip(self.starts, self.shifts, strict=True)
        )
        return [
            f"CREATE TEMP TABLE act AS SELECT * FROM (VALUES {rows}) AS act (began, shift)",
            f"CREATE TEMP TABLE day AS SELECT '{_naive(self.since)}'::timestamp AS since, "
            f"'{_naive(self.end)}'::timestamp AS until, '{LEFT_ALONE}' AS left_alone",
            SPREAD.read_text(),
        ]


def _spread_shop(file: Path, spread: Spread) -> None:
    def moved(text):
        if not text:
            return text
        moment = spread(datetime.fromisoformat(text.replace("Z", "+00:00")))
        return moment.isoformat(timespec="milliseconds")[:-6] + "Z"

    with sqlite3.connect(file) as shop:
        shop.create_function("moved", 1, moved)
        for table, columns in SHOPS_TIMES.items():
            values = ", ".join(f"{column} = moved({column})" for column in columns)
            shop.execute(f"UPDATE {table} SET {values}")
    shop.close()


def _copy_shop(source: Path, target: Path) -> None:
    (target / SHOP).unlink(missing_ok=True)
    shop, copy = sqlite3.connect(source / SHOP), sqlite3.connect(target / SHOP)
    shop.backup(copy)
    shop.close()
    copy.close()
    (target / SHOP).chmod(0o600)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ")
