"""How stocks and activities move in a traded world, against the live server's: what docs/sandbox-economy.md tabulates.

The live figures were taken from systems in which one player's fleet traded, so one trades here too (days.py). Run as a
program (`python -m tests.sandbox.test_calibration`) this prints the sandbox's column of that table.
"""

import statistics
from collections.abc import Iterable, Mapping
from functools import cache

import pytest

from starfoundry.kernel.supply import Activity, TradeKind
from tests.sandbox.days import CAREFUL, EXCHANGE, EXPORT, IMPORT, LIGHT, RECORDER, USUAL, day, intervals
from tests.sandbox.traders import Interval

SHORTEST_HOURS = 1 / 6  # between two trades: less tells nothing of a tick
ACTIVITIES = (Activity.RESTRICTED, Activity.WEAK, Activity.GROWING, Activity.STRONG)

LIVE_ACTIVITIES = (40, 49, 9, 2)  # percent of made exports in captured systems, hours to days old
LIVE_RESTRICTED = {1: 6, 6: 32, 12: 52, 18: 66, 24: 81}  # percent of made exports, by hour, X1-FB5
LIVE_DAY, LIVE_END = (50, 44, 6, 0), (81, 16, 3, 0)  # its made exports over that day, and after it
LIVE_IMPORTS_USED: dict[tuple[float, float], float] = {
    (-20, -3): 1.19,
    (-3, -1): 1.06,
    (-1, 1): 1.50,
    (1, 3): 1.91,
}  # V an hour, by stock after a trade
LIVE_STOCKS = {  # 10th, 50th and 90th percentile; activity None is for raw goods of both activities
    (EXPORT, Activity.RESTRICTED): (0.7, 3.8, 8.0),
    (EXPORT, Activity.WEAK): (0.7, 3.1, 10.7),
    (EXPORT, None): (2.0, 3.0, 5.0),
    (IMPORT, Activity.RESTRICTED): (-5.0, -3.4, -0.5),
    (IMPORT, Activity.WEAK): (-8.7, -3.9, -1.4),
    (IMPORT, None): (-9.0, -4.85, -2.7),
}


def lasting(*days: int) -> Iterable[Interval]:
    """A hard fleet's intervals that are long enough to tell something of a tick."""
    return (each for number in days for each in intervals(number) if each.hours >= SHORTEST_HOURS)


def imports_used(low: float, high: float) -> float:
    """Trade volumes an hour that imports lose between trades in two days, by the stock that a trade left."""
    return statistics.fmean(each.rate for each in lasting(1, 2) if each.kind is IMPORT and low <= each.fill < high)


@cache
def exports_made() -> list[Interval]:
    """The second day's intervals of exports whose factories lack nothing: by then all that are traded are at full rate.

    That is the live sample too: it was taken days after a reset, and 16 of its 24 longer intervals are exactly 1.00 V.
    """
    return [each for each in lasting(2) if each.kind is EXPORT and not each.restricted]


def rises_seen() -> float:
    """Trade volumes an hour of the same exports in the intervals, short ones too, in which they rose at all."""
    found = [each for each in intervals(2) if each.kind is EXPORT and not each.restricted and each.moved > 0]
    return statistics.fmean(each.rate for each in found)


def flatness() -> Mapping[str, float]:
    """Mean trade volumes an hour of those exports by thirds of the stock, up to where a rise slows."""
    ordered = sorted((each for each in exports_made() if -4 <= each.fill < 2), key=lambda each: each.fill)
    third = len(ordered) // 3
    names = ("lowest", "middle", "highest")
    return {
        name: statistics.fmean(each.rate for each in ordered[place * third : (place + 1) * third])
        for place, name in enumerate(names)
    }


def whole_steps() -> float:
    """The share of those intervals in which an export rose by whole trade volumes exactly."""
    found = exports_made()
    return sum(each.moved % each.volume == 0 for each in found) / len(found)


def shares(name: str, *hours: int) -> list[float]:
    """Percent of made exports RESTRICTED, WEAK, GROWING and STRONG in a fleet's first day."""
    return [day(name).share(each, *hours) for each in ACTIVITIES]


def deciles(kind: TradeKind, activity: Activity | None) -> tuple[float, float, float]:
    """10th, 50th and 90th percentile of the stock in transactions over the day; activity None is for raw goods."""
    cut = statistics.quantiles(day(LIGHT).fills[kind, activity], n=10)
    return cut[0], cut[4], cut[8]


@pytest.mark.parametrize(("low", "high"), LIVE_IMPORTS_USED)
def test_imports_are_used_as_fast_as_on_the_live_server_between_a_fleets_trades(low: float, high: float) -> None:
    assert imports_used(low, high) == pytest.approx(LIVE_IMPORTS_USED[low, high], rel=0.25)


def test_over_all_stocks_imports_are_used_as_fast_as_on_the_live_server() -> None:
    """1.51 V an hour."""
    assert imports_used(-20, 20) == pytest.approx(1.51, rel=0.25)


