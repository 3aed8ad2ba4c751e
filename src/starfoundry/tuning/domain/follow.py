"""Followed settings of a coordinator: the operator's bounds, rules as data, and past moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec

from starfoundry.config.domain.revision_record import RevisionRecord
from starfoundry.tuning.domain.market_conditions import ConditionKind
from starfoundry.tuning.domain.space import Dimension

AUTHOR = "tuner"
"""The author of every revision that tuning makes."""

ORIGIN = "follow"
"""The source of the revisions of those, by which one moved by a condition is known."""

LEAST_SECONDS = 1_800.0
"""Between two moves of one setting, unless the operator says otherwise."""

LEAST_SECONDS_MIN, LEAST_SECONDS_MAX = 60.0, 7 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRule:
    """One setting follows one condition, in percent.

    A share is kept between `low` and `high`: the setting falls while less than `low` of the goods meet it, and rises
    while at least `high` would meet the next value. A load is kept between them the other way round: the setting falls
    above `high` and rises below `low`. Between the two nothing moves.
    """

    setting: str
    condition: ConditionKind
    low: float
    high: float


RULES: Mapping[str, FollowRule] = MappingProxyType(
    {
        each.setting: each
        for each in (
            FollowRule(setting="collect_min_start_supply", condition=ConditionKind.SUPPLY, low=20, high=60),
            FollowRule(setting="acquire_min_start_supply", condition=ConditionKind.SUPPLY, low=20, high=60),
            FollowRule(setting="trade_min_start_supply", condition=ConditionKind.SUPPLY, low=20, high=60),
            FollowRule(setting="trade_min_margin", condition=ConditionKind.SPREAD, low=10, high=40),
            FollowRule(setting="trade_max_ships", condition=ConditionKind.CONTENTION, low=10, high=40),
            FollowRule(setting="max_workers", condition=ConditionKind.BUDGET, low=50, high=90),
        )
    }
)


class FollowState(StrEnum):
    """The state of a followed setting. The last three are for good: until the operator says `tune follow` again."""

    STEADY = "STEADY"
    WAITING = "WAITING"
    BLIND = "BLIND"
    CHANGED = "CHANGED"
    OSCILLATES = "OSCILLATES"
    REFUSED = "REFUSED"


class LeftAlone(msgspec.Struct, frozen=True, kw_only=True):
    """Why a setting is not followed any more."""

    state: FollowState
    detail: str


class Follow(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that an operator wants followed, since when and after which revision; `left` no longer are."""

    container_id: str
    player_id: int
    author: str
    at: datetime
    revision: int
    least_seconds: float
    bounds: tuple[Dimension, ...]
    left: Mapping[str, LeftAlone] = {}


class PastMove(msgspec.Struct, frozen=True, kw_only=True):
    """A setting that was moved by a condition."""

    setting: str
    at: datetime
    revision: int
    before: Any
    after: Any
    reason: str


class FollowHistory(msgspec.Struct, frozen=True, kw_only=True):
    """The history of the followed settings since the start: moves, oldest first, and changes by anybody else."""

    moves: tuple[PastMove, ...] = ()
    changes: Mapping[str, str] = {}

    def of(self, setting: str) -> tuple[PastMove, ...]:
        """The moves of one setting, oldest first."""
        return tuple(each for each in self.moves if each.setting == setting)


def past_of(follow: Follow, records: Sequence[RevisionRecord]) -> FollowHistory:
    """The past of what is followed, by the revisions since its start, in any order."""
    names = {each.name for each in follow.bounds}
    moves: list[PastMove] = []
    changes: dict[str, str] = {}
    for record in sorted(records, key=lambda each: each.revision):
        if record.revision <= follow.revision:
            continue
        is_own = record.author == AUTHOR and record.origin == ORIGIN
        for name in sorted(names & record.changes.keys()):
            pair = record.changes[name]
            if is_own:
                moves.append(
                    PastMove(
                        setting=name,
                        at=record.at,
                        revision=record.revision,
                        before=pair.get("before"),
                        after=pair.get("after"),
                        reason=record.reason,
                    )
                )
            else:
                changes.setdefault(name, f"{record.author} changed it in revision {record.revision}")
    return FollowHistory(moves=tuple(moves), changes=changes)
