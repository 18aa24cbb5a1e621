"""Time as the contract writes it: ISO 8601, UTC, milliseconds, `Z`."""

from datetime import datetime, timezone


def now() -> datetime:
    return datetime.now(timezone.utc)


def iso(moment: datetime) -> str:
    """`2024-01-20T10:05:00.000Z`; equal width, so that text order is time order."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds")[:-6] + "Z"


def parse(text: str) -> datetime | None:
    """Read an ISO 8601 moment with a zone; None when it is not one."""
    try:
        # Python 3.10's fromisoformat does not know the letter Z.
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def milliseconds_between(earlier: datetime, later: datetime) -> int:
    """Whole milliseconds; negative when the two machines' clocks disagree."""
    return round((later - earlier).total_seconds() * 1000)
