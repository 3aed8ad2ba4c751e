"""Evaluation of a rule: a pure function of the rule and a snapshot."""

from collections.abc import Callable, Iterator

from starfoundry.daemon.alerts.domain.model import AlertCall, AlertKind, CannotTell, Rule, Snapshot
from starfoundry.kernel.instants import rfc3339


def evaluate(rule: Rule, seen: Snapshot) -> tuple[AlertCall, ...] | CannotTell:
    """The alerts of a rule; none if it is off."""
    if not rule.is_on:
        return ()
    if reason := seen.unknown.get(rule.kind):
        return CannotTell(reason)
    return tuple(_EVALUATED[rule.kind](rule, seen))


def _loss(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    traded = seen.traded[rule.within_seconds]
    if -traded > rule.above:
        text = f"trade lost {-traded:,} credits within {_span(rule.within_seconds)}"
        yield AlertCall(kind=rule.kind, subject="", text=text, next_step=_report(rule))


def _drawdown(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    below = seen.high_water - seen.profit
    if below > rule.above:
        text = f"profit is {below:,} credits below its highest value of {seen.high_water:,}"
        yield AlertCall(kind=rule.kind, subject="", text=text, next_step="spacetraders report --since 24h")


def _flat(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    since = seen.working_since
    if since is not None and seen.now - since >= rule.within and seen.worth_change <= 0:
        worth = f"{-seen.worth_change:,} credits less" if seen.worth_change else "no more"
        text = f"credits and ships together are worth {worth} than {_span(rule.within_seconds)} ago"
        yield AlertCall(kind=rule.kind, subject="", text=text, next_step=_report(rule))


def _no_trade(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    if seen.working_since is None:
        return
    since = max(filter(None, (seen.working_since, seen.last_deal_at)))
    if seen.now - since >= rule.within:
        text = f"nothing was traded since {rfc3339(since)}"
        yield AlertCall(kind=rule.kind, subject="", text=text, next_step="spacetraders why")


def _failed(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    for each in seen.failed:
        yield AlertCall(
            kind=rule.kind,
            subject=each.subject,
            text=f"{each.subject} has failed: {each.text}",
            next_step=f"spacetraders container logs {each.subject}",
        )


def _refused(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    for each in seen.refused:
        step = f"spacetraders manufacturing config show --container {each.subject}"
        text = f"{each.subject} refuses its settings: {each.text}"
        yield AlertCall(kind=rule.kind, subject=each.subject, text=text, next_step=step)


def _budget(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    if seen.budget_used_percent > rule.above:
        text = f"{seen.budget_used_percent} % of the request budget is used"
        yield AlertCall(kind=rule.kind, subject="", text=text, next_step="spacetraders health")


def _reset(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    at = seen.next_reset_at
    if at is not None and at - seen.now <= rule.within:
        text = f"the server resets at {rfc3339(at)}"
        yield AlertCall(kind=rule.kind, subject=rfc3339(at), text=text, next_step="spacetraders report")


def _incident(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    for each in seen.incidents:
        yield AlertCall(kind=rule.kind, subject=each.subject, text=each.text, next_step="spacetraders health")


def _halted(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    for each in seen.halts:
        if seen.now - each.since >= rule.within:
            text = f"halted since {rfc3339(each.since)}: {each.subject}"
            yield AlertCall(kind=rule.kind, subject=each.subject, text=text, next_step="spacetraders resume")


def _changed(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    for each in seen.changes:
        if each.author in rule.excepted:
            continue
        yield AlertCall(
            kind=rule.kind,
            subject=f"{each.container_id} revision {each.revision}",
            text=f"{each.author} changed the settings of {each.container_id}, revision {each.revision}: {each.text}",
            next_step=f"spacetraders manufacturing config history --container {each.container_id}",
        )


def _opportunity(rule: Rule, seen: Snapshot) -> Iterator[AlertCall]:
    for each in seen.chances:
        if each.per_hour > rule.above:
            text = f"{each.name} is estimated to bring {each.per_hour:,} credits an hour"
            yield AlertCall(kind=rule.kind, subject=each.name, text=text, next_step="spacetraders manufacturing scan")


def _report(rule: Rule) -> str:
    return f"spacetraders report --since {rule.within_seconds}s"


def _span(seconds: int) -> str:
    """A duration in its largest whole unit."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


_EVALUATED: dict[AlertKind, Callable[[Rule, Snapshot], Iterator[AlertCall]]] = {
    AlertKind.LOSS: _loss,
    AlertKind.DRAWDOWN: _drawdown,
    AlertKind.FLAT_NET_WORTH: _flat,
    AlertKind.NO_TRADE: _no_trade,
    AlertKind.COORDINATOR_FAILED: _failed,
    AlertKind.SETTINGS_REFUSED: _refused,
    AlertKind.BUDGET_EXHAUSTED: _budget,
    AlertKind.RESET: _reset,
    AlertKind.INCIDENT: _incident,
    AlertKind.HALTED: _halted,
    AlertKind.SETTING_CHANGED: _changed,
    AlertKind.OPPORTUNITY: _opportunity,
}
