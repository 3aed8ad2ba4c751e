"""A forecast: the results of the current and the proposed settings, and their difference."""

import math
import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from starfoundry.forecast.domain.comparison import SHOWN, Difference, compare, two_sided
from starfoundry.forecast.domain.model import Outcome, early, steady
from starfoundry.forecast.domain.reasons import reasons
from starfoundry.forecast.domain.resemblance import WorldPicture


class ArmForecast(msgspec.Struct, frozen=True, kw_only=True):
    """The expected result of one arm, in credits an hour where nothing else is said.

    `low` and `high` are where the profit an hour of one game, such as the real one, lies in four of five cases; both
    are None after a single run. `steady` is None where the runs are too short for it.
    """

    profit_per_hour: float
    deviation: float
    low: float | None
    high: float | None
    first_hours: float
    steady: float | None
    drawdown: float
    requests_per_hour: float
    ships: float


class SettingsForecast(msgspec.Struct, frozen=True, kw_only=True):
    """One forecast, or what is known of it after `rounds` of at most `runs` rounds.

    `today` and `proposed` are settings by stored key. The differences are proposed minus today: of the whole time, of
    the first hours, and of the steady state. All that speaks of a proposal is None or empty where there is none.
    `world` is what was seen at its start; None in those that an older version made.
    """

    container_id: str
    at: datetime
    revision: int
    hours: float
    runs: int
    seed: int
    rounds: int
    is_over: bool
    today: Mapping[str, Any]
    proposed: Mapping[str, Any] | None
    now: ArmForecast
    then: ArmForecast | None = None
    difference: Difference | None = None
    first_difference: Difference | None = None
    steady_difference: Difference | None = None
    reasons: tuple[str, ...] = ()
    unseen_goods: int
    seconds: float
    world: WorldPicture | None = None


def arm_forecast(outcomes: Sequence[Outcome]) -> ArmForecast:
    """The forecast from the runs of one arm; at least one."""
    profits = [each.profit_per_hour for each in outcomes]
    middle, count = statistics.fmean(profits), len(profits)
    deviation = statistics.stdev(profits) if count > 1 else 0.0
    reach = two_sided(SHOWN, count - 1) * deviation * math.sqrt(1 + 1 / count) if count > 1 else None
    return ArmForecast(
        profit_per_hour=middle,
        deviation=deviation,
        low=None if reach is None else middle - reach,
        high=None if reach is None else middle + reach,
        first_hours=statistics.fmean(early(each) for each in outcomes),
        steady=statistics.fmean(values) if (values := _steady(outcomes)) else None,
        drawdown=statistics.fmean(each.drawdown for each in outcomes),
        requests_per_hour=statistics.fmean(each.requests / max(1, each.hours) for each in outcomes),
        ships=statistics.fmean(each.ships for each in outcomes),
    )


def differing(before: Sequence[Outcome], after: Sequence[Outcome]) -> Mapping[str, Any]:
    """A forecast's figures of the difference between two arms, by field."""
    settled = [_steady(each) for each in (before, after)]
    return {
        "then": arm_forecast(after),
        "difference": compare(*([each.profit_per_hour for each in side] for side in (before, after))),
        "first_difference": compare(*([early(each) for each in side] for side in (before, after))),
        "steady_difference": compare(*settled) if all(settled) else None,
        "reasons": reasons(before, after),
    }


def _steady(outcomes: Sequence[Outcome]) -> list[float]:
    return [value for each in outcomes if (value := steady(each)) is not None]
