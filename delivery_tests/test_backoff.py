from datetime import datetime, timedelta, timezone

import pytest
from delivery.backoff import (
    DELAYS,
    GIVE_UP_AFTER,
    JITTER,
    MAX_RETRY_AFTER,
    delay,
    parse_retry_after,
)

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=timezone.utc)


def _middle(low, high):
    return (low + high) / 2


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [(1, 1), (2, 5), (3, 30), (4, 120), (5, 600), (6, 1800), (7, 3600), (8, 3600), (99, 3600)],
)
def test_each_failure_waits_longer_up_to_an_hour(attempts, seconds):
    assert delay(attempts, spread=_middle) == pytest.approx(seconds)


@pytest.mark.parametrize("attempts", range(1, 9))
def test_the_wait_varies_by_a_fifth_so_that_failures_do_not_return_together(attempts):
    base = DELAYS[min(attempts, len(DELAYS)) - 1]
    waits = [delay(attempts) for _ in range(500)]
    assert base * (1 - JITTER) <= min(waits) < base < max(waits) <= base * (1 + JITTER)
    assert max(waits) - min(waits) > base * JITTER


def test_an_event_is_tried_for_three_days():
    assert timedelta(hours=72) == GIVE_UP_AFTER
    waited = attempts = 0
    while waited < GIVE_UP_AFTER.total_seconds():
        attempts += 1
        waited += delay(attempts, spread=_middle)
    assert attempts == 78


def test_a_longer_wish_of_the_receiver_is_honoured_and_a_shorter_one_not():
    assert delay(1, 90, spread=_middle) == 90
    assert delay(4, 90, spread=_middle) == 120
    assert delay(4, 0, spread=_middle) == 120


def test_a_receiver_cannot_put_an_event_off_for_longer_than_six_hours():
    assert MAX_RETRY_AFTER == 6 * 3600
    assert delay(1, 10**8, spread=_middle) == MAX_RETRY_AFTER


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("9" * 5000, 999_999_999),
        ("Wed, 01 Jul 2026 12:02:00 GMT", 120),
        ("Wed, 01 Jul 2026 14:02:00 +0200", 120),
        ("Wed, 01 Jul 2026 12:02:00 -0000", 120),
        ("Wednesday, 01-Jul-26 12:02:00 GMT", 120),
        ("Wed Jul  1 12:02:00 2026", 120),
        ("Wed, 01 Jul 2026 11:00:00 GMT", 0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("Wed, 99 Jul 2026 12:02:00 GMT", None),
        ("Wed, 01 Jul 999999 12:02:00 GMT", None),
        ("Wed, 01 Jul 2026 12:02:00 +9999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert parse_retry_after(header, NOW) == seconds
