"""The law of motion against a live series, where it lies beside the project."""

import statistics
from collections.abc import Mapping

import pytest

from starfoundry.kernel.supply import Activity, SupplyLevel
from tests.sandbox import motion_fit
from tests.sandbox.motion_fit import Place, Row

pytestmark = pytest.mark.skipif(
    not motion_fit.SERIES.exists(), reason="the series of the live server lies beside the project, not in it"
)


@pytest.fixture(scope="module")
def series() -> Mapping[Place, list[Row]]:
    return motion_fit.load()


def test_every_price_is_explained(series: Mapping[Place, list[Row]]) -> None:
    count = motion_fit.prices(series)

    assert count.explained == count.cases > 800


def test_every_label_of_an_export_is_explained_and_nearly_all_of_imports(series: Mapping[Place, list[Row]]) -> None:
    exports, imports = motion_fit.labels(series)

    assert exports.explained == exports.cases > 400
    assert imports.explained > 0.95 * imports.cases > 200


def test_strong_exports_rise_by_whole_volumes_and_restricted_ones_by_fifths(series: Mapping[Place, list[Row]]) -> None:
    rises = motion_fit.rises(series)

    assert rises[Activity.STRONG].explained == rises[Activity.STRONG].cases > 2
    assert rises[Activity.RESTRICTED].explained >= 0.7 * rises[Activity.RESTRICTED].cases > 10


def test_the_reported_minutes_of_a_level_are_medians_of_crossings_at_different_rates(
    series: Mapping[Place, list[Row]],
) -> None:
    """120, 118 and 142: of 5, 6 and 6 crossings, each of which the law allows at the rates its labels mean."""
    found = motion_fit.crossings(series)
    medians = {level: round(statistics.median(each.minutes for each in told)) for level, told in found.items()}

    assert medians == {SupplyLevel.LIMITED: 120, SupplyLevel.MODERATE: 118, SupplyLevel.HIGH: 142}
    assert {level: len(told) for level, told in found.items()} == {
        SupplyLevel.LIMITED: 5,
        SupplyLevel.MODERATE: 6,
        SupplyLevel.HIGH: 6,
    }
    assert all(each.is_explained for told in found.values() for each in told)


def test_falls_are_mostly_the_bots_own_purchases(series: Mapping[Place, list[Row]]) -> None:
    count = motion_fit.falls(series)

    assert count.explained > 0.75 * count.cases > 30


def test_every_growth_is_a_rung_within_its_bound(series: Mapping[Place, list[Row]]) -> None:
    for count in motion_fit.growths(series):
        assert count.explained == count.cases >= 10
