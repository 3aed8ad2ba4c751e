"""Profits an hour are of the time that was played, fractions of an hour included."""

import pytest

from starfoundry.forecast.domain.model import early, steady
from tests.forecast.outcomes import outcome


def test_a_fraction_of_an_hour_at_the_end_counts_as_the_time_that_it_is():
    run = outcome(100, 150, hours=2.5)

    assert run.profit_per_hour == 100
    assert early(run) == 100
    assert steady(run) is None


def test_the_steady_state_is_all_that_comes_after_six_hours():
    run = outcome(*[10] * 6, 40, 60, hours=8.5)

    assert early(run) == 10
    assert steady(run) == pytest.approx(40)


def test_a_run_too_short_for_an_hour_brings_nothing():
    assert outcome(hours=0.2).profit_per_hour == 0
