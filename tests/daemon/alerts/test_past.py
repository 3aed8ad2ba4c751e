"""Rules tried over the past."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from starfoundry.daemon.alerts.domain.declarations import DECLARED
from starfoundry.daemon.alerts.domain.dry_run import (
    NOT_KEPT,
    STEPS_MAX,
    Dated,
    Past,
    PastSnapshots,
    Replay,
    Since,
    look,
    moments,
    step_of,
)
from starfoundry.daemon.alerts.domain.model import AlertedChange, AlertKind, AlertSighting, Paging

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
RULES = {kind: replace(each.default, is_on=False) for kind, each in DECLARED.items()}
PAGING = Paging(gap_seconds=0, cooldown_seconds=0, remind_seconds=0)


def after(hours):
    return BEGAN + timedelta(hours=hours)


def tried(past, *rules, hours=24, paging=PAGING):
    chosen = RULES | {each.kind: each for each in rules}
    snapshots, replay = PastSnapshots(past, chosen), Replay()
    for at in moments(BEGAN, after(hours)):
        replay = look(replay, chosen, paging, snapshots.at(at))
    return replay


def rule(kind, **changes):
    return replace(DECLARED[kind].default, is_on=True, hold_seconds=0, **changes)


def test_three_losses_would_have_called_three_times_and_their_ends_too():
    trades = [(after(hour), -1_000) for hour in (2, 8, 14)]

    found = tried(Past(trades=trades), rule(AlertKind.LOSS, above=500, within_seconds=3_600))

    assert found.tried[AlertKind.LOSS].calls == 3
    assert (found.tried[AlertKind.LOSS].first_at, found.tried[AlertKind.LOSS].last_at) == (after(2), after(14))
    assert found.messages == 6


def test_the_drawdown_counts_from_the_highest_that_was_reached_by_then():
    trades = [(after(1), 1_000), (after(2), -300), (after(3), 5_000), (after(4), -300)]

    found = tried(Past(trades=trades), rule(AlertKind.DRAWDOWN, above=200))

    assert found.tried[AlertKind.DRAWDOWN].calls == 2


def test_net_worth_is_flat_once_what_raised_it_is_older_than_the_window():
    past = Past(trades=[(after(1), 500)], adjustments=[(after(9), 40)], working_since=after(0))

    found = tried(past, rule(AlertKind.FLAT_NET_WORTH, within_seconds=6 * 3_600)).tried[AlertKind.FLAT_NET_WORTH]

    assert found.calls == 2
    assert (after(7), after(15)) <= (found.first_at, found.last_at) <= (after(7.1), after(15.1))


def test_changes_errors_failures_and_standstills_are_found_when_they_were():
    past = Past(
        deals=[after(1)],
        working_since=after(0),
        failed=[Since(after(20), AlertSighting("c", "bug"))],
        errors=[Since(after(5), AlertSighting("errors of c", "no fuel"))],
        changes=[Dated(after(3), AlertedChange("c", 2, "eve", "x")), Dated(after(4), AlertedChange("c", 3, "me", "x"))],
    )
    rules = (
        rule(AlertKind.NO_TRADE, within_seconds=3_600),
        rule(AlertKind.COORDINATOR_FAILED),
        rule(AlertKind.INCIDENT),
        rule(AlertKind.SETTING_CHANGED, excepted=("me",)),
    )

    found = {kind: each.first_at for kind, each in tried(past, *rules).tried.items()}

    assert found == {
        AlertKind.NO_TRADE: after(2),
        AlertKind.COORDINATOR_FAILED: after(20),
        AlertKind.INCIDENT: after(5),
        AlertKind.SETTING_CHANGED: after(3),
    }


def test_what_is_not_kept_calls_nothing():
    found = tried(Past(), *(rule(kind) for kind in NOT_KEPT))

    assert (found.messages, dict(found.tried)) == (0, {})


def test_a_mute_of_today_does_not_hide_the_past():
    muted = rule(AlertKind.LOSS, above=500, within_seconds=3_600, muted_until=after(1_000))

    assert tried(Past(trades=[(after(2), -1_000)]), muted).messages == 2


@pytest.mark.parametrize("days", [0.01, 1, 7, 30])
def test_the_past_is_looked_at_in_whole_minutes_and_not_too_often(days):
    step = step_of(timedelta(days=days))

    assert step.total_seconds() % 60 == 0 < step.total_seconds()
    assert timedelta(days=days) / step <= STEPS_MAX
