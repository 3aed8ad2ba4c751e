"""When each rule calls, and when it cannot tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from starfoundry.daemon.alerts.domain.declarations import DECLARED, kind_named, require_sound
from starfoundry.daemon.alerts.domain.model import (
    AlertedChange,
    AlertKind,
    AlertSighting,
    CannotTell,
    Chance,
    Halt,
    Rule,
    Snapshot,
)
from starfoundry.daemon.alerts.domain.rules import evaluate
from starfoundry.kernel.errors import Refused

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rule(kind, **changes):
    return replace(DECLARED[kind].default, is_on=True, **changes)


def calls(wanted, **seen):
    found = evaluate(wanted, Snapshot(now=NOW, **seen))
    assert not isinstance(found, CannotTell)
    return [(call.subject, call.text) for call in found]


LOSS = rule(AlertKind.LOSS, above=100, within_seconds=3_600)


@pytest.mark.parametrize(("traded", "is_called"), [(-101, True), (-100, False), (0, False), (500, False)])
def test_a_loss_calls_beyond_its_bound(traded, is_called):
    found = calls(LOSS, traded={3_600: traded})

    assert bool(found) is is_called
    if found:
        assert found == [("", "trade lost 101 credits within 1 h")]


@pytest.mark.parametrize(("profit", "is_called"), [(899, True), (900, False), (1_000, False)])
def test_a_drawdown_calls_below_the_highest_profit(profit, is_called):
    assert bool(calls(rule(AlertKind.DRAWDOWN, above=100), profit=profit, high_water=1_000)) is is_called


@pytest.mark.parametrize(
    ("working", "change", "is_called"),
    [
        (None, 0, False),
        (6 * HOUR, 0, True),
        (6 * HOUR, -5, True),
        (6 * HOUR, 1, False),
        (5 * HOUR, 0, False),
    ],
)
def test_net_worth_calls_once_a_coordinator_has_worked_that_long_without_a_rise(working, change, is_called):
    since = None if working is None else NOW - working
    flat = rule(AlertKind.FLAT_NET_WORTH, within_seconds=6 * 3_600)

    assert bool(calls(flat, working_since=since, worth_change=change)) is is_called


def test_a_fall_of_net_worth_is_named():
    flat = rule(AlertKind.FLAT_NET_WORTH, within_seconds=3_600)
    found = calls(flat, working_since=NOW - HOUR, worth_change=-1_234)

    assert found == [("", "credits and ships together are worth 1,234 credits less than 1 h ago")]


@pytest.mark.parametrize(
    ("working", "dealt", "is_called"),
    [
        (None, None, False),
        (2 * HOUR, None, True),
        (HOUR / 2, None, False),
        (2 * HOUR, HOUR / 2, False),
        (2 * HOUR, HOUR, True),
        (HOUR / 2, 5 * HOUR, False),
    ],
)
def test_no_trade_calls_once_a_coordinator_has_worked_that_long_without_a_deal(working, dealt, is_called):
    times = {"working_since": working, "last_deal_at": dealt}
    seen = {name: None if ago is None else NOW - ago for name, ago in times.items()}

    assert bool(calls(rule(AlertKind.NO_TRADE, within_seconds=3_600), **seen)) is is_called


def test_each_failed_container_and_each_refusal_calls_by_itself():
    seen = (AlertSighting("a", "no token"), AlertSighting("b", "bug"))

    assert calls(rule(AlertKind.COORDINATOR_FAILED), failed=seen) == [
        ("a", "a has failed: no token"),
        ("b", "b has failed: bug"),
    ]
    assert [subject for subject, _ in calls(rule(AlertKind.SETTINGS_REFUSED), refused=seen)] == ["a", "b"]


@pytest.mark.parametrize(("used", "is_called"), [(95, False), (96, True)])
def test_the_budget_calls_above_its_share(used, is_called):
    assert bool(calls(rule(AlertKind.BUDGET_EXHAUSTED, above=95), budget_used_percent=used)) is is_called


@pytest.mark.parametrize(("ahead", "is_called"), [(None, False), (25 * HOUR, False), (24 * HOUR, True), (-HOUR, True)])
def test_a_reset_calls_when_it_is_near(ahead, is_called):
    at = None if ahead is None else NOW + ahead

    assert bool(calls(rule(AlertKind.RESET, within_seconds=86_400), next_reset_at=at)) is is_called


@pytest.mark.parametrize(("ago", "is_called"), [(HOUR, True), (HOUR - timedelta(seconds=1), False)])
def test_a_halt_calls_once_it_has_lasted(ago, is_called):
    assert bool(calls(rule(AlertKind.HALTED, within_seconds=3_600), halts=(Halt("all", NOW - ago),))) is is_called


def test_changes_by_those_who_are_excepted_do_not_call():
    seen = (AlertedChange("c", 2, "julia", "max_workers"), AlertedChange("c", 3, "eve", "max_workers"))

    assert [subject for subject, _ in calls(rule(AlertKind.SETTING_CHANGED, excepted=("julia",)), changes=seen)] == [
        "c revision 3"
    ]


def test_an_opportunity_calls_above_its_bound():
    seen = (Chance("IRON at A", 101), Chance("COPPER at B", 100))

    assert [subject for subject, _ in calls(rule(AlertKind.OPPORTUNITY, above=100), chances=seen)] == ["IRON at A"]


@pytest.mark.parametrize("kind", AlertKind)
def test_a_rule_whose_facts_are_unknown_says_so_and_one_that_is_off_says_nothing(kind):
    seen = Snapshot(now=NOW, unknown={kind: "the disk is gone"})

    assert evaluate(rule(kind), seen) == CannotTell("the disk is gone")
    assert evaluate(replace(rule(kind), is_on=False), seen) == ()


@pytest.mark.parametrize("kind", AlertKind)
def test_the_defaults_are_sound(kind):
    assert require_sound(DECLARED[kind].default).kind is kind_named(kind.value) is kind


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (rule(AlertKind.RESET, above=5), "above must be left out: reset takes none"),
        (rule(AlertKind.BUDGET_EXHAUSTED, above=101), "above must be 1 to 100 percent"),
        (rule(AlertKind.LOSS, above=0), "above must be 1 to 1,000,000,000,000 credits"),
        (rule(AlertKind.LOSS, within_seconds=59), "within must be 60s to 30d"),
        (rule(AlertKind.DRAWDOWN, within_seconds=60), "within must be left out: drawdown takes none"),
        (rule(AlertKind.LOSS, hold_seconds=-1), "for must be 0s to 7d"),
        (rule(AlertKind.LOSS, excepted=("eve",)), "except must be left out: loss takes none"),
        (rule(AlertKind.SETTING_CHANGED, excepted=("",)), "except must be at most 50"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_what_is_allowed(wanted, told):
    with pytest.raises(Refused) as refusal:
        require_sound(wanted)

    assert told in refusal.value.message


def test_a_rule_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(Refused, match="one of loss, drawdown"):
        kind_named("lost")


def test_every_kind_is_declared_and_offered():
    from starfoundry.daemon.alerts.commands import KINDS

    assert tuple(DECLARED) == tuple(AlertKind)
    assert tuple(kind.value for kind in AlertKind) == KINDS
    assert all(isinstance(each.default, Rule) for each in DECLARED.values())
