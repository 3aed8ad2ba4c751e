"""What a ship does at a source that has run low while it flew."""

from starfoundry.game.market_law.law import LocalFit, MarketStock
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.planner.trips.arrival import Leave, Wait, decide_on_short_supply, tranches_missing


def a_factory(units):
    return MarketStock(kind=TradeKind.EXPORT, base=4000, steepness=8, trade_volume=20, units=units)


def arrive(units, **changes):
    given = {"waited": 0.0, "promised_per_hour": 100_000, "trip_seconds": 1800.0} | changes
    return decide_on_short_supply(a_factory(units), SupplyLevel.HIGH, **given)


def test_a_little_short_is_waited_for():
    """A tenth of a transaction below HIGH comes back with the next recalculation of the market."""
    answer = arrive(38)

    assert isinstance(answer, Wait)
    assert answer.seconds == 900


def test_far_below_the_level_is_left():
    answer = arrive(-40)

    assert isinstance(answer, Leave)
    assert "LIMITED is below HIGH" in answer.reason or "MODERATE is below HIGH" in answer.reason


def test_nobody_waits_twice_for_the_same_recalculation():
    assert isinstance(arrive(38, waited=900.0), Leave)


def test_a_short_trip_is_not_kept_waiting_longer_than_it_takes():
    assert isinstance(arrive(38, trip_seconds=300.0), Leave)


def test_a_supply_that_cannot_be_read_is_left():
    blind = LocalFit(seen_ask=2000, seen_bid=1000, supply=None, trade_volume=20)

    answer = decide_on_short_supply(blind, SupplyLevel.HIGH, waited=0.0, promised_per_hour=100_000, trip_seconds=1800.0)

    assert isinstance(answer, Leave)


def test_the_shortfall_is_counted_in_trade_volumes():
    assert tranches_missing(a_factory(20), SupplyLevel.HIGH) == 1.0
