"""Result of a backtest: each arm's figures over all worlds, and its difference to the first arm."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from starfoundry.forecast.domain.comparison import Difference, compare
from starfoundry.forecast.domain.forecast import ArmForecast, arm_forecast
from starfoundry.forecast.domain.model import Arm, Outcome, World
from starfoundry.forecast.domain.reasons import reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """One arm over all worlds, beside the first arm's profits (`baseline`) there, in credits an hour.

    `figures` are means over the worlds. `baseline` and `difference` are None for the first arm itself.
    """

    arm: Arm
    outcomes: Sequence[Outcome]
    figures: ArmForecast
    baseline: Sequence[float] | None
    difference: Difference | None
    reasons: tuple[str, ...]

    @property
    def profits(self) -> list[float]:
        """The profit an hour in each world."""
        return [each.profit_per_hour for each in self.outcomes]

    @property
    def requests(self) -> int:
        """The requests of a run, the mean over the worlds."""
        return round(statistics.fmean(each.requests for each in self.outcomes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The whole comparison."""

    worlds: Sequence[World]
    hours: float
    arms: Sequence[ArmResult]


def backtest_of(
    worlds: Sequence[World], arms: Sequence[Arm], hours: float, rounds: Sequence[Sequence[Outcome]]
) -> Backtest:
    """The comparison of arms whose outcomes came round by round; at least one round."""
    by_arm = [list(each) for each in zip(*rounds, strict=True)]
    figures = [arm_forecast(each) for each in by_arm]
    first = ArmResult(arm=arms[0], outcomes=by_arm[0], figures=figures[0], baseline=None, difference=None, reasons=())
    others = [
        ArmResult(
            arm=arm,
            outcomes=outcomes,
            figures=means,
            baseline=first.profits,
            difference=compare(first.profits, [each.profit_per_hour for each in outcomes]),
            reasons=reasons(first.outcomes, outcomes),
        )
        for arm, outcomes, means in zip(arms[1:], by_arm[1:], figures[1:], strict=True)
    ]
    return Backtest(worlds=worlds, hours=hours, arms=[first, *others])


def as_json(found: Backtest) -> dict[str, object]:
    """The comparison for machines."""
    return {
        "worlds": [msgspec.to_builtins(each) for each in found.worlds],
        "hours": found.hours,
        "settings": [_arm_as_json(each) for each in found.arms],
    }


def _arm_as_json(each: ArmResult) -> dict[str, object]:
    figures = each.figures
    return {
        "name": each.arm.name,
        "preset": each.arm.preset,
        "settings": dict(each.arm.settings),
        "profit_per_hour": round(figures.profit_per_hour),
        "standard_deviation": round(figures.deviation),
        "first_hours": round(figures.first_hours),
        "steady": None if figures.steady is None else round(figures.steady),
        "drawdown": round(figures.drawdown),
        "requests": each.requests,
        "ships": round(figures.ships, 2),
        "difference": None if each.difference is None else difference_as_json(each.difference),
        "reasons": list(each.reasons),
        "runs": [msgspec.to_builtins(one) for one in each.outcomes],
    }


def difference_as_json(difference: Difference) -> dict[str, object]:
    """A difference for machines: whole credits; a bound that there is none of is null."""
    return {
        "mean": round(difference.mean),
        "low": None if difference.low is None else round(difference.low),
        "high": None if difference.high is None else round(difference.high),
        "pairs": difference.pairs,
        "told_from_zero": difference.is_clear,
    }
