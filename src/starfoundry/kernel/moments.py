"""Parsing of durations and times as typed by people: 90m, 8h, 2d, today, 2026-03-01T12:00:00Z.

A time may be relative ("8h" is eight hours ago); it is resolved by the owner of the clock: the daemon, whose time can
pass faster than the machine's. All times are UTC.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starfoundry.kernel.errors import Refused

_DURATION_MAX: timedelta = timedelta(days=3650)

_MOMENT_ALLOWED: str = (
    "a duration before now such as 90m, 8h or 2d, a time in UTC such as 2026-03-01T12:00:00Z or 2026-03-01,"
    " or now, today or yesterday"
)

_UNIT_SECONDS: Mapping[str, float] = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WORDS: Mapping[str, str] = {
    "sec": "s",
    "second": "s",
    "min": "m",
    "minute": "m",
    "hour": "h",
    "day": "d",
    "week": "w",
}
_PART: re.Pattern[str] = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([a-z]+)\s*")
_DAYS_BACK: Mapping[str, int] = {"today": 0, "yesterday": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as typed: `at` if it is absolute, else `ago` before the present.

    With `is_midnight` it is the midnight in UTC that began that day.
    """

    at: datetime | None = None
    ago: timedelta = timedelta(0)
    is_midnight: bool = False

    def resolve(self, now: datetime) -> datetime:
        """The time as an aware UTC datetime, given the present."""
        at = now - self.ago if self.at is None else self.at
        return at.replace(hour=0, minute=0, second=0, microsecond=0) if self.is_midnight else at


def parse_duration(
    text: str, *, field: str = "duration", bare_unit: str = "", maximum: timedelta = _DURATION_MAX
) -> timedelta:
    """The duration of a text such as `1h30m`, up to `maximum`. Raises Refused naming the field.

    With `bare_unit` (s, m, h, d or w) a number alone counts in that unit.
    """
    word = text.strip().lower()
    span = _span(word + bare_unit) if bare_unit and word[-1:].isdigit() else _span(word)
    if span is None or span > maximum:
        days, rest = divmod(maximum, timedelta(days=1))
        most = f"{maximum.total_seconds():g}s" if rest else f"{days}d"
        raise Refused.of(field, text, f"a duration such as 500ms, 90s, 45m, 8h, 2d or 1h30m, at most {most}")
    return span


def parse_moment(text: str, *, field: str = "since") -> Moment:
    """The time of a text: a duration before now, an ISO 8601 time (UTC if it names no zone), or a day.

    Raises Refused naming the field.
    """
    word = text.strip().lower().removesuffix(" ago")
    if word == "now":
        return Moment()
    if word in _DAYS_BACK:
        return Moment(ago=timedelta(days=_DAYS_BACK[word]), is_midnight=True)
    span = _span(word)
    if span is not None:
        return Moment(ago=span)
    try:
        at = datetime.fromisoformat(text.strip())
        return Moment(at=at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC))
    except (ValueError, OverflowError):
        raise Refused.of(field, text, _MOMENT_ALLOWED) from None


def _span(text: str) -> timedelta | None:
    """The sum of the parts such as 1h and 30m, each unit at most once; None for other texts and beyond the maximum."""
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text):
        return None
    units = [_unit(word) for _number, word in parts]
    seconds = [float(number) * _UNIT_SECONDS.get(unit, 0) for (number, _word), unit in zip(parts, units, strict=True)]
    if "" in units or len(set(units)) < len(units) or sum(seconds) > _DURATION_MAX.total_seconds():
        return None
    return timedelta(seconds=sum(seconds))


def _unit(word: str) -> str:
    """The unit's letter; empty for a word that is not a unit."""
    return word if word in _UNIT_SECONDS else _WORDS.get(word.removesuffix("s"), "")
