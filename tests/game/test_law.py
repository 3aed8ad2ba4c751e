"""The law backwards: the stock behind the prices, and what to expect where it does not fit."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.game.market_law.law import LocalFit, MarketStock, curve_of, read_stock
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import TradeKind
from tests.game.prices import SEEN, SEEN_FLOODED, SEEN_ON_EXCHANGE, quote

READINGS = Path(__file__).parents[3] / "shared" / "data" / "market-readings.json"


def shown_by(stock: MarketStock, good: Good) -> Quote:
    """What a market with this stock shows."""
    return Quote(
        good=good,
        kind=stock.kind,
        trade_volume=stock.trade_volume,
        supply=stock.supply,
        activity=None,
        ask=stock.ask,
        bid=stock.bid,
    )


@st.composite
def markets(draw: st.DrawFn, *, base_min: int = 0, kinds: tuple[TradeKind, ...] = tuple(TradeKind)):
    """A good and a stock of it as a market may hold it."""
    settled = [good for good, bases in BASE_PRICES.items() if len(bases) == 1 and bases[0] >= base_min]
    good, kind = draw(st.sampled_from(settled)), draw(st.sampled_from(kinds))
    volume = draw(st.integers(6, 180))
    steepness = 8 if kind is TradeKind.EXCHANGE else draw(st.integers(5, 13))
    units = draw(st.integers(-10 * volume, 10 * volume))
    return good, MarketStock(
        kind=kind, base=BASE_PRICES[good][0], steepness=steepness, trade_volume=volume, units=units
    )


@pytest.mark.parametrize(("seen", "steepness", "units"), SEEN, ids=lambda value: getattr(value, "good", ""))
def test_one_reading_of_a_dear_good_tells_its_stock(seen: Quote, steepness: int, units: int):
    reading = read_stock(seen)

    assert reading is not None
    assert (reading.stock.steepness, reading.stock.units) == (steepness, units)
    assert reading.exact
    assert reading.alternatives == 1


@pytest.mark.parametrize("seen", SEEN_FLOODED, ids=lambda seen: seen.good)
def test_an_import_flooded_to_the_least_bid_is_read(seen: Quote):
    reading = read_stock(seen)

    assert reading is not None
    assert shown_by(reading.stock, seen.good) == seen


@pytest.mark.parametrize("seen", SEEN_ON_EXCHANGE, ids=lambda seen: f"{seen.good}-{seen.ask}")
def test_an_exchange_is_read_but_never_called_exact(seen: Quote):
    reading = read_stock(seen)

    assert reading is not None
    assert (reading.stock.ask, reading.stock.bid) == (seen.ask, seen.bid)
    assert seen.supply in (None, reading.stock.supply)
    assert not reading.exact


@given(markets())
def test_what_is_read_shows_what_was_seen(market: tuple[Good, MarketStock]):
    good, stock = market
    reading = read_stock(shown_by(stock, good))

    assert reading is not None
    assert shown_by(reading.stock, good) == shown_by(stock, good)


@given(markets(base_min=1000, kinds=(TradeKind.EXPORT, TradeKind.IMPORT)), st.integers(1, 4))
def test_an_exact_reading_tells_every_later_price(market: tuple[Good, MarketStock], transactions: int):
    good, stock = market
    reading = read_stock(shown_by(stock, good))
    assert reading is not None
    assume(reading.exact)
    bought = transactions * stock.trade_volume

    assert reading.stock == stock
    assert reading.stock.after_purchase(bought).ask == stock.after_purchase(bought).ask


@given(markets(base_min=1000, kinds=(TradeKind.EXPORT, TradeKind.IMPORT)))
def test_a_reading_counts_the_stock_it_came_from_among_the_possible(market: tuple[Good, MarketStock]):
    """A stock read as the only one possible is the right one."""
    good, stock = market
    reading = read_stock(shown_by(stock, good))

    assert reading is not None
    assert reading.alternatives > 1 or (reading.stock.steepness, reading.stock.units) == (stock.steepness, stock.units)


def test_a_steepness_known_from_before_settles_a_cheap_good():
    iron = MarketStock(kind=TradeKind.EXPORT, base=120, steepness=9, trade_volume=60, units=200)
    seen = shown_by(iron, Good("IRON"))
    loose, settled = read_stock(seen), read_stock(seen, steepness=9)

    assert loose is not None
    assert settled is not None
    assert settled.alternatives < loose.alternatives
    assert settled.stock.steepness == 9
    assert abs(settled.stock.units - iron.units) < 10


@pytest.mark.parametrize(
    ("ask", "bid", "supply"), [(30, 14, "SCARCE"), (23, 11, "LIMITED"), (19, 9, "MODERATE")], ids=str
)
def test_where_the_prices_leave_it_open_a_market_is_taken_to_be_as_steep_as_most(ask: int, bid: int, supply: str):
    """A steepness of 4, which nobody ever saw, would fit more stocks of these than one of 8, the commonest."""
    reading = read_stock(quote("EXPORT", "QUARTZ_SAND", 60, supply, ask, bid))

    assert reading is not None
    assert reading.alternatives > 10
    assert reading.stock.steepness == 8


def test_a_steepness_that_cannot_be_is_set_aside():
    seen, steepness, _ = SEEN[0]
    reading = read_stock(seen, steepness=steepness - 3)

    assert reading is not None
    assert reading.stock.steepness == steepness


def test_an_unknown_supply_level_leaves_the_prices_to_tell():
    seen, steepness, units = SEEN[5]
    blind = quote(seen.kind.name, seen.good, seen.trade_volume, None, seen.ask, seen.bid)
    reading = read_stock(blind)

    assert reading is not None
    assert (reading.stock.steepness, reading.stock.units) == (steepness, units)


@pytest.mark.parametrize(
    "strange",
    [
        quote("EXPORT", "GENE_THERAPEUTICS", 20, "HIGH", 1961, 937),
        quote("IMPORT", "CLOTHING", 20, "LIMITED", 10197, 4982),
        quote("IMPORT", "CLOTHING", 20, "ABUNDANT", 10196, 4982),
        quote("IMPORT", "CLOTHING", 0, "LIMITED", 10196, 4982),
    ],
    ids=["a good never seen", "an odd ask", "a level that does not fit", "no volume"],
)
def test_what_the_law_does_not_explain_gets_a_local_estimate(strange: Quote):
    assert read_stock(strange) is None

    curve = curve_of(strange)
    assert isinstance(curve, LocalFit)
    assert (curve.ask, curve.bid, curve.supply) == (strange.ask, strange.bid, strange.supply)
    assert not curve.exact


def test_a_local_estimate_moves_by_a_twentieth_a_transaction():
    curve = curve_of(quote("EXPORT", "GENE_THERAPEUTICS", 20, "HIGH", 2000, 1000))

    assert (curve.after_purchase(20).ask, curve.after_purchase(20).bid) == (2100, 1050)
    assert (curve.after_sale(20).ask, curve.after_sale(20).bid) == (1905, 952)
    assert curve.after_purchase(7).after_purchase(13) == curve.after_purchase(20)


def test_a_curve_follows_the_law_where_it_fits():
    seen, _, _ = SEEN[0]

    assert curve_of(seen) == MarketStock(
        kind=TradeKind.EXPORT, base=3000, steepness=10, trade_volume=20, units=92, exact=True
    )


@pytest.mark.skipif(not READINGS.exists(), reason="the readings of the live server lie beside the project, not in it")
def test_every_reading_of_an_import_or_export_is_reproduced_to_the_credit():
    told = json.loads(READINGS.read_text())
    seen = [
        quote(one["type"], one["good"], one["tradeVolume"], one["supply"], one["purchasePrice"], one["sellPrice"])
        for one in told
        if one["type"] != "EXCHANGE"
    ]
    missed = []
    for one in seen:
        reading = read_stock(one)
        if reading is None or shown_by(reading.stock, one.good) != one:
            missed.append(one)

    assert len(seen) > 100
    assert missed == []
