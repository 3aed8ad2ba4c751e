"""Inference of the stock behind observed prices, and forecasts of the prices, by the market law."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from starfoundry.game.market_law.known_prices import BASE_PRICES
from starfoundry.game.market_law.stock import EXCHANGE_STEEPNESS, LEVEL_FLOORS, MarketStock
from starfoundry.game.model import Quote
from starfoundry.kernel.ids import Good
from starfoundry.kernel.supply import SupplyLevel, TradeKind

__all__ = ["Curve", "LocalFit", "MarketStock", "StockReading", "base_price", "curve_of", "likelihood", "read_stock"]

# How many of 227 markets had each steepness; the values next to that range were not seen, but count as possible.
_STEEPNESS_SEEN: Mapping[int, int] = {4: 1, 5: 1, 6: 15, 7: 43, 8: 74, 9: 60, 10: 22, 11: 8, 12: 2, 13: 2, 14: 1}

# The search range around the target stock, in transactions, and the common range. Ship goods at volume 6
# were seen 17 away, nearly all others within 12; beyond that an export's price hardly moves and gives no information.
_REACH, _COMMON_REACH = 64, 12

_LOCAL_STEP = 1.05  # effect of one full transaction on a price that the law does not explain
_SLACK_UNITS = 1e-6  # tolerance for the error of a logarithm; the law itself then decides


class LocalFit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Prices that the law does not explain, changed by 5 % for each full transaction since they were seen.

    `moved` counts the units sold to the market, minus those bought from it, since the prices were seen.
    """

    seen_ask: int
    seen_bid: int
    supply: SupplyLevel | None
    trade_volume: int
    moved: int = 0

    @property
    def exact(self) -> bool:
        """Always False: this is an estimate."""
        return False

    @property
    def ask(self) -> int:
        """The estimated price we pay for a unit, in credits."""
        return self._after_moves(self.seen_ask)

    @property
    def bid(self) -> int:
        """The estimated price we receive for a unit, in credits."""
        return self._after_moves(self.seen_bid)

    def after_purchase(self, units: int) -> "LocalFit":
        """The prices after a purchase of `units`."""
        return replace(self, moved=self.moved - units)

    def after_sale(self, units: int) -> "LocalFit":
        """The prices after a sale of `units`."""
        return replace(self, moved=self.moved + units)

    def _after_moves(self, price: int) -> int:
        step: float = _LOCAL_STEP ** (-self.moved / self.trade_volume)
        return math.floor(price * step + 0.5)


Curve = MarketStock | LocalFit
"""The prices of one good at one market as a function of trades."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReading:
    """The likeliest stock behind two prices, and how many stocks would show them."""

    stock: MarketStock
    alternatives: int

    @property
    def exact(self) -> bool:
        """Whether no other stock shows these prices, so that every later price is known to the credit."""
        return self.stock.exact


def base_price(good: Good) -> int | None:
    """The good's base price in credits, the likelier of two candidates; None for a good that was never seen."""
    candidates = BASE_PRICES.get(good, ())
    return candidates[0] if candidates else None


def curve_of(quote: Quote, *, bases: tuple[int, ...] | None = None) -> Curve:
    """The price curve of a quote: by the law if it fits, else a local estimate."""
    reading = read_stock(quote, bases=bases)
    if reading is not None:
        return reading.stock
    volume = max(1, quote.trade_volume)
    return LocalFit(seen_ask=quote.ask, seen_bid=quote.bid, supply=quote.supply, trade_volume=volume)


def read_stock(
    quote: Quote, *, steepness: int | None = None, bases: tuple[int, ...] | None = None
) -> StockReading | None:
    """The likeliest stock that shows the quote's prices and supply level, or None if no stock does.

    `steepness`, if this market's is already known, resolves cheap goods, whose prices allow several stocks. `bases` are
    the possible base prices in credits; by default those of `BASE_PRICES`.
    """
    if quote.trade_volume < 1:
        return None
    possible = BASE_PRICES.get(quote.good, ()) if bases is None else bases
    return _read(quote.kind, possible, quote.trade_volume, quote.ask, quote.bid, quote.supply, steepness)


