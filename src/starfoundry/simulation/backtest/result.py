"""Result of a backtest: each arm's figures over all worlds, and its difference to the first arm."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from starfoundry.forecast.domain.comparison import Difference, compare
from starfoundry.forecast.domain.model import Arm, Outcome, World, early, steady
from starfoundry.forecast.domain.reasons import reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """One arm over all worlds, beside the first arm's profits (`baseline`) there, in credits an hour.

    `baseline` and `difference` are None for the first arm itself.
    """

    arm: Arm
    outcomes: Sequence[Outcome]
    baseline: Sequence[float] | None
    difference: Difference | None
    reasons: tuple[str, ...]

    @property
    def profits(self) -> list[float]:
        """The profit an hour in each world."""
        return [each.profit_per_hour for each in self.outcomes]

    @property
    def deviation(self) -> float:
        """The standard deviation of the profit an hour over the worlds; 0 of one world."""
        return statistics.stdev(self.profits) if len(self.outcomes) > 1 else 0.0

    def mean(self, of: Callable[[Outcome], float]) -> float:
        """The mean of a figure over the worlds."""
        return statistics.fmean(of(each) for each in self.outcomes)

    @property
    def steady(self) -> int | None:
        """The profit an hour of the steady state, None where the runs are too short to tell."""
        values = [value for each in self.outcomes if (value := steady(each)) is not None]
        return round(statistics.fmean(values)) if values else None


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
    first = ArmResult(arm=arms[0], outcomes=by_arm[0], baseline=None, difference=None, reasons=())
    others = [
        ArmResult(
            arm=arm,
            outcomes=outcomes,
            baseline=first.profits,
            difference=compare(first.profits, [each.profit_per_hour for each in outcomes]),
            reasons=reasons(first.outcomes, outcomes),
        )
        for arm, outcomes in zip(arms[1:], by_arm[1:], strict=True)
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
    return {
        "name": each.arm.name,
        "preset": each.arm.preset,
        "settings": dict(each.arm.settings),
        "profit_per_hour": round(statistics.fmean(each.profits)),
        "standard_deviation": round(each.deviation),
        "first_hours": round(each.mean(early)),
        "steady": each.steady,
        "drawdown": round(each.mean(lambda one: one.drawdown)),
        "requests": round(each.mean(lambda one: one.requests)),
        "ships": round(each.mean(lambda one: one.ships), 2),
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
