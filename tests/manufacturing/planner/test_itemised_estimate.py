"""An estimate's parts: they add up to it, for every trade and every round."""

from hypothesis import given
from hypothesis import strategies as st

from starfoundry.game.market_law.law import LocalFit, MarketStock
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import PipelineKind, TaskKind
from starfoundry.manufacturing.planner.explain.itemised_estimate import itemised, round_of
from starfoundry.manufacturing.planner.ranking.scan_ranking import scanned
from starfoundry.manufacturing.planner.trips.estimate import InputValue, Trade, judge_purchase
from tests.manufacturing import worlds


@st.composite
def curves(draw, kind):
    volume = draw(st.integers(1, 60))
    if draw(st.booleans()):
        seen_ask = draw(st.integers(2, 5_000))
        return LocalFit(
            seen_ask=seen_ask,
            seen_bid=draw(st.integers(1, seen_ask)),
            supply=draw(st.sampled_from(list(SupplyLevel))),
            trade_volume=volume,
        )
    units = draw(st.integers(-8 * volume, 8 * volume))
    return MarketStock(
        kind=kind,
        base=draw(st.integers(20, 5_000)),
        steepness=draw(st.integers(4, 14)),
        trade_volume=volume,
        units=units,
    )


@st.composite
def trades(draw):
    return Trade(
        kind=TaskKind.TRADE,
        good=worlds.CLOTHING,
        source=draw(curves(TradeKind.EXPORT)),
        sink=draw(curves(TradeKind.IMPORT)),
        capacity=draw(st.integers(1, 160)),
        spendable=draw(st.integers(0, 1_000_000)),
        reserve=0,
        floor=draw(st.sampled_from(list(SupplyLevel))),
        fuel=draw(st.integers(0, 500)),
        seconds=600.0,
        sink_age=draw(st.floats(0, 20_000)),
        wanted=draw(st.sampled_from([(), (InputValue(30, 17.5),)])),
        margin=draw(st.sampled_from([0.0, 0.3])),
        aboard=draw(st.sampled_from([0, 10])),
    )


@given(trades())
def test_the_transactions_of_an_estimate_add_up_to_its_cost_and_revenue(trade):
    prospect = judge_purchase(trade).prospect

    parts = itemised(prospect, trade.good, worlds.FACTORY, worlds.SHOP)

    assert sum(each.units for each in parts.purchases) == prospect.units
    assert sum(each.units for each in parts.sales) == prospect.units
    assert sum(each.amount for each in parts.purchases) == prospect.cost
    assert sum(each.amount for each in parts.sales) - parts.deducted == prospect.revenue
    assert parts.deducted >= 0


@given(trades())
def test_no_transaction_is_larger_than_its_market_takes_and_the_first_is_at_the_price_of_the_market(trade):
    parts = itemised(judge_purchase(trade).prospect, trade.good, worlds.FACTORY, worlds.SHOP)

    assert all(each.units <= trade.source.trade_volume for each in parts.purchases)
    assert all(each.units <= trade.sink.trade_volume for each in parts.sales)
    assert [each.price for each in parts.purchases[:1]] in ([], [trade.source.ask])
    assert [each.price for each in parts.sales[:1]] in ([], [trade.sink.bid])


def test_the_flights_of_each_trip_of_a_scan_and_the_time_between_them_make_its_time_and_fuel():
    seen = worlds.view(seen=worlds.sightings(clothing=1.0, fabrics=3.0, fed=-6.0))
    found = scanned(seen, worlds.hull())
    opened = {chance.kind: round_of(seen, worlds.hull(), chance) for chance in found}
    trips = [trip for trips in opened.values() for trip in trips]

    assert {PipelineKind.TRADE, PipelineKind.FABRICATION} <= set(opened)
    assert len(opened[PipelineKind.FABRICATION]) == 2
    for trip in trips:
        assert sum(leg.fuel for leg in trip.legs) == trip.prospect.fuel
        assert sum(leg.seconds for leg in trip.legs) + trip.idle_seconds == trip.prospect.seconds
        assert trip.idle_seconds == 30


def test_a_lane_begins_with_the_flight_to_its_source():
    seen, hull = worlds.view(seen=worlds.sightings(clothing=1.0)), worlds.hull(waypoint=worlds.MILL)
    lanes = [chance for chance in scanned(seen, hull) if chance.kind is PipelineKind.TRADE]

    (trip,) = round_of(seen, hull, next(lane for lane in lanes if lane.good == worlds.CLOTHING))

    assert [(leg.origin, leg.goal) for leg in trip.legs] == [
        (worlds.MILL, worlds.FACTORY),
        (worlds.FACTORY, worlds.SHOP),
    ]
