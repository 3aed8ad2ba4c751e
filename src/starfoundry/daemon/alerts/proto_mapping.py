"""Protobuf messages for alert rules, targets and alerts."""

from collections.abc import Mapping
from datetime import datetime

from starfoundry.daemon.alerts.domain.declarations import DECLARED
from starfoundry.daemon.alerts.domain.dry_run import NOT_KEPT, PARTLY_KEPT, Replay, Tried
from starfoundry.daemon.alerts.domain.model import Alert, AlertKind, Paging, Rule
from starfoundry.daemon.alerts.store import AlertDelivery, Target
from starfoundry.kernel.instants import rfc3339
from starfoundry.wire import daemon_pb2 as wire


def rule_message(rule: Rule, now: datetime) -> wire.AlertRule:
    """A rule."""
    declared = DECLARED[rule.kind]
    return wire.AlertRule(
        kind=rule.kind.value,
        is_on=rule.is_on,
        above=rule.above,
        unit=declared.unit,
        within_seconds=rule.within_seconds,
        for_seconds=rule.hold_seconds,
        excepted=rule.excepted,
        is_urgent=rule.is_urgent,
        muted_until=rfc3339(rule.muted_until) if rule.is_muted(now) else "",
        says=declared.says,
        is_default=rule == declared.default,
    )


def target_message(target: Target) -> wire.AlertTarget:
    """A target, without its URL."""
    return wire.AlertTarget(name=target.name, scheme=target.scheme, author=target.author, at=rfc3339(target.at))


def paging_message(paging: Paging) -> wire.AlertPaging:
    """The message of a player's notification settings."""
    is_quiet = paging.quiet_from != paging.quiet_to
    return wire.AlertPaging(
        quiet_from=clock_of(paging.quiet_from) if is_quiet else "",
        quiet_to=clock_of(paging.quiet_to) if is_quiet else "",
        zone=paging.zone,
        gap_seconds=paging.gap_seconds,
        cooldown_seconds=paging.cooldown_seconds,
        remind_seconds=paging.remind_seconds,
        summary_at="" if paging.summary_at is None else clock_of(paging.summary_at),
    )


def alert_message(alert: Alert) -> wire.Alert:
    """An alert."""
    return wire.Alert(
        alert_id=alert.id,
        kind=alert.call.kind.value,
        subject=alert.call.subject,
        text=alert.call.text,
        next_step=alert.call.next_step,
        is_urgent=alert.is_urgent,
        opened_at=rfc3339(alert.opened_at),
        told_at=rfc3339(alert.told_at),
        closed_at=rfc3339(alert.closed_at),
        acked_at=rfc3339(alert.acked_at),
        acked_by=alert.acked_by,
    )


def delivery_message(delivery: AlertDelivery) -> wire.AlertDelivery:
    """A delivery."""
    return wire.AlertDelivery(
        at=rfc3339(delivery.at), target=delivery.target, title=delivery.title, problem=delivery.problem
    )


def trial_messages(replay: Replay, rules: Mapping[AlertKind, Rule]) -> list[wire.AlertTrial]:
    """The messages of what each rule that is on would have opened."""
    found = []
    for kind, rule in rules.items():
        if not rule.is_on:
            continue
        tried = replay.tried.get(kind, Tried())
        found.append(
            wire.AlertTrial(
                kind=kind.value,
                calls=tried.calls,
                first_at=rfc3339(tried.first_at),
                last_at=rfc3339(tried.last_at),
                unknown=NOT_KEPT.get(kind) or PARTLY_KEPT.get(kind, ""),
            )
        )
    return found


def clock_of(minute: int) -> str:
    """A minute of the day as the clock shows it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
