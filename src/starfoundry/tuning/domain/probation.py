"""Probation of a proposal that was applied automatically: the test that reverts it. Pure.

The hours after it are compared with the hours before it, under the settings that it replaced. It is reverted when the
profit is significantly lower, and kept after a day without that result.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from starfoundry.forecast.domain.comparison import student_quantile
from starfoundry.tuning.domain.space import Dimension

HOURS_BEFORE_MAX = 24
"""Closed hours before the change that it is held against, the newest."""

HOURS_MIN = 3
"""Closed hours on either side without which nothing is said."""

HOURS_AFTER_MAX = 24
"""After so many closed hours the change has passed."""

CONFIDENCE = 0.95
"""A change is taken back when the mean of the hours after it is below that before it with this confidence."""


class ProbationState(StrEnum):
    """The state of a proposal that was applied automatically."""

    DUE = "DUE"
    WATCHING = "WATCHING"
    KEPT = "KEPT"
    UNDONE = "UNDONE"
    ENDED = "ENDED"
    NOT_APPLIED = "NOT_APPLIED"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self in (ProbationState.DUE, ProbationState.WATCHING)


class Probation(msgspec.Struct, frozen=True, kw_only=True):
    """A study's proposal on trial; `revision` set it, 0 as long as it is not set.

    `before` and `after` are what each closed hour on either side brought, in credits.
    """

    study: int
    state: ProbationState
    reason: str = ""
    revision: int = 0
    before: tuple[float, ...] = ()
    after: tuple[float, ...] = ()

    def becomes(self, state: ProbationState, reason: str) -> "Probation":
        """The probation in another state."""
        return msgspec.structs.replace(self, state=state, reason=reason)


def outside(bounds: Sequence[Dimension], proposed: Mapping[str, Any]) -> str:
    """Why a proposal is not within the operator's bounds; empty if it is."""
    by_name = {each.name: each for each in bounds}
    for name, value in proposed.items():
        if name not in by_name:
            return f"{name} has no bounds in --apply-within"
        if not by_name[name].allows(value):
            low, high = by_name[name].ends
            return f"{name}={value} is outside {low}..{high}"
    return ""


def comparison(probation: Probation) -> str:
    """The profit before and after, in words."""
    before, after = (f"{statistics.fmean(side):,.0f}" for side in (probation.before, probation.after))
    hours = len(probation.after), len(probation.before)
    return f"{after} an hour in the {hours[0]} hours since, {before} in the {hours[1]} hours before"


def verdict(before: Sequence[float], after: Sequence[float]) -> ProbationState:
    """UNDONE, KEPT, or WATCHING as long as neither can be said: what the closed hours on both sides tell.

    Welch's test on the means, one-sided, with the degrees of freedom of the smaller side.
    """
    count = min(len(before), len(after))
    if count < HOURS_MIN:
        return ProbationState.WATCHING
    error = math.sqrt(sum(statistics.variance(side) / len(side) for side in (before, after)))
    lost = statistics.fmean(before) - statistics.fmean(after)
    if lost > student_quantile(CONFIDENCE, count - 1) * error:
        return ProbationState.UNDONE
    return ProbationState.KEPT if len(after) >= HOURS_AFTER_MAX else ProbationState.WATCHING
