"""Stored forecasts compared with real results: which settings were in force, whether they held, and how often."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starfoundry.forecast.domain.forecast import ArmForecast, SettingsForecast


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPeriod:
    """Settings, by stored key, that were in force from one moment until another; None while they still are."""

    settings: Mapping[str, Any]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPeriod:
    """The time by which a forecast is judged: its proposed settings (`is_proposal`) or today's were in force."""

    is_proposal: bool
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One stored forecast and the real result.

    `expected` and `came` are of the settings that were in force; both are None where none of its settings were.
    `came` is the real profit an hour, in credits. `unlike` is in what the world and the settings seen now are no longer
    those of the forecast.
    """

    number: int
    forecast: SettingsForecast
    judged: JudgedPeriod | None
    expected: ArmForecast | None
    came: float | None
    unlike: tuple[str, ...] = ()

    @property
    def has_held(self) -> bool | None:
        """Whether what came lies where four of five were expected; None where that cannot be said."""
        if self.expected is None or self.came is None or self.expected.low is None or self.expected.high is None:
            return None
        return self.expected.low <= self.came <= self.expected.high


LEAST_SHARE = 0.5
"""Of its hours, for which a forecast's settings must have been in force to be judged."""


def judged_period(forecast: SettingsForecast, periods: Iterable[SettingsPeriod], now: datetime) -> JudgedPeriod | None:
    """When a forecast's settings were in force: the proposed ones if they were set within its hours, else today's.

    None where neither was for half of the forecast's hours, or not yet.
    """
    length = timedelta(hours=forecast.hours)
    found = [each for each in periods if (each.until or now) > forecast.at]
    wanted = [(True, forecast.proposed), (False, forecast.today)]
    for is_proposal, settings in wanted:
        period = next((each for each in found if settings is not None and each.settings == settings), None)
        if period is None or period.since > forecast.at + length:
            continue
        since = max(period.since, forecast.at)
        until = min(period.until or now, since + length)
        if until - since >= LEAST_SHARE * length:
            return JudgedPeriod(is_proposal=is_proposal, since=since, until=until)
    return None


def calibration(reviews: Sequence[Review]) -> tuple[int, int]:
    """The number of forecasts that held, and of those that can be judged."""
    known = [each.has_held for each in reviews if each.has_held is not None]
    return sum(known), len(known)
