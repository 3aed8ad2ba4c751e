"""Inference of the hidden constants behind observed prices, also for goods with an unknown base price.

A base price is the same everywhere and a round number; once it is known, a reading determines the steepness and the
stock. So the roundest base that explains every reading of a good at one market to the credit is taken.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.game.market_law.stock import EXCHANGE_STEEPNESS, MarketStock
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import SupplyLevel, TradeKind

REACH = 64  # the search range around the middle, in transactions
STEEPNESS = (8, 7, 9, 10, 6, 11, 5, 12, 13, 4, 14)  # the likelier first
_MIDDLES = {
    TradeKind.EXPORT: {1: -5.0, 2: -3.0, 3: 0.0, 4: 3.0, 5: 5.0},
    TradeKind.IMPORT: {1: -6.0, 2: -4.0, 3: -1.0, 4: 2.0, 5: 4.0},
    TradeKind.EXCHANGE: {1: -2.5, 2: -1.5, 3: 0.0, 4: 1.5, 5: 2.5},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceReading:
    """Prices in credits and level of a good at one time."""

    ask: int
    bid: int
    supply: SupplyLevel | None
    volume: int


def fit(good: Good, kind: TradeKind, readings: Sequence[PriceReading]) -> list[MarketStock]:
    """The stock at each reading, with one base and steepness; an approximation if no law fits."""
    for base in _bases(good, readings[-1]):
        for steepness in EXCHANGE_STEEPNESS if kind is TradeKind.EXCHANGE else STEEPNESS:
            stocks = [_explain(kind, base, steepness, each) for each in readings]
            exact = [each for each in stocks if each is not None]
            if len(exact) == len(readings):
                return exact
    return [_nearest(kind, good, each) for each in readings]


def _bases(good: Good, reading: PriceReading) -> Iterator[int]:
    """The known base prices, or the possible round numbers, the roundest first."""
    if good in BASE_PRICES:
        yield from BASE_PRICES[good]
        return
    low, high = max(1, reading.ask // 3), reading.ask * 3
    seen: dict[int, None] = {}
    digit = 10 ** len(str(high))
    while digit >= 5:
        for step in (digit, digit // 2):
            if step >= max(5, low // 100):
                seen |= dict.fromkeys(range(-(-low // step) * step, high + 1, step))
        digit //= 10
    yield from seen


def _explain(kind: TradeKind, base: int, steepness: int, reading: PriceReading) -> MarketStock | None:
    """The stock that shows a reading; the middle one of several."""
    market = MarketStock(kind=kind, base=base, steepness=steepness, trade_volume=reading.volume, units=0)
    ask_low, ask_high, bid_low, bid_high = market.unrounded_prices(reading.ask, reading.bid)
    reach = REACH * reading.volume
    first = max(-reach, market.units_priced(ask_high), market.units_priced(bid_high) - reading.volume)
    last = min(reach, market.units_priced(ask_low), market.units_priced(bid_low) - reading.volume)
    if last < first - 2:
        return None
    middle = (first + last) / 2
    for units in sorted(range(math.floor(first) - 1, math.ceil(last) + 2), key=lambda n: abs(n - middle)):
        stock = market.with_units(units)
        if (stock.ask, stock.bid) == (reading.ask, reading.bid) and reading.supply in (None, stock.supply):
            return stock
    return None


def _nearest(kind: TradeKind, good: Good, reading: PriceReading) -> MarketStock:
    """The middle of the level shown, with a base that gives the ask there."""
    fill = _MIDDLES[kind][int(reading.supply) if reading.supply is not None else SupplyLevel.MODERATE]
    units = round(fill * reading.volume)
    steepness = STEEPNESS[0]
    stock = MarketStock(kind=kind, base=1_000, steepness=steepness, trade_volume=reading.volume, units=units)
    base = BASE_PRICES.get(good, (max(1, round(1_000 * reading.ask / stock.ask)),))[0]
    return MarketStock(kind=kind, base=base, steepness=steepness, trade_volume=reading.volume, units=units)
