"""Registry of the current health conditions: bounded, in memory, reported by every room."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from starfoundry.kernel.conditions import Condition, ConditionReporter
from starfoundry.kernel.ids import PlayerId
from starfoundry.kernel.ports import Clock

KEPT_PER_KIND = 200
"""Conditions kept for one kind and player; more are dropped, and kept once reported again when there is room."""

_log = logging.getLogger(__name__)

_Key = tuple[PlayerId | None, str, str]


@dataclass(slots=True)
class _Held:
    condition: Condition
    ends_at: float | None


class ConditionRegistry:
    """The current conditions of the whole daemon.

    `of` gives a reporter for one player; the registry itself reports for the daemon.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[_Key, _Held] = {}
        self._kept: Counter[tuple[PlayerId | None, str]] = Counter()
        self.daemon: ConditionReporter = _Reporter(self, None)

    def of(self, player_id: PlayerId) -> ConditionReporter:
        """The reporter of one player."""
        return _Reporter(self, player_id)

    def current(self) -> tuple[Condition, ...]:
        """All current conditions, in the order in which they began."""
        self._drop_ended()
        return tuple(sorted((held.condition for held in self._held.values()), key=lambda each: each.since))

    def report(
        self,
        player_id: PlayerId | None,
        kind: str,
        subject: str,
        *,
        reason: str,
        next_step: str,
        degrades: bool,
        lasts_seconds: float | None,
    ) -> None:
        """Add a condition, or update the text of an existing one."""
        condition = Condition(
            kind=kind,
            subject=subject,
            reason=reason,
            next_step=next_step,
            since=self._clock.now(),
            degrades=degrades,
            player_id=player_id,
        )
        key = (player_id, kind, subject)
        ends_at = None if lasts_seconds is None else self._clock.elapsed() + lasts_seconds
        self._drop_ended()
        held = self._held.get(key)
        if held is not None:
            held.condition = replace(condition, since=held.condition.since)
            held.ends_at = ends_at
            return
        if self._kept[player_id, kind] >= KEPT_PER_KIND:
            return
        self._held[key] = _Held(condition, ends_at)
        self._kept[player_id, kind] += 1
        if condition.degrades:
            _log.warning("%s begins: %s", _name(condition), condition.reason)

    def clear(self, player_id: PlayerId | None, kind: str, subject: str | None) -> None:
        """Remove one condition, or without a subject all of a kind."""
        if subject is not None:
            self._drop((player_id, kind, subject))
        elif self._kept[player_id, kind]:
            for key in [key for key in self._held if key[:2] == (player_id, kind)]:
                self._drop(key)

    def _drop_ended(self) -> None:
        now = self._clock.elapsed()
        for key in [key for key, held in self._held.items() if held.ends_at is not None and held.ends_at <= now]:
            self._drop(key)

    def _drop(self, key: _Key) -> None:
        held = self._held.pop(key, None)
        if held is None:
            return
        self._kept[key[:2]] -= 1
        if held.condition.degrades:
            _log.info("%s has ended", _name(held.condition))


class _Reporter:
    """Reporter of one player, or of the daemon; implements kernel.conditions.ConditionReporter."""

    def __init__(self, registry: ConditionRegistry, player_id: PlayerId | None) -> None:
        self._registry = registry
        self._player_id = player_id

    def report(
        self,
        kind: str,
        subject: str,
        *,
        reason: str,
        next_step: str = "",
        degrades: bool = True,
        lasts_seconds: float | None = None,
    ) -> None:
        """Report a condition; see ConditionReporter."""
        self._registry.report(
            self._player_id,
            kind,
            subject,
            reason=reason,
            next_step=next_step,
            degrades=degrades,
            lasts_seconds=lasts_seconds,
        )

    def clear(self, kind: str, subject: str | None = None) -> None:
        """End a condition; see ConditionReporter."""
        self._registry.clear(self._player_id, kind, subject)


def listed(conditions: Iterable[Condition], per_kind: int) -> tuple[tuple[Condition, ...], Mapping[str, int]]:
    """The first `per_kind` conditions of each kind, degrading ones first, and how many of each kind are left out."""
    shown: list[Condition] = []
    seen: Counter[str] = Counter()
    for condition in sorted(conditions, key=lambda each: not each.degrades):
        seen[condition.kind] += 1
        if seen[condition.kind] <= per_kind:
            shown.append(condition)
    return tuple(shown), {kind: count - per_kind for kind, count in seen.items() if count > per_kind}


def _name(condition: Condition) -> str:
    whose = "" if condition.player_id is None else f"player {condition.player_id}: "
    return f"{whose}{condition.kind} {condition.subject}".rstrip()
