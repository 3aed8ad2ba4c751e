"""A market that changes by itself: about every half hour each of its goods moves, each at its own time.

Markets do not influence one another, so each is brought up to date only when it is read: its history depends on its
seed and on the players' trades there, never on the times of the reads.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappush, heapreplace

from starfoundry.game.market_law import motion
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.sandbox.core.random_streams import RandomStream, weighted
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.economy.parameters import EconomyParameters

MILLISECONDS_PER_HOUR = 3_600_000
MILLISECONDS_PER_MINUTE = 60_000
VISITS_KEPT = 50
RIVAL_HOLD = (10, 60)  # assumed: units a rival's ship moves in one visit
RIVAL_BUYS_ABOVE = -4.4  # transactions of stock: below, an export costs more than any import of the good pays
RIVAL_SELLS_BELOW = 3.0  # transactions of stock: from there, an import pays less than any export of the good costs
RIVAL_SHIPS = 12  # assumed: trading ships of one rival
SMALL_VOLUME = 10  # below it prices are steeper
_RIVALS = -1  # instead of a good's index: the next visit of a rival
_INTERVAL_MIN = 0.5  # of a period: the minimum time between two ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A rival's purchase or sale; `at` in milliseconds since 1970, the price in credits a unit."""

    at: int
    ship: str
    good: Good
    units: int
    price: int
    is_sale: bool


