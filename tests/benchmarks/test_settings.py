"""What a setting does over its range: every live setting is played, and an effect is told from chance."""

import math

import pytest
from click.testing import CliRunner

from benchmarks.economy.policies import ours_of
from benchmarks.economy.settings import SWEEPS, Sweep, effect, lines, main, shape
from starfoundry.config.domain.model import SETTINGS


def rows(gains, policy="earner"):
    common = {"policy": policy, "scenario": "ordinary", "worst_hour": -5, "drawdown": 7}
    return [{**common, "seed": seed, "gained_with_ships": gained} for seed, gained in enumerate(gains)]


def by_world(found):
    return {(row["scenario"], row["seed"]): row for row in found}


def test_every_live_setting_is_played_over_its_range():
    assert {sweep.setting for sweep in SWEEPS} == {one.name for one in SETTINGS} - {"good_overrides"}


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: sweep.setting)
def test_every_value_is_one_that_an_operator_may_set(sweep):
    assert all(ours_of(policy) is not None for policy in sweep.policies())


def test_an_effect_is_the_mean_ratio_and_its_noise_how_far_worlds_differ():
    mean, noise = effect(by_world(rows([110, 121])), by_world(rows([100, 100])))

    assert math.isclose(mean, 1.5 * math.log(1.1))
    assert math.isclose(noise, math.log(1.1) / 2)


@pytest.mark.parametrize(
    ("gains", "name"),
    [
        ((1, 2, 3), "rising"),
        ((3, 2), "falling"),
        ((1, 3, 2), "peak"),
        ((3, 1, 2), "trough"),
        ((1, 3, 2, 4), "to and fro"),
        ((2, 2), "flat"),
    ],
)
def test_gains_over_a_range_have_a_shape(gains, name):
    assert shape(gains) == name


def test_a_setting_that_does_nothing_is_called_so_and_chance_is_not_taken_for_an_effect():
    sweep = Sweep(setting="max_workers", values=("1", "2"))
    one, two = sweep.policies()

    same = lines([sweep], [*rows([100, 90], one), *rows([100, 90], two)])
    rng = lines([sweep], [*rows([100, 90], one), *rows([130, 70], two)])
    more = lines([sweep], [*rows([100, 90], one), *rows([200, 181], two)])

    assert same[1].endswith("does nothing")
    assert rng[1].endswith("within the noise")
    assert more[1].endswith("rising")


def test_a_setting_that_there_is_not_is_refused():
    result = CliRunner().invoke(main, ["--settings", "max_speed"])

    assert result.exit_code == 2
    assert "was 'max_speed'" in result.output
