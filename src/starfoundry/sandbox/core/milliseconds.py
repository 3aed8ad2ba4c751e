"""Times as whole milliseconds since 1970, so that arithmetic is exact."""

from datetime import UTC, datetime
from functools import lru_cache

from starfoundry.kernel.ports import Clock

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now_of(clock: Clock) -> int:
    """The clock's present time."""
    return round(clock.now().timestamp() * SECOND)


def iso(instant: int) -> str:
    """A time in the game's format: 2026-01-31T12:00:00.000Z."""
    day, within = divmod(instant, DAY)
    minutes, milliseconds = divmod(within, MINUTE)
    hour, minute = divmod(minutes, 60)
    second, rest = divmod(milliseconds, SECOND)
    return f"{_date(day)}T{hour:02d}:{minute:02d}:{second:02d}.{rest:03d}Z"


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    return moment(day * DAY).strftime("%Y-%m-%d")


def moment(instant: int) -> datetime:
    """A time as a datetime in UTC, rounded down to the second."""
    return datetime.fromtimestamp(instant // SECOND, UTC)
