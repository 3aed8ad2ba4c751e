"""The market law: prices and supply level of a good as functions of its hidden stock.

A good has a stock `n`, an integer around a target of 0. Counted in transactions it is s = n / V, V the trade volume.
With the good's base price b and the market's steepness m:

    EXPORT    P(s) = b (1 - 0.05 m + 0.04 m 2^(-0.3 s))    ask = round(P(s))       bid = ceil(round(P(s + 1)) / 2)
    IMPORT    P(s) = b (1 + 0.05 m - 0.04 m 2^(+0.3 s))    ask = 2 round(P(s))     bid = round(P(s + 1))
    EXCHANGE  P(s) = b (1 - m (s - 1/2)^3 / 3750)          ask = round(P(s) + h)   bid = round(P(s + 1) - h)

Prices are at least 1, the ask of an import at least 0.9 b; halves round up. A transaction of u units trades them all at
the price shown before it and then moves n by exactly u. Source: the first two were fitted to 1,130 readings of the live
server and reproduce all of them to the credit. The third is an estimate of ours: h is 2 credits or 1 % of b, and with
an m of 5 to 13, as others have, it reproduces the 34 different readings there are.
"""

import math
from collections.abc import Mapping

import msgspec

from starfoundry.kernel.supply import SupplyLevel, TradeKind

EXCHANGE_STEEPNESS = (8, 9, 10, 7, 11, 12, 13, 6, 5)  # the likelier first

LEVEL_FLOORS: Mapping[TradeKind, tuple[int, int, int, int]] = {
    TradeKind.EXPORT: (4, 2, -2, -4),
    TradeKind.IMPORT: (3, 1, -3, -5),
    TradeKind.EXCHANGE: (2, 1, -1, -2),  # assumed; agrees with the few readings there are
}
"""The stock, in transactions, from which a good counts as ABUNDANT, HIGH, MODERATE, LIMITED; below: SCARCE."""

_FLOOR_LEVELS = (SupplyLevel.ABUNDANT, SupplyLevel.HIGH, SupplyLevel.MODERATE, SupplyLevel.LIMITED)
_EXCHANGE_BEND = 3_750  # 3,750 to 3,780 explain every reading


class MarketStock(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One good's stock at one market, which determines its prices. Prices are whole credits, from our side.

    `units` is n. `exact` is False when other stocks would show the same prices, or when the law is only approximate.
    It is a struct because a decision makes hundreds and looks them up: a frozen dataclass takes ten times as long.
    """

    kind: TradeKind
    base: int
    steepness: int
    trade_volume: int
    units: int
    exact: bool = True

    @property
    def ask(self) -> int:
        """The price in credits we pay for a unit now."""
        return self.ask_at(self.units)

    @property
    def bid(self) -> int:
        """The price in credits we receive for a unit now."""
        return self.bid_at(self.units)

    @property
    def supply(self) -> SupplyLevel:
        """The supply level the market shows."""
        for floor, level in zip(LEVEL_FLOORS[self.kind], _FLOOR_LEVELS, strict=True):
            if self.units >= floor * self.trade_volume:
                return level
        return SupplyLevel.SCARCE

    def after_purchase(self, units: int) -> "MarketStock":
        """The stock after a purchase of `units`."""
        return self.with_units(self.units - units)

    def after_sale(self, units: int) -> "MarketStock":
        """The stock after a sale of `units`."""
        return self.with_units(self.units + units)

    def with_units(self, units: int) -> "MarketStock":
        """The same market with another stock."""
        if units == self.units:
            return self
        return MarketStock(
            kind=self.kind,
            base=self.base,
            steepness=self.steepness,
            trade_volume=self.trade_volume,
            units=units,
            exact=self.exact,
        )

    def ask_at(self, units: int) -> int:
        """The price in credits we would pay for a unit at another stock of this market."""
        if self.kind is TradeKind.IMPORT:
            return max(2 * self._price(units, -1), self._least_ask())
        if self.kind is TradeKind.EXPORT:
            return self._price(units, 1)
        return self._exchange_price(units, self._half_spread())

    def bid_at(self, units: int) -> int:
        """The price in credits we would receive for a unit at another stock of this market."""
        after_one = units + self.trade_volume
        if self.kind is TradeKind.IMPORT:
            return self._price(after_one, -1)
        if self.kind is TradeKind.EXPORT:
            return (self._price(after_one, 1) + 1) // 2
        return self._exchange_price(after_one, -self._half_spread())

    def unrounded_prices(self, ask: int, bid: int) -> tuple[float, float, float, float]:
        """The lowest and highest P(s) that show an ask, then the lowest and highest P(s + 1) that show a bid."""
        match self.kind:
            case TradeKind.EXPORT:
                return ask - 0.5, ask + 0.5, 2 * bid - 1.5, 2 * bid + 0.5
            case TradeKind.IMPORT:
                least = -math.inf if ask <= self._least_ask() else _from(ask / 2)
                return least, ask // 2 + 0.5, _from(bid), bid + 0.5
            case TradeKind.EXCHANGE:
                half = self._half_spread()
                return _from(ask) - half, ask - half + 0.5, _from(bid) + half, bid + half + 0.5

    def units_priced(self, price: float) -> float:
        """The stock, in fractions of a unit, at which P(s) is `price`; infinite if P(s) never reaches it."""
        if self.kind is TradeKind.EXCHANGE:
            cubed = (self.base - price) * _EXCHANGE_BEND / (self.base * self.steepness)
            return (math.copysign(abs(cubed) ** (1 / 3), cubed) + 0.5) * self.trade_volume
        side = 1 if self.kind is TradeKind.EXPORT else -1
        bend = (100 * price - self.base * (100 - 5 * side * self.steepness)) / (4 * side * self.base * self.steepness)
        if bend <= 0:
            return side * math.inf
        return -side * math.log2(bend) * 10 * self.trade_volume / 3

    def _price(self, units: int, side: int) -> int:
        """P(s), rounded; `side` is 1 for an export, -1 for an import.

        Integer arithmetic as far as possible: if the power of two is a whole number the sum is exact, so a half is a
        half.
        """
        bend = 2.0 ** (-3 * side * units / (10 * self.trade_volume))
        hundredfold = self.base * (100 - 5 * side * self.steepness + 4 * side * self.steepness * bend)
        return max(1, int((hundredfold + 50) // 100))

    def _exchange_price(self, units: int, offset: float) -> int:
        """P(s) + offset, rounded."""
        from_middle = units / self.trade_volume - 0.5
        price = self.base - self.base * self.steepness * from_middle**3 / _EXCHANGE_BEND
        return max(1, math.floor(price + offset + 0.5))

    def _half_spread(self) -> float:
        return max(2.0, 0.01 * self.base)

    def _least_ask(self) -> int:
        """The lowest ask of a flooded import: 18, 23 and 27 were seen for bases of 20, 25 and 30, with bids of 1."""
        return (9 * self.base + 5) // 10


def _from(price: float) -> float:
    """The lowest value that is shown as a price: a price of 1 may mean anything below it."""
    return price - 0.5 if price > 1 else -math.inf
