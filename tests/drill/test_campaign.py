"""A short campaign: the whole daemon through stormy hours. A failure names its seed and how to play it again."""

import pytest

from starfoundry.drill.campaign import play
from starfoundry.drill.faults.fault import DrillFaults

SEEDS = range(1, 9)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_is_kept_in_a_storm(seed):
    result = play(seed, storm_seconds=1_800)

    replay = f"python -m starfoundry.drill --seeds {seed} --hours 0.5"
    assert result.problems == (), f"replay: {replay}; {result.faults.summary()}"
    assert result.deals > 0


@pytest.mark.parametrize("seed", [2, 3])
def test_every_promise_is_kept_when_the_universe_is_reset_in_a_storm(seed):
    faults = DrillFaults(slow=0.02, lost_after=0.03, late=0.03, failed_before=0.03, broken_ship=True, reset=True)

    result = play(seed, faults=faults, storm_seconds=1_800)

    assert result.problems == ()


def test_the_same_seed_plays_the_same_history():
    assert play(3, storm_seconds=600) == play(3, storm_seconds=600)
