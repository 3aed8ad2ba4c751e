"""Market conditions that settings can follow: supplies, spreads, contention, and use of the request budget."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from starfoundry.tuning.domain.space import LEVELS

SEEN_MIN = 5
"""Goods that must have been seen lately for a share of them to say anything."""


class ConditionKind(StrEnum):
    """A condition to follow. The first two are measured against the value of the setting that follows them."""

    SUPPLY = "supply"
    SPREAD = "spread"
    CONTENTION = "contention"
    BUDGET = "budget"

    @property
    def is_share(self) -> bool:
        """Whether it is the share of goods that a threshold lets through; the others are loads."""
        return self in (ConditionKind.SUPPLY, ConditionKind.SPREAD)


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """One observation.

    `supplies` are the levels, 0 (SCARCE) to 4 (ABUNDANT), of the factories' goods, `spreads` by how many percent the
    best price paid for a good is above the best price asked; both only of prices seen lately. `contention` is the
    percentage of the trips under way whose good another trip trades at the same market, `budget` that of the request
    budget in use; None where it cannot be said.
    """

    supplies: tuple[int, ...]
    spreads: tuple[float, ...]
    contention: float | None
    budget: float | None

    def percent(self, kind: ConditionKind, value: object) -> float | None:
        """The condition in percent, of goods that a threshold of this `value` lets through; None if unknown."""
        match kind:
            case ConditionKind.SUPPLY:
                return _share(self.supplies, LEVELS.index(str(value)))
            case ConditionKind.SPREAD:
                return _share(self.spreads, int(str(value)))
            case ConditionKind.CONTENTION:
                return self.contention
            case ConditionKind.BUDGET:
                return self.budget


def _share(found: tuple[float, ...], least: float) -> float | None:
    if len(found) < SEEN_MIN:
        return None
    return 100 * sum(each >= least for each in found) / len(found)


SENTENCES: Mapping[ConditionKind, str] = {
    ConditionKind.SUPPLY: "supply: {percent:.0f} % of the factories' goods are at {value} or above",
    ConditionKind.SPREAD: "spread: {percent:.0f} % of the goods sell for at least {value} % more than they cost",
    ConditionKind.CONTENTION: "contention: {percent:.0f} % of the trips share a market and a good with another",
    ConditionKind.BUDGET: "budget: {percent:.0f} % of the request budget is used",
}
"""A condition in words."""
