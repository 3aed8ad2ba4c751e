"""Which trial is best, which is hopeless, and which are worth a look."""

import msgspec
import pytest

from starfoundry.kernel.errors import Refused
from starfoundry.tuning.domain.study import (
    CHECK_ROUNDS,
    ROUNDS,
    Objective,
    Study,
    StudyStatus,
    TrialState,
    best_of,
    check_worlds,
    drawdown_bound,
    frontier,
    invalid_in_a_row,
    is_hopeless,
    next_batch_size,
    value_of,
)
from tests.forecast.outcomes import outcome
from tests.tuning.specs import spec, trial


def test_the_best_keeps_the_constraint():
    bounded = spec(drawdown_max=0.1)
    trials = [trial(0, 10.0), trial(1, 30.0, drawdowns=(200_000,)), trial(2, 20.0, drawdowns=(90_000,))]

    best = best_of(bounded, trials)

    assert best is not None
    assert best.number == 2


def test_one_that_is_far_behind_in_the_first_world_is_hopeless():
    best = trial(0, 100.0, 120.0, 110.0, 90.0)

    assert is_hopeless(trial(1, 69.0), best)
    assert not is_hopeless(trial(1, 71.0), best)


def test_one_that_is_surely_behind_in_the_same_worlds_is_hopeless_however_well_the_worlds_were():
    best = trial(0, 100.0, 220.0, 160.0, 90.0)

    assert is_hopeless(trial(1, 95.0, 216.0), best)
    assert not is_hopeless(trial(1, 95.0, 231.0), best)


def test_nothing_is_hopeless_before_anything_is_complete():
    assert not is_hopeless(trial(1, 1.0), None)


def test_the_frontier_has_what_nothing_beats_in_both():
    trials = [
        trial(0, 10.0, drawdowns=(10,)),
        trial(1, 30.0, drawdowns=(300,)),
        trial(2, 20.0, drawdowns=(100,)),
        trial(3, 15.0, drawdowns=(200,)),
        trial(4, 99.0, drawdowns=(1,), state=TrialState.CUT),
    ]

    assert [each.number for each in frontier(trials)] == [1, 2, 0]


def begun(*trials, **told):
    return Study(number=1, status=StudyStatus.RUNNING, spec=spec(**told), trials=trials)


def test_today_is_tried_alone_and_then_a_batch_at_a_time():
    assert next_batch_size(begun(batch=8)) == 1
    assert next_batch_size(begun(trial(0, 1.0), batch=8)) == 8


def test_the_budget_keeps_the_check_back():
    def study(runs):
        return begun(trial(0, *(1.0,) * runs), budget=100)

    assert next_batch_size(study(100 - 3 * ROUNDS - 2 * CHECK_ROUNDS)) == 3
    assert next_batch_size(study(100 - ROUNDS - 2 * CHECK_ROUNDS + 1)) == 0


def test_invalid_trials_are_counted_from_the_newest():
    bad = [trial(number, state=TrialState.INVALID) for number in (1, 3, 4)]

    assert invalid_in_a_row(begun(trial(0, 1.0), bad[0], trial(2, 1.0), *bad[1:])) == 2


def test_the_check_goes_on_by_half_a_batch_of_worlds():
    assert list(check_worlds(begun(batch=8))) == [0, 1, 2, 3]
    assert list(check_worlds(msgspec.structs.replace(begun(batch=8), check=((1.0, 2.0),) * CHECK_ROUNDS))) == []


def test_credits_are_counted_by_requests_where_those_are_scarce():
    played = outcome(900, 1_100, requests=500)

    assert value_of(Objective.PROFIT, played) == 1_000
    assert value_of(Objective.PER_REQUEST, played) == 4


def test_a_constraint_is_a_share_of_credits():
    assert drawdown_bound(" drawdown<12.5% ") == 0.125
    assert drawdown_bound("") is None
    with pytest.raises(Refused, match="drawdown < 10 %"):
        drawdown_bound("profit > 3")
