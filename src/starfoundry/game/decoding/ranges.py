"""Types of single values in the game's answers, each with its range; a value outside it is unreadable.

The bounds are far above any value the game was seen to give and far below what our database or arithmetic can hold.
"""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

TEXT_LENGTH_MAX = 100

COUNT_MAX = 1_000_000
PRICE_MAX = 1_000_000_000
CREDITS_MAX = 1_000_000_000_000_000
COORDINATE_MAX = 1_000_000

YEARS = range(2000, 2200)
FLIGHT_SECONDS_MAX = 30 * 86_400
"""The slowest drift across a whole system takes some days."""

Name = Annotated[str, Meta(min_length=1, max_length=TEXT_LENGTH_MAX, pattern=r"\A[A-Za-z0-9_][A-Za-z0-9_.:-]*\Z")]
"""A symbol: it becomes part of a path, a key in the database, and an argument of commands that people paste."""

Word = Annotated[str, Meta(max_length=TEXT_LENGTH_MAX, pattern=r"\A[ -~]*\Z")]
"""A word of an enumeration of the server."""

Secret = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=r"\A[!-~]+\Z")]
"""A token: it becomes a header."""

Count = Annotated[int, Meta(ge=0, le=COUNT_MAX)]
"""Cargo units, tank units, or a number of things."""

Positive = Annotated[int, Meta(ge=1, le=COUNT_MAX)]
"""A speed, or a trade volume in cargo units."""

Bid = Annotated[int, Meta(ge=0, le=PRICE_MAX)]
"""Credits that we receive for one unit."""

Ask = Annotated[int, Meta(ge=1, le=PRICE_MAX)]
"""Credits that we pay for one unit."""

Total = Annotated[int, Meta(ge=0, le=CREDITS_MAX)]
"""Credits of one deal."""

Balance = Annotated[int, Meta(ge=-CREDITS_MAX, le=CREDITS_MAX)]
"""Credits of an agent."""

Coordinate = Annotated[int, Meta(ge=-COORDINATE_MAX, le=COORDINATE_MAX)]
"""A coordinate in a system, in the system's own units."""


def utc(at: datetime) -> datetime:
    """The same time in UTC; a time without a zone is taken as UTC. `at.year` must be one of YEARS."""
    if at.tzinfo is UTC:
        return at
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def checked_time(name: str, at: datetime) -> datetime:
    """The time in UTC. Raises ValueError for one outside YEARS: arithmetic with it overflows."""
    if at.year not in YEARS:
        raise ValueError(f"{name} is in the year {at.year}")
    return utc(at)
