"""The law of motion: one tick of a stock, a label, a rung of the volume."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.game.market_law import motion
from starfoundry.kernel.supply import Activity, SupplyLevel

volumes = st.integers(6, 123)
rates = st.floats(0.08, 1.5)


@pytest.mark.parametrize(
    ("good", "volume", "before", "after"),
    [
        ("MEDICINE", 20, 39, 59),
        ("EQUIPMENT", 39, 67, 106),
        ("FABRICS", 60, 94, 154),
        ("FABRICS", 60, 225, 268),  # above s = 2 less arrives
    ],
)
def test_an_export_at_full_rate_rises_as_on_the_live_server(good: str, volume: int, before: int, after: int):
    assert before + motion.export_step(before, volume, 1.0, is_restricted=False) == after


@pytest.mark.parametrize(("volume", "made"), [(6, 1), (10, 2), (20, 4), (22, 4), (39, 8), (60, 12)])
def test_a_restricted_export_makes_a_fifth(volume: int, made: int):
    assert motion.export_step(0, volume, 1.0, is_restricted=True) == made


@given(st.sampled_from((6, 20, 60)), rates, st.booleans())
def test_an_export_walks_to_eight_volumes_and_no_further(volume: int, rate: float, is_restricted: bool):
    """From where the lowest tenth stands when a universe begins."""
    units, ticks = round(1.1 * volume), 0
    while step := motion.export_step(units, volume, rate, is_restricted=is_restricted):
        units, ticks = units + step, ticks + 1

    assert units == 8 * volume
    assert ticks < 2 * 48, "within two days"


@given(volumes, rates)
def test_an_import_falls_to_nine_volumes_below_and_takes_its_last_step_whole(volume: int, rate: float):
    units = -3 * volume
    whole = max(1, round(min(rate, 1.0) * volume + 1e-9))
    while step := motion.import_step(units, volume, rate, is_restricted=False):
        assert abs(step - whole) <= 1
        units -= step

    assert -9 * volume - whole <= units <= -9 * volume


def test_an_export_is_starved_by_one_scarce_input():
    assert motion.is_export_restricted([SupplyLevel.HIGH, SupplyLevel.SCARCE])
    assert not motion.is_export_restricted([SupplyLevel.LIMITED, SupplyLevel.LIMITED])


def test_an_import_is_sated_once_everything_it_feeds_is_abundant():
    assert motion.is_import_restricted([SupplyLevel.ABUNDANT, SupplyLevel.ABUNDANT])
    assert not motion.is_import_restricted([SupplyLevel.ABUNDANT, SupplyLevel.HIGH])
    assert not motion.is_import_restricted([])


def test_volumes_climb_the_ladder_that_was_seen():
    """Among them 90 to 100, which exact arithmetic would make 99."""
    for start, seen in (
        (6, [7, 8, 9, 10, 11, 13, 15, 17, 19, 21, 24]),
        (20, [22, 25, 28, 31, 35, 39, 43, 48, 53, 59, 65]),
        (60, [66, 73, 81, 90, 100, 111, 123]),
    ):
        rungs = [start]
        for _ in seen:
            rungs.append(motion.next_volume(rungs[-1]))
        assert rungs[1:] == seen


def test_an_export_grows_up_to_three_quarters_of_its_smallest_input():
    """43 of 60 was seen eight times, 48 of 60 never; 15 of 20, but not 17."""
    assert motion.may_export_grow(39, [60, 111])
    assert not motion.may_export_grow(43, [60, 111])
    assert motion.may_export_grow(43, [66])
    assert motion.may_export_grow(13, [20])
    assert not motion.may_export_grow(15, [20])
    assert not motion.may_export_grow(20, [])


def test_an_import_grows_up_to_2_65_times_what_it_feeds():
    assert not motion.may_import_grow(60, [20])
    assert motion.may_import_grow(60, [25])
    assert motion.may_import_grow(60, [])


@pytest.mark.parametrize(
    ("rate", "shown"), [(0.1, Activity.WEAK), (0.4, Activity.GROWING), (0.99, Activity.GROWING), (1.0, Activity.STRONG)]
)
def test_an_activity_is_the_band_of_a_rate(rate: float, shown: Activity):
    assert motion.activity(rate, is_restricted=False) is shown
    assert motion.activity(rate, is_restricted=True) is Activity.RESTRICTED
