"""Moments as the sandbox counts them: whole milliseconds since 1970, so that arithmetic is exact."""

from datetime import UTC, datetime
from functools import lru_cache

from starfoundry.kernel.ports import Clock

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now_of(clock: Clock) -> int:
    """The clock's present moment."""
    return round(clock.now().timestamp() * SECOND)


def iso(instant: int) -> str:
    """A moment as the game writes it: 2026-01-31T12:00:00.000Z."""
    day, within = divmod(instant, DAY)
    minutes, milliseconds = divmod(within, MINUTE)
    hour, minute = divmod(minutes, 60)
    second, rest = divmod(milliseconds, SECOND)
    return f"{_date(day)}T{hour:02d}:{minute:02d}:{second:02d}.{rest:03d}Z"


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    return moment(day * DAY).strftime("%Y-%m-%d")


def moment(instant: int) -> datetime:
    """A moment as a datetime in UTC, to the second below."""
    return datetime.fromtimestamp(instant // SECOND, UTC)
