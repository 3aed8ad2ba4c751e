"""Changes of alert rules and notification settings: only the given fields change."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starfoundry.daemon.alerts.domain.declarations import HOLD_SECONDS_MAX, require_sound
from starfoundry.daemon.alerts.domain.model import Paging, Rule
from starfoundry.kernel.errors import Refused
from starfoundry.wire import daemon_pb2 as wire

MUTE_SECONDS_MAX = 30 * 86_400
GAP_SECONDS = (0, 86_400)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def rule_changed(rule: Rule, request: wire.SetAlertRuleRequest) -> Rule:
    """The rule with the requested changes; raises Refused if its kind does not take a field."""
    if request.HasField("is_on"):
        rule = replace(rule, is_on=request.is_on)
    if request.HasField("above"):
        rule = replace(rule, above=request.above)
    if request.HasField("within_seconds"):
        rule = replace(rule, within_seconds=request.within_seconds)
    if request.HasField("for_seconds"):
        rule = replace(rule, hold_seconds=request.for_seconds)
    if request.HasField("is_urgent"):
        rule = replace(rule, is_urgent=request.is_urgent)
    if request.set_excepted:
        rule = replace(rule, excepted=tuple(request.excepted))
    return require_sound(rule)


def muted(rule: Rule, seconds: int, now: datetime) -> Rule:
    """The rule muted for `seconds` from now; 0 ends the mute."""
    if not 0 <= seconds <= MUTE_SECONDS_MAX:
        raise Refused.of("for", f"{seconds}s", f"0s to {MUTE_SECONDS_MAX // 86_400}d")
    return replace(rule, muted_until=now + timedelta(seconds=seconds) if seconds else None)


def paging_changed(paging: Paging, request: wire.SetAlertPagingRequest) -> Paging:
    """The notification settings with the requested changes; raises Refused."""
    if bool(request.quiet_from) is not bool(request.quiet_to):
        raise Refused.of("quiet", request.quiet_from or request.quiet_to, "a start and an end, such as 22:00-07:00")
    if request.HasField("quiet_from"):
        begin, end = (_minute("quiet", text) if text else 0 for text in (request.quiet_from, request.quiet_to))
        paging = replace(paging, quiet_from=begin, quiet_to=end)
    if request.HasField("zone"):
        paging = replace(paging, zone=_zone(request.zone))
    if request.HasField("gap_seconds"):
        paging = replace(paging, gap_seconds=_seconds("gap", request.gap_seconds, GAP_SECONDS[1]))
    if request.HasField("cooldown_seconds"):
        paging = replace(paging, cooldown_seconds=_seconds("cooldown", request.cooldown_seconds, GAP_SECONDS[1]))
    if request.HasField("remind_seconds"):
        paging = replace(paging, remind_seconds=_seconds("remind", request.remind_seconds, HOLD_SECONDS_MAX))
    if request.HasField("summary_at"):
        text = request.summary_at
        paging = replace(paging, summary_at=_minute("summary", text) if text else None)
    return paging


def _minute(field: str, text: str) -> int:
    """The minute of the day."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise Refused.of(field, text, "a time of day such as 22:00")
    return 60 * int(match[1]) + int(match[2])


def _zone(name: str) -> str:
    if name == "UTC":  # needs no table of zones, which a small system may lack
        return name
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused.of("zone", name, "a time zone that this machine knows, such as UTC or Europe/Berlin") from None
    return name


def _seconds(field: str, given: int, most: int) -> int:
    if not 0 <= given <= most:
        raise Refused.of(field, f"{given}s", f"0s to {most // 86_400}d")
    return given