class Market:
    """One market's goods. Times are milliseconds since 1970; `ticks` counts the ticks and visits here."""

    def __init__(
        self,
        waypoint: WaypointSymbol,
        market_goods: Sequence[MarketGood],
        *,
        born: int,
        parameters: EconomyParameters,
        rng: RandomStream,
        first_ticks: Mapping[Good, int] | None = None,
    ) -> None:
        self.waypoint = waypoint
        self.market_goods: Mapping[Good, MarketGood] = {market_good.good: market_good for market_good in market_goods}
        self.ticks = 0
        self._numbered = tuple(market_goods)
        self._parameters = parameters
        self._rng = rng
        self._visits: list[Visit] = []
        drawn = [int(rng.random() * market_good.period) for market_good in market_goods]
        known = first_ticks or {}
        first = [known.get(market_good.good, wait) for market_good, wait in zip(market_goods, drawn, strict=True)]
        self._due = [(born + wait, place) for place, wait in enumerate(first)]
        heapify(self._due)
        if parameters.rivals:
            heappush(self._due, (born + self._until_rival(), _RIVALS))

    def tick_after(self, now: int) -> int | None:
        """The time of the next tick after `now`; None if nothing is traded."""
        self.advance(now)
        return self._due[0][0] if self._due else None

    def take_visits(self) -> list[Visit]:
        """The rivals' trades since the last call, oldest first."""
        visits, self._visits = self._visits, []
        return visits

    def advance(self, now: int) -> None:
        """Apply all due ticks and visits."""
        while self._due and self._due[0][0] <= now:
            self.tick()

    def purchase(self, market_good: MarketGood, units: int) -> None:
        """A player bought."""
        market_good.units -= units

    def sell(self, market_good: MarketGood, units: int) -> None:
        """A player sold."""
        market_good.units += units

    def tick(self) -> None:
        """Apply the next tick or visit, whenever it is."""
        at, place = self._due[0]
        self.ticks += 1
        if place == _RIVALS:
            heapreplace(self._due, (at + self._until_rival(), _RIVALS))
            self._welcome_rival(at)
            return
        market_good = self._numbered[place]
        interval = self._rng.gauss(market_good.period, self._parameters.tick_jitter * MILLISECONDS_PER_MINUTE)
        heapreplace(self._due, (at + int(max(interval, _INTERVAL_MIN * market_good.period)), place))
        match market_good.kind:
            case TradeKind.EXPORT:
                self._tick_export(market_good)
            case TradeKind.IMPORT:
                self._tick_import(market_good)
            case TradeKind.EXCHANGE:
                self._tick_exchange(market_good)

    def _tick_export(self, market_good: MarketGood) -> None:
        parameters = self._parameters
        was_drained = market_good.units < parameters.export_growth_below * market_good.volume
        market_good.units += motion.export_step(
            market_good.units, market_good.volume, market_good.rate, is_restricted=market_good.is_restricted
        )
        if market_good.stock.supply >= SupplyLevel.HIGH:
            market_good.rate = max(parameters.rate_export[0], market_good.rate - parameters.export_sink)
            return
        is_weak = market_good.rate < motion.GROWING_RATE
        climb = parameters.export_climb if is_weak else parameters.export_climb_growing
        market_good.rate = min(parameters.rate_max, market_good.rate + climb)
        may_grow = motion.may_export_grow(market_good.volume, [each.volume for each in market_good.inputs])
        self._grow(market_good, is_wanted=was_drained and may_grow)

    def _tick_import(self, market_good: MarketGood) -> None:
        parameters = self._parameters
        was_flooded = market_good.units >= parameters.import_growth_from * market_good.volume
        market_good.units -= motion.import_step(
            market_good.units, market_good.volume, market_good.rate, is_restricted=market_good.is_restricted
        )
        match market_good.stock.supply:
            case SupplyLevel.SCARCE:
                return
            case SupplyLevel.LIMITED:
                market_good.rate = max(parameters.rate_import[0], market_good.rate - parameters.import_sink)
                return
            case SupplyLevel.MODERATE:
                climb = parameters.import_climb_moderate
            case SupplyLevel.HIGH:
                climb = parameters.import_climb_high
            case SupplyLevel.ABUNDANT:
                climb = parameters.import_climb_abundant
        if market_good.rate >= motion.GROWING_RATE:
            climb = parameters.import_climb_growing
        market_good.rate = min(parameters.rate_max, market_good.rate + climb)
        may_grow = motion.may_import_grow(market_good.volume, [each.volume for each in market_good.outputs])
        self._grow(market_good, is_wanted=was_flooded and may_grow)

    def _tick_exchange(self, market_good: MarketGood) -> None:
        """Move back towards the middle."""
        if market_good.units:
            back = int(abs(market_good.units) * self._parameters.exchange_return + self._rng.random())
            market_good.units -= back if market_good.units > 0 else -back

    def _grow(self, market_good: MarketGood, *, is_wanted: bool) -> None:
        """Increase a good's volume by one step if its rate is full and its stock demands it."""
        volume = motion.next_volume(market_good.volume)
        if is_wanted and market_good.rate >= motion.FULL_RATE and volume <= market_good.volume_max:
            market_good.grow(draw_steepness(volume, self._parameters, self._rng))

    def _until_rival(self) -> int:
        """Milliseconds until the next rival's visit, exponentially distributed."""
        return 1 + int(-math.log(1.0 - self._rng.random()) * MILLISECONDS_PER_HOUR / self._parameters.rivals)

    def _welcome_rival(self, at: int) -> None:
        """A rival's trade of a small ship's load: a sale where demand is highest or a purchase where supply is.

        It trades only what can pay: the bounds follow from the price law, for markets of equal steepness.
        """
        is_sale = self._rng.random() < 0.5
        kind = TradeKind.IMPORT if is_sale else TradeKind.EXPORT
        market_goods = [market_good for market_good in self._numbered if market_good.kind is kind]
        if not market_goods:
            return
        market_good = (min if is_sale else max)(market_goods, key=lambda each: each.fill)
        if not (market_good.fill < RIVAL_SELLS_BELOW if is_sale else market_good.fill > RIVAL_BUYS_ABOVE):
            return
        units = min(market_good.volume, self._rng.randint(*RIVAL_HOLD))
        price = market_good.stock.bid if is_sale else market_good.stock.ask
        (self.sell if is_sale else self.purchase)(market_good, units)
        rank = self._rng.randint(1, max(1, self._parameters.rival_traders))
        rival = f"{rival_name(rank)}-{self._rng.randint(1, RIVAL_SHIPS):X}"
        self._visits.append(Visit(at=at, ship=rival, good=market_good.good, units=units, price=price, is_sale=is_sale))
        del self._visits[:-VISITS_KEPT]


def rival_name(rank: int) -> str:
    """The agent symbol of another player, counted from the best, 1."""
    return f"RIVAL_{rank}"


def draw_steepness(volume: int, parameters: EconomyParameters, rng: RandomStream) -> int:
    """A random steepness of a market's prices of a good at a trade volume."""
    seen = parameters.steepness_small if volume < SMALL_VOLUME else parameters.steepness
    return weighted(rng, dict(seen))
