"""When a failed delivery is tried again."""

import random
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

#: Seconds after the first, second, … failure; the last one repeats.
DELAYS = (1, 5, 30, 120, 600, 1800, 3600)
JITTER = 0.2
#: A delivery that still fails this long after it was tried first becomes a dead letter.
GIVE_UP_AFTER = timedelta(hours=72)
MAX_RETRY_AFTER = 6 * 3600


def delay(attempts, retry_after=None, spread=random.uniform):
    """Seconds to wait after the ``attempts``-th failed attempt (counted from 1).

    :param retry_after: seconds the receiver asked for, honoured where it is longer
    """
    base = DELAYS[min(attempts, len(DELAYS)) - 1]
    wait = base * spread(1 - JITTER, 1 + JITTER)
    return max(wait, min(retry_after or 0, MAX_RETRY_AFTER))


def parse_retry_after(header, now=None):
    """Seconds that a ``Retry-After`` header asks for (RFC 9110, section 10.2.3), or None."""
    if not header:
        return None
    header = header.strip()
    if header.isascii() and header.isdigit():
        return int(header[:9])
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0, int((moment - (now or datetime.now(timezone.utc))).total_seconds()))
