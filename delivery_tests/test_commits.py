from types import SimpleNamespace

import pytest
from delivery import commits
from delivery.commits import REMEMBERED, Commits


class Clock:
    now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(commits, "time", clock)
    return clock


class Connection:
    """One that listens: what has been sent is there when it is asked for."""

    def __init__(self):
        self.sent = []
        self.notifies = []

    def poll(self):
        self.notifies += [SimpleNamespace(payload=payload) for payload in self.sent]
        self.sent = []


@pytest.fixture
def connection():
    return Connection()


def test_a_notice_that_was_waited_for_is_of_a_commit_just_now(clock, connection):
    known = Commits(connection)
    clock.now += 2
    connection.sent = ["a"]
    assert known.take(awaited=True)
    assert known.moments == {"a": 102.0}


def test_one_that_came_beside_other_work_is_held_to_be_as_old_as_it_may_be(clock, connection):
    known = Commits(connection)
    clock.now += 1
    assert not known.take()
    clock.now += 3
    connection.notifies = [SimpleNamespace(payload="seen with a statement")]
    connection.sent = ["seen when asked for"]
    assert known.take()
    assert known.moments == {"seen with a statement": 101.0, "seen when asked for": 101.0}
    clock.now += 1
    assert not known.take()


def test_of_two_with_one_payload_the_older_counts(clock, connection):
    known = Commits(connection)
    for _time in range(2):
        connection.sent = ["a", "a"]
        known.take(awaited=True)
        clock.now += 1
    assert known.moments == {"a": 100.0}


def test_they_are_forgotten(clock, connection):
    known = Commits(connection)
    for payload in "abc":
        connection.sent = [payload]
        known.take(awaited=True)
        clock.now += REMEMBERED / 2
    known.take()
    assert list(known.moments) == ["b", "c"]
