"""Reasons for the difference of two arms, in words: the figures that changed, the largest change first.

Only what the pairs tell from zero is said; with few pairs that is little.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from starfoundry.forecast.domain.comparison import compare
from starfoundry.forecast.domain.model import Outcome

REASONS_MAX = 6

_LEAST_SHARE = 0.05
"""A figure that moved by less, as a share of what it was, explains nothing."""

_TIMES = {
    "laden": "fly with cargo",
    "empty": "fly empty",
    "held": "wait with cargo",
    "idle": "stand idle",
}
_LEAST_TIME = 0.02
_MARKETS_MAX = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Movement:
    """A figure of both arms: the mean before and after, and a sentence of it."""

    before: float
    after: float
    text: str

    @property
    def weight(self) -> float:
        """The difference, as a share of the larger figure."""
        return abs(self.after - self.before) / (max(abs(self.before), abs(self.after)) or 1.0)


def reasons(before: Sequence[Outcome], after: Sequence[Outcome]) -> tuple[str, ...]:
    """The differences between pairs of runs besides the profit."""
    found = [*_trips(before, after), *_levels(before, after), *_markets(before, after), *_ships(before, after)]
    moved = sorted((each for each in found if each.weight >= _LEAST_SHARE), key=lambda each: -each.weight)
    return tuple(each.text for each in [*_times(before, after), *moved])[:REASONS_MAX]


def _trips(before: Sequence[Outcome], after: Sequence[Outcome]) -> Iterator[_Movement]:
    for kind, one, two in _moved(before, after, lambda each: _a_day(each, each.trips)):
        yield _Movement(before=one, after=two, text=f"{two:,.0f} {kind} trips a day instead of {one:,.0f}")


def _levels(before: Sequence[Outcome], after: Sequence[Outcome]) -> Iterator[_Movement]:
    for level, one, two in _moved(before, after, lambda each: _a_day(each, each.bought_at)):
        text = f"{two:,.0f} units a day are bought at {level or 'an unknown level'} instead of {one:,.0f}"
        yield _Movement(before=one, after=two, text=text)


def _markets(before: Sequence[Outcome], after: Sequence[Outcome]) -> Iterator[_Movement]:
    """The few markets whose sales moved by most credits."""
    moved = sorted(_moved(before, after, lambda each: each.sold_at), key=lambda each: -abs(each[2] - each[1]))
    for market, one, two in moved[:_MARKETS_MAX]:
        text = f"sales at {market} bring {_an_hour(two, after):,.0f} an hour instead of {_an_hour(one, before):,.0f}"
        yield _Movement(before=one, after=two, text=text)


def _ships(before: Sequence[Outcome], after: Sequence[Outcome]) -> Iterator[_Movement]:
    for _, one, two in _moved(before, after, lambda each: {"ships": each.ships}):
        yield _Movement(before=one, after=two, text=f"{two:.1f} ships at the end instead of {one:.1f}")


def _times(before: Sequence[Outcome], after: Sequence[Outcome]) -> Iterator[_Movement]:
    for name, one, two in _moved(before, after, lambda each: each.time):
        if name in _TIMES and abs(two - one) >= _LEAST_TIME:
            text = f"ships {_TIMES[name]} for {100 * two:.0f} % of their time instead of {100 * one:.0f} %"
            yield _Movement(before=one, after=two, text=text)


def _moved(
    before: Sequence[Outcome], after: Sequence[Outcome], of: Callable[[Outcome], Mapping[str, float]]
) -> Iterator[tuple[str, float, float]]:
    """The named figures whose difference the pairs tell from zero, each with its means before and after."""
    ones, twos = [of(each) for each in before], [of(each) for each in after]
    for name in sorted({name for each in (*ones, *twos) for name in each}):
        values = [[each.get(name, 0.0) for each in side] for side in (ones, twos)]
        if compare(*values).is_clear:
            yield name, statistics.fmean(values[0]), statistics.fmean(values[1])


def _an_hour(amount: float, outcomes: Sequence[Outcome]) -> float:
    return amount / max(1, outcomes[0].hours)


def _a_day(outcome: Outcome, counts: Mapping[str, int]) -> dict[str, float]:
    return {name: 24 * count / max(1, outcome.hours) for name, count in counts.items()}
