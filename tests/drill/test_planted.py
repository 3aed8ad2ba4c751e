"""The campaign finds mistakes: each of these takes one guard away, and must be caught within a few seeds."""

import pytest

from starfoundry.drill.campaign import play
from tests.drill.planted import ALL

TOLD = [pytest.param(each, id=each.name, marks=[pytest.mark.campaign] if each.slow else []) for each in ALL]


@pytest.mark.parametrize("planted", TOLD)
def test_a_planted_mistake_is_found(planted, figure):
    for seed in planted.seeds:
        with planted.open():
            try:
                problems = play(seed, faults=planted.faults).problems
            except Exception as error:  # noqa: BLE001  (a drill that cannot go on has found it, too)
                problems = (repr(error),)
        if problems:
            figure("mistakes made on purpose, found", 1)
            return

    figure("mistakes made on purpose, found", 0, broken=1)
    pytest.fail(f"'{planted.name}' was not found in {len(planted.seeds)} seeds")


@pytest.mark.campaign
@pytest.mark.parametrize(
    "faults",
    list({each.faults.summary(): each.faults for each in ALL if each.faults}.values()),
    ids=lambda faults: faults.summary() or "calm",
)
def test_without_a_mistake_the_same_weather_is_survived(faults):
    assert [play(seed, faults=faults).problems for seed in ALL[0].seeds] == [()] * len(ALL[0].seeds)
