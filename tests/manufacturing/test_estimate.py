"""What a trade is worth, and the one guard in front of every purchase."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.game.market_law.law import LocalFit, MarketStock
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.manufacturing.domain.model import TaskKind
from starfoundry.manufacturing.planner.trips.eligibility import judge_in, margin_of
from starfoundry.manufacturing.planner.trips.estimate import (
    PROFIT_MIN,
    InputValue,
    Prospect,
    Trade,
    filled_to,
    judge_purchase,
    ladder,
    revenue_of,
)
from starfoundry.manufacturing.planner.view import Journey
from tests.manufacturing import worlds

FULL_FACTORY = MarketStock(kind=TradeKind.EXPORT, base=4000, steepness=8, trade_volume=20, units=80)
HUNGRY_MARKET = MarketStock(kind=TradeKind.IMPORT, base=4000, steepness=8, trade_volume=20, units=-80)


def a_trade(**changes):
    trade = Trade(
        kind=TaskKind.COLLECT_SELL,
        good=Good("CLOTHING"),
        source=FULL_FACTORY,
        sink=HUNGRY_MARKET,
        capacity=40,
        spendable=1_000_000,
        reserve=0,
        floor=SupplyLevel.HIGH,
        fuel=100,
        seconds=600.0,
    )
    return replace(trade, **changes)


def test_a_full_factory_and_a_hungry_market_pay():
    verdict = judge_purchase(a_trade())

    assert verdict.go
    assert verdict.prospect.units == 40
    assert verdict.prospect.profit > 40_000


def test_an_unreadable_supply_is_never_bought_from():
    """The predecessor counted it as MODERATE and bought."""
    blind = LocalFit(seen_ask=2000, seen_bid=1000, supply=None, trade_volume=20)

    verdict = judge_purchase(a_trade(source=blind))

    assert not verdict.go
    assert "cannot be read" in str(verdict.refusal)


def test_a_supply_below_the_floor_is_refused_with_both_levels():
    poor = MarketStock(kind=TradeKind.EXPORT, base=4000, steepness=8, trade_volume=20, units=0)

    verdict = judge_purchase(a_trade(source=poor))

    assert str(verdict.refusal) == "supply too low to buy: CLOTHING at the source is MODERATE, below HIGH"


def test_buying_stops_at_the_tranche_that_would_leave_the_floor():
    """Each tranche is held to the level, not the first alone: 2.5 volumes above HIGH's edge are three tranches."""
    steps = ladder(FULL_FACTORY.after_purchase(10), HUNGRY_MARKET, 225, SupplyLevel.HIGH)

    assert [step.units for step in steps] == [20, 40]


def test_a_purchase_is_weighed_in_steps_of_the_smaller_of_both_volumes():
    """What a small buyer takes at one price may pay although a whole tranche of the factory would not."""
    steps = ladder(FULL_FACTORY, replace(HUNGRY_MARKET, trade_volume=10, units=-40), 40, SupplyLevel.HIGH)

    assert [step.units for step in steps] == [10, 20, 30, 40]


def test_a_tranche_that_the_money_does_not_reach_for_is_left_out():
    verdict = judge_purchase(a_trade(spendable=FULL_FACTORY.ask * 25))

    assert verdict.go
    assert verdict.prospect.units == 20


def test_money_for_a_part_of_a_tranche_buys_that_part():
    assert judge_purchase(a_trade(spendable=FULL_FACTORY.ask * 7)).prospect.units == 7


def test_a_price_that_was_seen_an_hour_ago_counts_a_tenth_less():
    fresh = judge_purchase(a_trade(capacity=20)).prospect
    old = judge_purchase(a_trade(capacity=20, sink_age=3600.0)).prospect

    assert (old.units, old.revenue) == (fresh.units, int(fresh.revenue * 0.9))


def test_units_are_worth_something_to_a_factory_as_far_as_those_aboard_leave_it_short():
    """It wants 40 units and 30 are aboard."""
    verdict = judge_purchase(a_trade(capacity=20, aboard=30, wanted=(InputValue(40, 100.0),)))

    assert (verdict.prospect.units, verdict.prospect.bonus) == (20, 10 * 100)


