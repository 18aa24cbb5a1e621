"""How many threads send to one storefront, and that no delivery is left behind."""

import queue
import threading
import time
from dataclasses import replace

import pytest
from delivery.lane import HALT_AFTER, LATE, Lane
from delivery.sender import CONNECTIONS, Result
from receivers import delivery

WAIT = 10.0


class _Sender:
    """Answers when ``gate`` is open; says that it took ``seconds``."""

    def __init__(self):
        self.seconds = 0.0
        self.status = 200
        self.gate = threading.Event()
        self.gate.set()
        self.begun = queue.SimpleQueue()

    def send(self, one):
        self.begun.put(one.event_id)
        assert self.gate.wait(WAIT)
        return Result(one, self.status, "", self.seconds)

    def wait_until_begun(self, event_id):
        while self.begun.get(timeout=WAIT) != event_id:
            pass


def _deliveries(numbers):
    return [replace(delivery(1), event_id=number) for number in numbers]


@pytest.fixture
def sender():
    return _Sender()


@pytest.fixture
def lane(sender, monkeypatch):
    monkeypatch.setattr("delivery.lane.LATE", WAIT)  # however busy the machine is
    lane = Lane(sender, 1, lambda result: lane.results.put(result))
    lane.results = queue.SimpleQueue()
    yield lane
    sender.gate.set()
    lane.close()


def _end(lane, numbers):
    """What became of deliveries, once they have all ended."""
    results = [lane.results.get(timeout=WAIT) for _ in numbers]
    assert sorted(result.delivery.event_id for result in results) == sorted(numbers)
    for result in results:
        lane.remove(result.delivery)
    return results


def _send(lane, numbers):
    lane.add(_deliveries(numbers))
    return _end(lane, numbers)


def test_a_storefront_that_answers_at_once_is_sent_to_by_one_thread(lane, sender):
    _send(lane, range(200))
    sender.gate.clear()
    lane.add(_deliveries(range(200, 220)))
    sender.wait_until_begun(200)
    with pytest.raises(queue.Empty):
        sender.begun.get(timeout=0.2)
    sender.gate.set()
    _end(lane, range(200, 220))


def test_one_that_takes_its_time_is_sent_to_by_all(lane, sender):
    _send(lane, range(200))
    sender.seconds = 0.1
    _send(lane, range(50))
    sender.gate.clear()
    lane.add(_deliveries(range(50)))
    for _ in range(250 + CONNECTIONS):
        sender.begun.get(timeout=WAIT)
    assert not lane.held_up  # nobody has to look after it: there are no more
    sender.gate.set()
    _end(lane, range(50))


def test_one_late_answer_holds_nothing_up(lane, sender, monkeypatch):
    _send(lane, range(200))
    monkeypatch.setattr("delivery.lane.LATE", LATE)
    for _ in range(200):
        sender.begun.get(timeout=WAIT)
    sender.gate.clear()
    lane.add(_deliveries(range(20)))
    assert sender.begun.get(timeout=WAIT) == 0
    with pytest.raises(queue.Empty):
        sender.begun.get(timeout=LATE)
    assert lane.held_up
    lane.widen()
    assert sorted(sender.begun.get(timeout=WAIT) for _ in range(CONNECTIONS - 1)) == [
        *range(1, CONNECTIONS)
    ]
    sender.gate.set()
    _end(lane, range(20))


def test_none_is_left_behind_however_they_come(lane):
    """Threads end while more is added."""
    for number in range(2000):
        _send(lane, range(number % 3 + 1))
    assert not lane.event_ids


def test_what_is_claimed_ahead_is_given_back_once_it_fails_again_and_again(lane, sender):
    _send(lane, range(200))  # by one thread, so that they go one after another
    sender.status = 500
    attempted = [result.attempted for result in _send(lane, range(20))]
    assert attempted == [True] * HALT_AFTER + [False] * (20 - HALT_AFTER)
    assert all(result.attempted for result in _send(lane, range(HALT_AFTER)))


def test_nothing_is_claimed_to_be_given_back_while_an_answer_is_awaited(lane, sender):
    _send(lane, range(200))
    sender.status = 500
    lane.add(_deliveries([1000]))
    slow = lane.results.get(timeout=WAIT)  # as if it were under way for long
    _send(lane, range(HALT_AFTER))
    assert lane.room(probing=False) == 0
    lane.remove(slow.delivery)
    assert lane.room(probing=False) > 0
    assert all(result.attempted for result in _send(lane, [0]))


def test_what_is_too_late_to_begin_is_given_back(lane):
    [late] = _deliveries([1])
    late.begin_before = time.monotonic()
    lane.add([late])
    [result] = _end(lane, [1])
    assert not result.attempted


def test_nothing_is_begun_after_the_end(lane, sender):
    _send(lane, range(200))
    sender.gate.clear()
    lane.add(_deliveries(range(200, 210)))
    sender.wait_until_begun(200)
    lane.close()
    sender.gate.set()
    assert lane.results.get(timeout=WAIT).delivery.event_id == 200
    with pytest.raises(queue.Empty):
        sender.begun.get(timeout=0.2)
