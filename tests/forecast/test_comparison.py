"""Pairs are compared by Student's t, and what they cannot tell from zero is called that."""

import pytest

from starfoundry.forecast.domain.comparison import SHOWN, compare, is_settled, student_quantile
from starfoundry.runtime.entropy import SeededEntropy

# From the table in every textbook: one-sided probability, degrees of freedom, quantile.
TABLE = [
    (0.90, 1, 3.078),
    (0.975, 1, 12.706),
    (0.90, 2, 1.886),
    (0.975, 2, 4.303),
    (0.90, 3, 1.638),
    (0.975, 3, 3.182),
    (0.90, 5, 1.476),
    (0.975, 5, 2.571),
    (0.975, 10, 2.228),
    (0.90, 30, 1.310),
]


@pytest.mark.parametrize(("probability", "freedom", "quantile"), TABLE)
def test_quantiles_are_those_of_the_table(probability: float, freedom: int, quantile: float):
    assert student_quantile(probability, freedom) == pytest.approx(quantile, rel=0.01)


def test_the_interval_holds_as_often_as_it_says():
    chance = SeededEntropy(1).stream("pairs")
    held = 0
    for _ in range(2_000):
        difference = compare([0.0] * 4, [chance.gauss(3.0, 10.0) for _ in range(4)])
        assert difference.low is not None
        assert difference.high is not None
        held += difference.low <= 3.0 <= difference.high

    assert held / 2_000 == pytest.approx(SHOWN, abs=0.03)


def test_the_interval_of_one_game_holds_for_the_next_pair_as_often_as_it_says():
    chance = SeededEntropy(2).stream("pairs")
    held = 0
    for _ in range(2_000):
        difference = compare([0.0] * 4, [chance.gauss(3.0, 10.0) for _ in range(4)]).for_one_game()
        assert difference.low is not None
        assert difference.high is not None
        held += difference.low <= chance.gauss(3.0, 10.0) <= difference.high

    assert held / 2_000 == pytest.approx(SHOWN, abs=0.03)


def test_pairs_that_agree_are_told_from_zero_though_the_worlds_differ_far_more():
    difference = compare([100.0, 900.0, 500.0], [111.0, 910.0, 509.0])

    assert difference.mean == pytest.approx(10.0)
    assert difference.is_clear


def test_pairs_that_disagree_cannot_be_told_from_zero():
    difference = compare([100.0, 100.0, 100.0, 100.0], [150.0, 60.0, 140.0, 70.0])

    assert not difference.is_clear
    assert difference.low is not None
    assert difference.high is not None
    assert difference.low < 0 < difference.high


def test_two_pairs_tell_nothing_however_well_they_agree():
    assert not compare([0.0, 0.0], [10.0, 10.0]).is_clear


def test_one_pair_has_no_interval():
    difference = compare([1.0], [2.0])

    assert (difference.mean, difference.low, difference.high) == (1.0, None, None)
    assert difference.for_one_game() == difference


def test_runs_go_on_until_a_difference_is_clear_or_too_small_to_matter():
    clear = compare([0.0] * 3, [10.0, 11.0, 9.0])
    small = compare([1_000.0] * 3, [1_001.0, 999.0, 1_000.0])
    open_yet = compare([1_000.0] * 3, [1_300.0, 800.0, 1_100.0])

    assert is_settled(clear, level=1_000.0)
    assert is_settled(small, level=1_000.0)
    assert not is_settled(open_yet, level=1_000.0)
