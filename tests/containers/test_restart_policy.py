"""The restart budget, and how a crash is put in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.containers.domain.restart_policy import BUDGET_WINDOW_SECONDS, cause_of, restart_delay_seconds


def test_each_restart_within_an_hour_waits_longer_and_the_fourth_is_refused():
    moments: list[float] = []
    delays = []
    for now in (0.0, 10.0, 60.0, 300.0):
        delays.append(restart_delay_seconds(moments, now))
        moments.append(now)

    assert delays == [5.0, 30.0, 120.0, None]


def test_a_quiet_hour_gives_the_whole_budget_back():
    assert restart_delay_seconds([0.0, 10.0, 60.0], 60.0 + BUDGET_WINDOW_SECONDS) == 5.0


@given(st.lists(st.floats(0, 100_000), max_size=200))
def test_no_hour_ever_sees_more_than_three_restarts(crashes):
    restarts: list[float] = []
    for now in sorted(crashes):
        if restart_delay_seconds(restarts, now) is not None:
            restarts.append(now)

    assert all(
        sum(1 for other in restarts if start <= other < start + BUDGET_WINDOW_SECONDS) <= 3 for start in restarts
    )


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("no fuel"), "ValueError: no fuel"),
        (TimeoutError(), "TimeoutError"),
        (
            ExceptionGroup("unhandled errors in a TaskGroup", [ValueError("no fuel"), KeyError("X1")]),
            "ValueError: no fuel; KeyError: 'X1'",
        ),
    ],
)
def test_a_crash_is_named_by_its_cause_and_a_group_by_its_members(error, words):
    assert cause_of(error) == words
