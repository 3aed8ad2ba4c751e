"""The decision which followed setting to adjust next, at most one at a time. Pure.

Under conditions that do not change, no setting is ever moved both up and down: a share that lets it rise is above the
one at which it falls.
"""

import itertools
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from starfoundry.config.domain.declarations.core_settings import START_AND_EXECUTE
from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.tuning.domain.follow import (
    RULES,
    Follow,
    FollowHistory,
    FollowRule,
    FollowState,
    LeftAlone,
    PastMove,
)
from starfoundry.tuning.domain.market_conditions import SENTENCES, Conditions
from starfoundry.tuning.domain.space import LEVELS, Dimension

STEPS = 5
"""A number goes through its bounds in so many steps, a level by one word."""

HELD_LOOKS = 3
"""A condition must ask for the same move at so many looks in a row."""

OSCILLATION_MOVES = 4
OSCILLATION_SPANS = 8
"""So many moves, each against the one before, within so many times the least time between moves are an oscillation."""

_EXECUTE_OF = dict(START_AND_EXECUTE)

Held = Mapping[str, tuple[int, int]]
"""By setting: the direction that was asked for at the last look, 1 or -1, and at how many looks in a row."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one followed setting: its value as JSON has it, and its state with what explains it."""

    setting: str
    value: Any
    state: FollowState
    detail: str


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A setting that is to be set to `value` now, with the condition as its reason."""

    setting: str
    value: Any
    reason: str


class FollowDecision(msgspec.Struct, frozen=True, kw_only=True):
    """The state of every setting, the one move that is due, if any, and what the next look needs to know."""

    standings: tuple[Standing, ...]
    move: Move | None
    held: Held
    left: Mapping[str, LeftAlone]


def decide(
    follow: Follow, values: Mapping[str, Any], past: FollowHistory, conditions: Conditions, held: Held, now: datetime
) -> FollowDecision:
    """The decision of one look. `values` are the settings in force by name, as JSON has them."""
    standings: list[Standing] = []
    asked: dict[str, tuple[int, int]] = {}
    left = dict(follow.left)
    move: Move | None = None
    for bound in follow.bounds:
        name, value = bound.name, values[bound.name]
        over = left.get(name) or _left_alone(follow, bound, past)
        if over is not None:
            left[name] = over
            standings.append(Standing(setting=name, value=value, state=over.state, detail=over.detail))
            continue
        wish = _wish(RULES[name], bound, values, conditions)
        if wish.direction:
            before, count = held.get(name, (0, 0))
            asked[name] = (wish.direction, count + 1 if before == wish.direction else 1)
        waits = _waits(follow, bound, past, asked.get(name, (0, 0))[1], now) if wish.direction else ""
        if wish.direction and not waits and move is None:
            move = Move(setting=name, value=wish.value, reason=wish.reason)
        detail = f"{wish.reason}; {waits}" if waits else wish.reason
        state = FollowState.WAITING if wish.direction else wish.rest
        standings.append(Standing(setting=name, value=value, state=state, detail=detail))
    return FollowDecision(standings=tuple(standings), move=move, held=asked, left=left)


class _Wish(msgspec.Struct, frozen=True, kw_only=True):
    """The wish of a condition: a direction with a value, or 0 and how the setting rests."""

    direction: int
    reason: str
    value: Any = None
    rest: FollowState = FollowState.STEADY


def _wish(rule: FollowRule, bound: Dimension, values: Mapping[str, Any], conditions: Conditions) -> _Wish:
    value = values[bound.name]
    now = conditions.percent(rule.condition, value)
    if now is None:
        return _Wish(direction=0, reason=f"too little data about {rule.condition}", rest=FollowState.BLIND)
    for direction, target in _neighbours(bound, values):
        measured_at = target if rule.condition.is_share and direction > 0 else value
        percent = conditions.percent(rule.condition, measured_at)
        if percent is not None and (words := _asks(rule, direction, percent)):
            sentence = SENTENCES[rule.condition].format(percent=percent, value=as_text(measured_at))
            return _Wish(direction=direction, value=target, reason=f"{sentence} ({words})")
    return _Wish(direction=0, reason=SENTENCES[rule.condition].format(percent=now, value=as_text(value)))


def _asks(rule: FollowRule, direction: int, percent: float) -> str:
    """Why the condition asks for a move in this direction; empty if it does not."""
    is_low, is_high = percent < rule.low, percent > rule.high
    if rule.condition.is_share:
        is_asked = is_low if direction < 0 else percent >= rule.high
    else:
        is_asked = is_high if direction < 0 else is_low
    if not is_asked:
        return ""
    return f"under {rule.low:g} %" if is_low else f"{rule.high:g} % or more"


def _neighbours(bound: Dimension, values: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    """The next values down and up within the bounds; a level to start with never falls below the one to go on with."""
    step = 1 if bound.words else max(1, (bound.high - bound.low) // STEPS)
    least = bound.low
    if bound.name in _EXECUTE_OF:
        least = max(least, LEVELS.index(values[_EXECUTE_OF[bound.name]]))
    point = bound.words.index(values[bound.name]) if bound.words else int(values[bound.name])
    if point > least:
        yield -1, bound.value(max(point - step, least))
    if point < bound.high:
        yield 1, bound.value(min(point + step, bound.high))


def _waits(follow: Follow, bound: Dimension, past: FollowHistory, looks: int, now: datetime) -> str:
    """The reason that a wished move is not made yet; empty if it is due."""
    if looks < HELD_LOOKS:
        return f"condition met at {looks} of {HELD_LOOKS} checks in a row"
    moves = past.of(bound.name)
    due = moves[-1].at + timedelta(seconds=follow.least_seconds) if moves else now
    return f"not before {due:%H:%M:%S}: last adjusted at {moves[-1].at:%H:%M:%S}" if due > now else ""


def _left_alone(follow: Follow, bound: Dimension, past: FollowHistory) -> LeftAlone | None:
    """Why a setting is followed no more: somebody else changed it, or it is moved to and fro."""
    if bound.name in past.changes:
        return LeftAlone(state=FollowState.CHANGED, detail=past.changes[bound.name])
    last = past.of(bound.name)[-OSCILLATION_MOVES:]
    if len(last) < OSCILLATION_MOVES:
        return None
    ways = [_direction(bound, each) for each in last]
    span = last[-1].at - last[0].at
    alternates = all(one == -other for one, other in itertools.pairwise(ways))
    if not alternates or span > timedelta(seconds=OSCILLATION_SPANS * follow.least_seconds):
        return None
    ends = f"{as_text(last[-1].before)} and {as_text(last[-1].after)}"
    minutes = max(1, round(span.total_seconds() / 60))
    detail = f"oscillated between {ends}, {OSCILLATION_MOVES} times in {minutes} min; it is no longer adjusted"
    return LeftAlone(state=FollowState.OSCILLATES, detail=detail)


def _direction(bound: Dimension, move: PastMove) -> int:
    before, after = bound.point(move.before), bound.point(move.after)
    return (after > before) - (after < before)
