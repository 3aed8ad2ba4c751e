"""The law forwards: prices and levels from a stock."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starfoundry.game.market_law.law import base_price
from starfoundry.game.market_law.stock import MarketStock
from starfoundry.game.model import Quote
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from tests.game.prices import SEEN


def stock(kind: TradeKind = TradeKind.EXPORT, base: int = 2000, steepness: int = 8, volume: int = 20, units: int = 0):
    return MarketStock(kind=kind, base=base, steepness=steepness, trade_volume=volume, units=units)


kinds = st.sampled_from(list(TradeKind))
stocks = st.builds(
    stock,
    kind=kinds,
    base=st.integers(15, 32_000),
    steepness=st.integers(5, 13),
    volume=st.integers(6, 120),
    units=st.integers(-600, 600),
)


@pytest.mark.parametrize(("quote", "steepness", "units"), SEEN, ids=lambda value: getattr(value, "good", ""))
def test_the_live_servers_prices_and_levels_follow_from_the_stock(quote: Quote, steepness: int, units: int):
    base = base_price(quote.good)
    assert base is not None
    behind = stock(quote.kind, base, steepness, quote.trade_volume, units)

    assert (behind.ask, behind.bid, behind.supply) == (quote.ask, quote.bid, quote.supply)


def test_a_purchase_walks_down_the_stock_as_it_did_on_the_live_server():
    """At a volume of 60 a market stood at 192 and was bought from four times, 40 units each."""
    seen = stock(volume=60, units=192)
    walked = []
    for _ in range(4):
        seen = seen.after_purchase(40)
        walked.append(seen.units)

    assert walked == [152, 112, 72, 32]


@given(stocks, st.integers(0, 200))
def test_a_trade_moves_the_stock_by_exactly_its_units(seen: MarketStock, units: int):
    assert seen.after_purchase(units).units == seen.units - units
    assert seen.after_sale(units).units == seen.units + units
    assert seen.after_purchase(units).after_sale(units) == seen


@given(stocks, st.integers(1, 200))
def test_a_fuller_stock_is_never_dearer(seen: MarketStock, units: int):
    fuller = seen.after_sale(units)

    assert fuller.ask <= seen.ask
    assert fuller.bid <= seen.bid
    assert fuller.supply >= seen.supply


@given(stocks)
def test_prices_are_at_least_a_credit_and_buying_costs_at_least_what_selling_brings(seen: MarketStock):
    assert seen.ask >= seen.bid >= 1


def exact_price(side: int, base: int, steepness: int, doublings: int) -> int:
    """P where 2^x is a whole power, in exact arithmetic, halves up."""
    twentyfifth, twentieth = Fraction(steepness, 25), Fraction(steepness, 20)
    price = base * (1 - side * twentieth + side * twentyfifth * Fraction(2) ** doublings)
    return max(1, floor(price + Fraction(1, 2)))


@given(
    base=st.integers(1, 1600).map(lambda fifths: fifths * 5),
    steepness=st.integers(5, 13),
    volume=st.integers(1, 120),
    doublings=st.integers(-4, 3),
)
def test_a_half_is_rounded_up_wherever_it_is_exactly_a_half(base: int, steepness: int, volume: int, doublings: int):
    """At every third of ten transactions the power of two is whole and the price an exact fraction, often a half."""
    units = -10 * volume * doublings

    export = stock(TradeKind.EXPORT, base, steepness, 3 * volume, units)
    import_ = stock(TradeKind.IMPORT, base, steepness, 3 * volume, -units)
    assert export.ask == exact_price(1, base, steepness, doublings)
    assert import_.ask == max(2 * exact_price(-1, base, steepness, doublings), floor(Fraction(9 * base + 5, 10)))


def test_a_half_does_occur():
    """Or the test above could not fail: 25 (1 - 0.5 + 0.4) = 22.5."""
    assert stock(base=25, steepness=10).ask == 23


@pytest.mark.parametrize(
    ("kind", "floors"),
    [(TradeKind.EXPORT, (80, 40, -40, -80)), (TradeKind.IMPORT, (60, 20, -60, -100))],
)
def test_a_level_begins_at_its_floor(kind: TradeKind, floors: tuple[int, ...]):
    levels = [SupplyLevel.ABUNDANT, SupplyLevel.HIGH, SupplyLevel.MODERATE, SupplyLevel.LIMITED]
    at, below = ([stock(kind, volume=20, units=units - less).supply for units in floors] for less in (0, 1))

    assert at == levels
    assert below == [SupplyLevel(level - 1) for level in levels]


def test_an_import_flooded_beyond_reason_still_brings_a_credit():
    assert stock(TradeKind.IMPORT, base=50, volume=60, units=900).bid == 1


@pytest.mark.parametrize(("base", "volume", "ask"), [(20, 60, 18), (25, 90, 23), (30, 111, 27)])
def test_an_import_flooded_beyond_reason_asks_nine_tenths_of_its_base_price(base: int, volume: int, ask: int):
    """QUARTZ_SAND, LIQUID_HYDROGEN and LIQUID_NITROGEN as they were seen, each with a bid of 1."""
    flooded = stock(TradeKind.IMPORT, base=base, volume=volume, units=9 * volume)

    assert (flooded.ask, flooded.bid) == (ask, 1)


def test_an_exchange_stands_a_little_around_its_base_price_at_rest():
    rest = stock(TradeKind.EXCHANGE, base=1200, volume=180, units=0)

    assert (rest.ask, rest.bid) == (1212, 1188)


def test_an_emptied_exchange_lifts_its_ask_more_than_its_bid():
    rest = stock(TradeKind.EXCHANGE, base=5000, volume=18, units=0)
    emptied = rest.after_purchase(27)

    assert emptied.ask - rest.ask > 3 * (emptied.bid - rest.bid) > 0