def test_only_a_trade_has_to_gain_a_margin():
    config = ManufacturingConfig(trade_min_margin=25)

    assert margin_of(config, TaskKind.TRADE) == 0.25
    assert margin_of(config, TaskKind.ACQUIRE_DELIVER) == 0.0


def test_no_money_is_said_with_its_numbers():
    verdict = judge_purchase(a_trade(spendable=100))

    assert "100 credits to spend buy nothing" in str(verdict.refusal)


def test_a_spread_that_eats_the_margin_is_refused():
    """Selling back to where a good is made loses half, as the predecessor's deliveries did."""
    emptied = MarketStock(kind=TradeKind.EXPORT, base=4000, steepness=8, trade_volume=20, units=-80)
    flooded = MarketStock(kind=TradeKind.IMPORT, base=4000, steepness=8, trade_volume=20, units=60)

    verdict = judge_purchase(a_trade(source=emptied, sink=flooded, floor=SupplyLevel.SCARCE))

    assert not verdict.go
    assert f"is less than {PROFIT_MIN}" in str(verdict.refusal)


def test_a_market_not_seen_for_long_counts_for_less():
    fresh = judge_purchase(a_trade(sink_age=0.0)).prospect
    stale = judge_purchase(a_trade(sink_age=7200.0)).prospect

    assert stale.revenue < fresh.revenue


def test_what_a_factory_gives_for_an_input_can_carry_a_loss():
    flat = MarketStock(kind=TradeKind.IMPORT, base=4000, steepness=8, trade_volume=20, units=60)
    alone = judge_purchase(a_trade(sink=flat))
    wanted = judge_purchase(a_trade(sink=flat, wanted=(InputValue(40, 1500.0),)))

    assert (alone.go, wanted.go) == (False, True)


def test_a_fed_factory_reads_the_level_it_is_fed_to():
    empty = MarketStock(kind=TradeKind.EXPORT, base=4000, steepness=8, trade_volume=20, units=-90)

    assert filled_to(empty, SupplyLevel.ABUNDANT).supply is SupplyLevel.ABUNDANT


@given(units=st.integers(1, 300), stock=st.integers(-200, 200))
def test_selling_more_brings_more_but_ever_less_a_unit(units, stock):
    market = replace(HUNGRY_MARKET, units=stock)

    fewer, more = revenue_of(market, units), revenue_of(market, units + 20)

    assert fewer <= more
    assert more * units <= fewer * (units + 20)


@given(
    stock=st.integers(-100, 200),
    hunger=st.integers(-200, 100),
    spendable=st.integers(0, 500_000),
    floor=st.sampled_from(SupplyLevel),
)
def test_a_verdict_to_go_never_breaks_its_own_bounds(stock, hunger, spendable, floor):
    trade = a_trade(
        source=replace(FULL_FACTORY, units=stock),
        sink=replace(HUNGRY_MARKET, units=hunger),
        spendable=spendable,
        floor=floor,
    )

    verdict = judge_purchase(trade)

    if verdict.go:
        assert trade.source.supply >= floor
        assert verdict.prospect.cost <= spendable
        assert verdict.prospect.units <= trade.capacity
        assert verdict.prospect.profit >= PROFIT_MIN


def test_the_gain_of_a_chain_counts_for_the_hour_though_it_is_no_profit_yet():
    prospect = Prospect(units=1, cost=100, revenue=300, fuel=50, seconds=1_800, bonus=25)

    assert (prospect.profit, prospect.per_hour) == (150, 350)


def test_an_empty_hold_is_sold_from_the_bid_that_the_market_shows():
    view = worlds.view()
    source, sink = view.board.offer(worlds.FACTORY, worlds.CLOTHING), view.board.offer(worlds.SHOP, worlds.CLOTHING)

    verdict = judge_in(view, TaskKind.COLLECT_SELL, source, sink, capacity=worlds.VOLUME, journey=Journey(60.0, 0))

    assert verdict.prospect.revenue == worlds.VOLUME * sink.curve.bid