def test_unhindered_exports_make_two_volumes_an_hour() -> None:
    """2.05 for the best determined on the live server."""
    assert statistics.fmean(each.rate for each in exports_made()) == pytest.approx(2.05, rel=0.15)


def test_below_where_a_rise_slows_they_make_them_whatever_their_stock() -> None:
    """From -4 V to 2 V, by thirds of the stock: live 2.05, 2.04 and 2.09."""
    assert [*flatness().values()] == pytest.approx([2.05, 2.04, 2.09], rel=0.10)


def test_where_they_are_seen_to_rise_they_rise_as_fast_as_in_all_the_live_intervals() -> None:
    """2.44 V an hour in 64 intervals: more than a tick each half hour gives, for only intervals with a rise count."""
    assert rises_seen() == pytest.approx(2.44, rel=0.15)


def test_most_of_those_rises_are_whole_volumes() -> None:
    """16 of 24 on the live server are exactly one."""
    assert whole_steps() > 16 / 24


@pytest.mark.parametrize("hour", LIVE_RESTRICTED)
def test_factories_fall_short_as_fast_as_they_did_in_a_recorded_system(hour: int) -> None:
    """Percent of made exports that are RESTRICTED, hour by hour in the first day of a fleet like the recorder's."""
    assert day(RECORDER).share(Activity.RESTRICTED, hour) == pytest.approx(LIVE_RESTRICTED[hour], abs=6)


def test_made_exports_show_the_recorded_systems_activities_over_its_first_day_and_after_it() -> None:
    assert shares(RECORDER) == pytest.approx(LIVE_DAY, abs=7)
    assert shares(RECORDER, 24) == pytest.approx(LIVE_END, abs=7)


def test_made_exports_show_the_live_shares_of_activity_over_a_fleets_first_day() -> None:
    """RESTRICTED 40 %, WEAK 49, GROWING 9, STRONG 2."""
    assert shares(USUAL) == pytest.approx(LIVE_ACTIVITIES, abs=6)


def test_a_careful_fleets_factories_still_show_those_shares_after_its_day() -> None:
    assert shares(CAREFUL, 24) == pytest.approx(LIVE_ACTIVITIES, abs=6)


def test_a_days_trade_leaves_as_many_goods_short_as_on_the_live_server() -> None:
    """Exchange goods 15 % SCARCE or LIMITED after the day, exports 6 %."""
    assert day(USUAL).low(EXCHANGE, 24) == pytest.approx(15, abs=5)
    assert day(USUAL).low(EXPORT, 24) == pytest.approx(6, abs=3)
    assert day(USUAL).low(EXPORT) == pytest.approx(6, abs=3)


@pytest.mark.parametrize(("kind", "activity"), LIVE_STOCKS, ids=str)
def test_stocks_stand_in_a_lightly_traded_system_where_they_stood_in_captured_ones(
    kind: TradeKind, activity: Activity | None
) -> None:
    """The captured systems were up to days old, so a few of their goods had come nearer to the ends."""
    low, middle, high = deciles(kind, activity)
    live = LIVE_STOCKS[kind, activity]
    fullest = 4.0 if (kind, activity) == (EXPORT, Activity.WEAK) else 2.2

    assert low == pytest.approx(live[0], abs=2.1 if (kind, activity) == (IMPORT, Activity.RESTRICTED) else 0.7)
    assert middle == pytest.approx(live[1], abs=1.9)
    assert high == pytest.approx(live[2], abs=1.2 if kind is IMPORT else fullest)


def report() -> None:
    """Print every figure."""
    print("imports used, V/h:", {bounds: round(imports_used(*bounds), 2) for bounds in LIVE_IMPORTS_USED})
    print("  all:", round(imports_used(-20, 20), 2))
    found = exports_made()
    print("exports made, V/h:", round(statistics.fmean(each.rate for each in found), 2), len(found))
    print("  by thirds of the stock:", {name: round(rate, 2) for name, rate in flatness().items()})
    print("  where they rose, short intervals too:", round(rises_seen(), 2))
    for number in (1, 2):
        every = [each.rate for each in intervals(number) if each.kind is EXPORT]
        print(f"  all of day {number}, RESTRICTED ones too:", round(statistics.fmean(every), 2))
    print("whole volumes:", round(whole_steps(), 2))
    by_hour = {hour: round(day(RECORDER).share(Activity.RESTRICTED, hour)) for hour in LIVE_RESTRICTED}
    print("recorder, RESTRICTED by hour:", by_hour)
    for name in (RECORDER, USUAL, CAREFUL):
        over, after = ([round(each) for each in shares(name, *hours)] for hours in ((), (24,)))
        print(name, "activities of the day:", over, "after it:", after)
    print("SCARCE or LIMITED after it:", {kind.value: round(day(USUAL).low(kind, 24), 1) for kind in TradeKind})
    print("  over it:", {kind.value: round(day(USUAL).low(kind), 1) for kind in TradeKind})
    for (kind, activity), live in LIVE_STOCKS.items():
        here = [round(each, 1) for each in deciles(kind, activity)]
        print("stocks", kind.value, activity.value if activity else "raw", live, here)


if __name__ == "__main__":
    report()
