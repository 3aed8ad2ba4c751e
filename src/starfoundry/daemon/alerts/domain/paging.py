"""Opening and closing of alerts, and the choice of those to send now: grouped, throttled, muted, quiet hours. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starfoundry.daemon.alerts.domain.declarations import DECLARED
from starfoundry.daemon.alerts.domain.model import Alert, AlertCall, AlertKind, CannotTell, Paging, Rule

Key = tuple[AlertKind, str]
Verdicts = Mapping[AlertKind, tuple[AlertCall, ...] | CannotTell]

OPEN_MAX = 200
"""Alerts of one player that are open at a time; of more that call the first are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The pager's state of one player.

    `pending` is since when what calls has done so, `last_sent` when each thing was last sent, `over` holds alerts that
    have ended and whose end is still to be sent.
    """

    alerts: tuple[Alert, ...] = ()
    over: tuple[Alert, ...] = ()
    pending: Mapping[Key, datetime] = field(default_factory=dict)
    last_sent: Mapping[Key, datetime] = field(default_factory=dict)
    last_message_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message: alerts that are new, those that still hold, those that are over."""

    new: tuple[Alert, ...] = ()
    again: tuple[Alert, ...] = ()
    over: tuple[Alert, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.new or self.again or self.over)


def follow(watch: Watch, rules: Mapping[AlertKind, Rule], verdicts: Verdicts, now: datetime) -> Watch:
    """The same after one more look. What could not be looked at stays as it was."""
    calling = {call.key: call for calls in verdicts.values() if not isinstance(calls, CannotTell) for call in calls}
    unknown = {kind for kind, found in verdicts.items() if isinstance(found, CannotTell)}
    pending = {key: watch.pending.get(key, now) for key in calling}
    pending |= {key: since for key, since in watch.pending.items() if key[0] in unknown}
    alerts: list[Alert] = []
    over = list(watch.over)
    for alert in watch.alerts:
        call = calling.get(alert.call.key)
        if call is not None:
            alerts.append(replace(alert, call=call))
        elif alert.call.kind in unknown or _waits_to_be_sent(alert, rules[alert.call.kind], now):
            alerts.append(alert)
        elif alert.told_at is not None and alert.acked_at is None and _tells_its_end(alert, rules[alert.call.kind]):
            over.append(replace(alert, closed_at=now))
    present = {alert.call.key for alert in alerts}
    for key, call in calling.items():
        rule = rules[call.kind]
        if key in present or now - pending[key] < timedelta(seconds=rule.hold_seconds) or len(alerts) >= OPEN_MAX:
            continue
        alerts.append(Alert(call=call, opened_at=now, is_urgent=rule.is_urgent))
    still = {alert.call.key for alert in alerts}
    return replace(
        watch,
        alerts=tuple(alerts),
        over=tuple(each for each in over if each.call.key not in still),
        pending=pending,
    )


def message_of(watch: Watch, rules: Mapping[AlertKind, Rule], paging: Paging, now: datetime) -> Message:
    """The message to send now; empty while the last message is too fresh."""
    if watch.last_message_at is not None and now - watch.last_message_at < timedelta(seconds=paging.gap_seconds):
        return Message()
    is_quiet = in_quiet_hours(paging, now)
    cooldown, remind = timedelta(seconds=paging.cooldown_seconds), timedelta(seconds=paging.remind_seconds)

    def may_be_sent(alert: Alert) -> bool:
        is_muted = rules[alert.call.kind].is_muted(now)
        return alert.acked_at is None and not is_muted and (alert.is_urgent or not is_quiet)

    def is_new(alert: Alert) -> bool:
        last = watch.last_sent.get(alert.call.key)
        return alert.told_at is None and (last is None or now - last >= cooldown)

    def is_due_again(alert: Alert) -> bool:
        return bool(remind) and alert.told_at is not None and now - alert.told_at >= remind

    return Message(
        new=tuple(each for each in watch.alerts if is_new(each) and may_be_sent(each)),
        again=tuple(each for each in watch.alerts if is_due_again(each) and may_be_sent(each)),
        over=tuple(each for each in watch.over if may_be_sent(each)),
    )


def after_sending(watch: Watch, message: Message, now: datetime) -> Watch:
    """The same once the message was delivered at `now`."""
    included = _keys((*message.new, *message.again))
    ended = _keys(message.over)
    alerts = tuple(replace(each, told_at=now) if each.call.key in included else each for each in watch.alerts)
    return replace(
        watch,
        alerts=alerts,
        over=tuple(each for each in watch.over if each.call.key not in ended),
        last_sent={**watch.last_sent, **dict.fromkeys(included, now)},
        last_message_at=now,
    )


def forget_old(watch: Watch, paging: Paging, now: datetime) -> Watch:
    """The same without times of messages that matter no longer."""
    longest = timedelta(seconds=max(paging.cooldown_seconds, paging.gap_seconds))
    return replace(watch, last_sent={key: at for key, at in watch.last_sent.items() if now - at < longest})


def in_zone(paging: Paging, now: datetime) -> datetime:
    """The time in the zone of the player. UTC needs no table of zones, which a small system may lack."""
    return now if paging.zone == "UTC" else now.astimezone(ZoneInfo(paging.zone))


def in_quiet_hours(paging: Paging, now: datetime) -> bool:
    """Whether only what is urgent is sent; hours that begin in the evening end in the morning after."""
    local = in_zone(paging, now)
    minute = 60 * local.hour + local.minute
    if paging.quiet_from <= paging.quiet_to:
        return paging.quiet_from <= minute < paging.quiet_to
    return minute >= paging.quiet_from or minute < paging.quiet_to


def _keys(alerts: Iterable[Alert]) -> frozenset[Key]:
    return frozenset(alert.call.key for alert in alerts)


def _tells_its_end(alert: Alert, rule: Rule) -> bool:
    return rule.is_on and not DECLARED[alert.call.kind].is_event


def _waits_to_be_sent(alert: Alert, rule: Rule, now: datetime) -> bool:
    """Whether an event that nobody has heard of yet waits for the time at which it may be sent."""
    is_event = DECLARED[alert.call.kind].is_event
    return is_event and alert.told_at is None and alert.acked_at is None and rule.is_on and not rule.is_muted(now)
