"""Moments as the sandbox counts them: whole milliseconds since 1970, so that arithmetic is exact."""

from datetime import UTC, datetime
from functools import lru_cache

from starfoundry.kernel.ports import Clock

SECOND = 1_000
HOUR = 3_600 * SECOND


def now_of(clock: Clock) -> int:
    """The clock's present moment."""
    return round(clock.now().timestamp() * SECOND)


@lru_cache(maxsize=4_096)
def iso(instant: int) -> str:
    """A moment as the game writes it: 2026-01-31T12:00:00.000Z."""
    return moment(instant).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant % SECOND:03d}Z"


def moment(instant: int) -> datetime:
    """A moment as a datetime in UTC, to the second below."""
    return datetime.fromtimestamp(instant // SECOND, UTC)
