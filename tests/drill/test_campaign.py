"""A short campaign: the whole daemon through stormy hours. A failure names its seed and how to play it again."""

import pytest

from starfoundry.drill.campaign import play

SEEDS = range(1, 9)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_promise_is_kept_in_a_storm(seed):
    result = play(seed, storm_seconds=1_800)

    replay = f"python -m starfoundry.drill --seeds {seed} --hours 0.5"
    assert result.problems == (), f"replay: {replay}; {result.faults.told()}"
    assert result.deals > 0


def test_the_same_seed_plays_the_same_history():
    assert play(3, storm_seconds=600) == play(3, storm_seconds=600)
