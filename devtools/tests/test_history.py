"""A day that was lived in a minute is spread over the 24 hours before now."""

import sqlite3
from datetime import datetime, timedelta, timezone

import pytest

from devtools import history, template
from devtools.day import Act
from devtools.progress import Failure
from devtools.sites import EmbeddedSite

NOW = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
LIVED = datetime(2026, 2, 20, 9, tzinfo=timezone.utc)


def lived(seconds):
    return LIVED + timedelta(seconds=seconds)


@pytest.fixture
def spread():
    """Of three acts of two seconds, with a second between them."""
    acts = [
        Act(lived(begin).timestamp(), lived(begin + 2).timestamp(), ago)
        for begin, ago in ((0, 1400), (3, 600), (6, 0))
    ]
    return history.Spread(acts, NOW)


def test_each_act_ends_as_long_ago_as_it_says_and_the_last_one_now(spread):
    assert [spread(lived(end)) for end in (2, 5, 8)] == [
        NOW - timedelta(minutes=1400), NOW - timedelta(minutes=600), NOW,
    ]


@pytest.mark.parametrize("begin", [0, 3, 6])
def test_what_an_act_took_stays(spread, begin):
    took = spread(lived(begin + 1.25)) - spread(lived(begin + 0.5))
    assert took == timedelta(seconds=0.75)


def test_the_order_of_things_stays(spread):
    moments = [lived(tenth / 10) for tenth in range(-50, 120)]
    assert [spread(moment) for moment in moments] == sorted(map(spread, moments))


def test_what_was_made_just_before_lies_before_the_day(spread):
    assert spread(lived(-60)) == spread(lived(0)) - timedelta(seconds=60)


def test_what_was_made_long_before_stays_where_it_is(spread):
    assert spread(LIVED - timedelta(days=3)) == LIVED - timedelta(days=3)


def test_the_shops_own_times_move_too(spread, tmp_path):
    file = tmp_path / "shop.sqlite"
    with sqlite3.connect(file) as shop:
        for table, columns in history.SHOPS_TIMES.items():
            shop.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        shop.execute("INSERT INTO event VALUES (NULL, '2026-02-20T09:00:02.000Z')")
    shop.close()
    history._spread_shop(file, spread)
    with sqlite3.connect(file) as shop:
        [row] = shop.execute("SELECT recorded_at, received_at FROM event")
    assert row == (None, "2026-03-01T12:40:00.000Z")


def test_what_keeps_the_day_from_being_lived_keeps_nothing_else(monkeypatch, tmp_path, capsys):
    demo = EmbeddedSite(tmp_path / "demo")
    monkeypatch.setattr(history, "_day", fail)
    monkeypatch.setattr(template, "ensure", lambda kind, tree: demo)
    assert history.ensure(None) is demo
    assert "There is no history: Failure: slow" in capsys.readouterr().out
    history.arrive(demo, EmbeddedSite(tmp_path / "stack"), None)


def fail(_tree):
    raise Failure("slow")
