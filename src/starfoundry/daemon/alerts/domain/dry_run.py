"""Dry runs of alert rules on stored history: past snapshots, and the messages they would have caused. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import accumulate

from starfoundry.daemon.alerts.domain.model import AlertedChange, AlertKind, AlertSighting, Paging, Rule, Snapshot
from starfoundry.daemon.alerts.domain.paging import Watch, after_sending, follow, forget_old, message_of
from starfoundry.daemon.alerts.domain.rules import evaluate

STEPS_MAX = 2_000
STEP_SECONDS_MIN = 60

NOT_KEPT: Mapping[AlertKind, str] = {
    AlertKind.BUDGET_EXHAUSTED: "use of the request budget is not stored",
    AlertKind.RESET: "reset times are not stored",
    AlertKind.HALTED: "times of halts are not stored",
    AlertKind.OPPORTUNITY: "past estimates are not stored",
}
"""Kinds that cannot be tried over the past, and why."""

PARTLY_KEPT: Mapping[AlertKind, str] = {
    AlertKind.FLAT_NET_WORTH: "only the current run of each coordinator is known",
    AlertKind.NO_TRADE: "only the current run of each coordinator is known",
    AlertKind.COORDINATOR_FAILED: "only containers that have failed and were not restarted are known",
    AlertKind.SETTINGS_REFUSED: "only settings that are refused now are known",
    AlertKind.INCIDENT: "only logged errors are known; past health conditions are not stored",
}
"""Kinds that can be tried over a part of the past only, and which."""


@dataclass(frozen=True, slots=True)
class Since:
    """Something that was seen, and from when on it held, or when it happened."""

    at: datetime
    seen: AlertSighting


@dataclass(frozen=True, slots=True)
class Dated:
    """A change of settings, and when it was made."""

    at: datetime
    change: AlertedChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The stored past of one player, each list oldest first.

    `trades` are all entries that profit is made of, since the ledger was opened: time and credits. `adjustments` are
    those that changed credits otherwise, but for ships, which are worth what was paid for them.
    """

    trades: Sequence[tuple[datetime, int]] = ()
    adjustments: Sequence[tuple[datetime, int]] = ()
    deals: Sequence[datetime] = ()
    working_since: datetime | None = None
    failed: Sequence[Since] = ()
    refused: Sequence[Since] = ()
    errors: Sequence[Since] = ()
    changes: Sequence[Dated] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """The alerts that a rule would have opened."""

    calls: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    def once_more(self, at: datetime) -> "Tried":
        """The same after one more."""
        return Tried(calls=self.calls + 1, first_at=self.first_at or at, last_at=at)


@dataclass(frozen=True, slots=True)
class Replay:
    """A trial under way: `messages` that would have been sent so far, and what each rule would have opened."""

    watch: Watch = field(default_factory=Watch)
    messages: int = 0
    tried: Mapping[AlertKind, Tried] = field(default_factory=dict)


def step_of(span: timedelta) -> timedelta:
    """The pause between two looks at the past: whole minutes, so that there are at most STEPS_MAX."""
    minutes = -(-span // timedelta(seconds=STEP_SECONDS_MIN * STEPS_MAX))
    return timedelta(seconds=STEP_SECONDS_MIN * max(1, minutes))


def moments(since: datetime, until: datetime) -> Iterator[datetime]:
    """The times at which the past is looked at."""
    step, at = step_of(until - since), since
    while at <= until:
        yield at
        at += step


def look(replay: Replay, rules: Mapping[AlertKind, Rule], paging: Paging, seen: Snapshot) -> Replay:
    """The trial after one more moment; every message counts as delivered, and nothing as muted."""
    awake = {kind: replace(rule, muted_until=None) for kind, rule in rules.items()}
    verdicts = {kind: evaluate(rule, seen) for kind, rule in awake.items()}
    before = {alert.call.key for alert in replay.watch.alerts}
    watch = follow(replay.watch, awake, verdicts, seen.now)
    tried = dict(replay.tried)
    for alert in watch.alerts:
        if alert.call.key not in before:
            tried[alert.call.kind] = tried.get(alert.call.kind, Tried()).once_more(seen.now)
    message = message_of(watch, awake, paging, seen.now)
    if not message:
        return Replay(watch, replay.messages, tried)
    watch = forget_old(after_sending(watch, message, seen.now), paging, seen.now)
    return Replay(watch, replay.messages + 1, tried)


class PastSnapshots:
    """Snapshots of a past, for these rules."""

    def __init__(self, past: Past, rules: Mapping[AlertKind, Rule]) -> None:
        self._past = past
        self._rules = rules
        self._profit = _Running(past.trades)
        self._worth = _Running(sorted((*past.trades, *past.adjustments)))
        self._highs = list(accumulate(self._profit.sums, max))

    def at(self, now: datetime) -> Snapshot:
        """All that the rules would have looked at then."""
        known = self._profit.known_at(now)
        loss, flat = self._rules[AlertKind.LOSS], self._rules[AlertKind.FLAT_NET_WORTH]
        dealt = bisect_right(self._past.deals, now)
        working = self._past.working_since
        return Snapshot(
            now=now,
            traded={loss.within_seconds: self._profit.between(now - loss.within, now)},
            profit=self._profit.sums[known],
            high_water=self._highs[known],
            worth_change=self._worth.between(now - flat.within, now),
            last_deal_at=self._past.deals[dealt - 1] if dealt else None,
            working_since=working if working is not None and working <= now else None,
            failed=_held(self._past.failed, now),
            refused=_held(self._past.refused, now),
            incidents=_within(self._past.errors, self._rules[AlertKind.INCIDENT], now),
            changes=self._changes(now),
            unknown=NOT_KEPT,
        )

    def _changes(self, now: datetime) -> tuple[AlertedChange, ...]:
        since = now - self._rules[AlertKind.SETTING_CHANGED].within
        return tuple(each.change for each in self._past.changes if since <= each.at <= now)


class _Running:
    """Sums of amounts over time, the oldest first."""

    def __init__(self, amounts: Sequence[tuple[datetime, int]]) -> None:
        self._times = [at for at, _amount in amounts]
        self.sums = list(accumulate((amount for _at, amount in amounts), initial=0))

    def known_at(self, now: datetime) -> int:
        """The number of them by then."""
        return bisect_right(self._times, now)

    def between(self, since: datetime, until: datetime) -> int:
        """The sum of those between the two times, both included."""
        return self.sums[self.known_at(until)] - self.sums[bisect_left(self._times, since)]


def _held(seen: Sequence[Since], now: datetime) -> tuple[AlertSighting, ...]:
    return tuple(each.seen for each in seen if each.at <= now)


def _within(seen: Sequence[Since], rule: Rule, now: datetime) -> tuple[AlertSighting, ...]:
    """The newest of each subject within the rule's window."""
    newest = {each.seen.subject: each.seen for each in seen if now - rule.within <= each.at <= now}
    return tuple(newest.values())
