"""The kinds of alert rules: condition, parameters with their bounds, and defaults."""

from dataclasses import dataclass

from starfoundry.daemon.alerts.domain.model import AlertKind, Rule
from starfoundry.kernel.errors import Refused

MINUTE, HOUR, DAY = 60, 3_600, 86_400
ABOVE_MAX = 10**12
WITHIN_SECONDS = (MINUTE, 30 * DAY)
HOLD_SECONDS_MAX = 7 * DAY
EXCEPTED_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One kind. `unit` is the unit of `above`, empty if the kind has no threshold.

    An event is sent even if it is over by then, and its end is not reported.
    """

    says: str
    default: Rule
    unit: str = ""
    takes_within: bool = False
    takes_excepted: bool = False
    is_event: bool = False


DECLARED: dict[AlertKind, Declared] = {
    each.default.kind: each
    for each in (
        Declared(
            says="trade lost more than ABOVE within WITHIN",
            default=Rule(kind=AlertKind.LOSS, is_on=True, above=50_000, within_seconds=HOUR, is_urgent=True),
            unit="credits",
            takes_within=True,
        ),
        Declared(
            says="profit is more than ABOVE below its highest value",
            default=Rule(kind=AlertKind.DRAWDOWN, is_on=True, above=200_000),
            unit="credits",
        ),
        Declared(
            says="a coordinator runs for WITHIN and credits and ships together are worth no more than WITHIN ago",
            default=Rule(kind=AlertKind.FLAT_NET_WORTH, is_on=True, within_seconds=6 * HOUR),
            takes_within=True,
        ),
        Declared(
            says="a coordinator runs and nothing was traded for WITHIN",
            default=Rule(kind=AlertKind.NO_TRADE, is_on=True, within_seconds=HOUR),
            takes_within=True,
        ),
        Declared(
            says="a container has failed",
            default=Rule(kind=AlertKind.COORDINATOR_FAILED, is_on=True, is_urgent=True),
        ),
        Declared(
            says="a coordinator refuses its settings",
            default=Rule(kind=AlertKind.SETTINGS_REFUSED, is_on=True, hold_seconds=MINUTE),
        ),
        Declared(
            says="more than ABOVE of the request budget is used",
            default=Rule(kind=AlertKind.BUDGET_EXHAUSTED, is_on=True, above=95, hold_seconds=10 * MINUTE),
            unit="percent",
        ),
        Declared(
            says="a reset of the server is due within WITHIN",
            default=Rule(kind=AlertKind.RESET, is_on=True, within_seconds=DAY),
            takes_within=True,
        ),
        Declared(
            says="a condition degrades the daemon, or a container logged an error within WITHIN",
            default=Rule(kind=AlertKind.INCIDENT, is_on=True, within_seconds=15 * MINUTE, hold_seconds=5 * MINUTE),
            takes_within=True,
        ),
        Declared(
            says="something has been halted for longer than WITHIN",
            default=Rule(kind=AlertKind.HALTED, is_on=True, within_seconds=HOUR),
            takes_within=True,
        ),
        Declared(
            says="settings were changed within WITHIN by anyone except EXCEPTED",
            default=Rule(kind=AlertKind.SETTING_CHANGED, is_on=False, within_seconds=15 * MINUTE),
            takes_within=True,
            takes_excepted=True,
            is_event=True,
        ),
        Declared(
            says="the estimate for a chain exceeds ABOVE",
            default=Rule(kind=AlertKind.OPPORTUNITY, is_on=False, above=100_000),
            unit="credits an hour",
        ),
    )
}


def kind_named(name: str) -> AlertKind:
    """The kind of that name; raises Refused naming the choices."""
    try:
        return AlertKind(name.strip().lower())
    except ValueError:
        raise Refused.of("rule", name, f"one of {', '.join(kind.value for kind in AlertKind)}") from None


def require_sound(rule: Rule) -> Rule:
    """The rule; raises Refused naming a value that its kind does not take, or that is out of its bounds."""
    declared, name = DECLARED[rule.kind], rule.kind.value
    most = 100 if declared.unit == "percent" else ABOVE_MAX
    if not declared.unit and rule.above:
        raise Refused.of("above", rule.above, f"left out: {name} takes none")
    if declared.unit and not 1 <= rule.above <= most:
        raise Refused.of("above", rule.above, f"1 to {most:,} {declared.unit}")
    if not declared.takes_within and rule.within_seconds:
        raise Refused.of("within", f"{rule.within_seconds}s", f"left out: {name} takes none")
    least, longest = WITHIN_SECONDS
    if declared.takes_within and not least <= rule.within_seconds <= longest:
        raise Refused.of("within", f"{rule.within_seconds}s", f"{least}s to {longest // DAY}d")
    if not 0 <= rule.hold_seconds <= HOLD_SECONDS_MAX:
        raise Refused.of("for", f"{rule.hold_seconds}s", f"0s to {HOLD_SECONDS_MAX // DAY}d")
    if rule.excepted and not declared.takes_excepted:
        raise Refused.of("except", ", ".join(rule.excepted), f"left out: {name} takes none")
    if len(rule.excepted) > EXCEPTED_MAX or any(not 1 <= len(each) <= 100 for each in rule.excepted):
        raise Refused.of("except", f"{len(rule.excepted)} names", f"at most {EXCEPTED_MAX} of 1 to 100 characters")
    return rule