def likelihood(quote: Quote, base: int) -> float:
    """The likelihood of the quote at a market with this base price, up to a constant; 0 if impossible.

    Each steepness is weighted by how often it was seen, and all stocks within the common range are equally likely.
    """
    if quote.trade_volume < 1:
        return 0.0
    found = _explanations(quote.kind, base, quote.trade_volume, quote.ask, quote.bid, quote.supply, None)
    return sum(weight for _, _, weight in found) / quote.trade_volume


@lru_cache(maxsize=4_096)  # room for every good of two hundred markets; past prices do not return
def _read(
    kind: TradeKind,
    bases: tuple[int, ...],
    volume: int,
    ask: int,
    bid: int,
    supply: SupplyLevel | None,
    known: int | None,
) -> StockReading | None:
    alternatives, weight_best, best = 0, 0, None
    for base in bases:
        for stock, stocks, weight in _explanations(kind, base, volume, ask, bid, supply, known):
            alternatives += stocks
            if weight > weight_best:
                weight_best, best = weight, stock
    if best is None:
        return None if known is None else _read(kind, bases, volume, ask, bid, supply, None)
    exact = alternatives == 1 and kind is not TradeKind.EXCHANGE
    return StockReading(stock=replace(best, exact=exact), alternatives=alternatives)


def _explanations(
    kind: TradeKind, base: int, volume: int, ask: int, bid: int, supply: SupplyLevel | None, known: int | None
) -> Iterator[tuple[MarketStock, int, int]]:
    """For each steepness that can show the prices: the likeliest stock, the number of stocks, and their weight."""
    lowest, highest = _units_at(supply, kind, volume)
    for steepness in _steepnesses(kind, known):
        market = MarketStock(kind=kind, base=base, steepness=steepness, trade_volume=volume, units=0)
        first, last = _units_showing(market, ask, bid, lowest, highest)
        if first > last:
            continue
        units, common = _likeliest(first, last, _COMMON_REACH * volume)
        yield market.with_units(units), last - first + 1, common * _STEEPNESS_SEEN.get(steepness, 1)


def _steepnesses(kind: TradeKind, known: int | None) -> tuple[int, ...]:
    if known is not None:
        return (known,)
    return EXCHANGE_STEEPNESS if kind is TradeKind.EXCHANGE else tuple(_STEEPNESS_SEEN)


def _units_at(supply: SupplyLevel | None, kind: TradeKind, volume: int) -> tuple[int, int]:
    """The least and the greatest stock that shows a supply level; the whole search range if the level is unknown."""
    if supply is None:
        return -_REACH * volume, _REACH * volume
    edges = (_REACH, *LEVEL_FLOORS[kind], -_REACH)
    place = SupplyLevel.ABUNDANT - supply
    return edges[place + 1] * volume, edges[place] * volume - 1


def _units_showing(market: MarketStock, ask: int, bid: int, lowest: int, highest: int) -> tuple[int, int]:
    """The least and the greatest stock between two bounds that shows both prices; first above last if none."""
    ask_low, ask_high, bid_low, bid_high = market.unrounded_prices(ask, bid)
    least = max(market.units_priced(ask_high), lowest)
    greatest = min(market.units_priced(ask_low), highest)
    if least > greatest + _SLACK_UNITS:
        return 1, 0
    least = max(least, market.units_priced(bid_high) - market.trade_volume)
    greatest = min(greatest, market.units_priced(bid_low) - market.trade_volume)
    if least > greatest + _SLACK_UNITS:
        return 1, 0
    first, last = math.ceil(least - _SLACK_UNITS), math.floor(greatest + _SLACK_UNITS)
    while first <= last and not (market.ask_at(first) == ask and market.bid_at(first) == bid):
        first += 1
    while first < last and not (market.ask_at(last) == ask and market.bid_at(last) == bid):
        last -= 1
    return first, last


def _likeliest(first: int, last: int, common: int) -> tuple[int, int]:
    """The likeliest of a range of stocks, and how many of them are common (at least 1)."""
    nearest, farthest = max(first, -common), min(last, common)
    if nearest <= farthest:
        return (nearest + farthest) // 2, farthest - nearest + 1
    return (first if first > 0 else last), 1
