"""A plain trading fleet in a home system, without the game around it: markets, ships, distances and nothing else.

It is the yardstick of docs/sandbox-economy.md: every ship carries one good at a time from where it is sold to where it
is used, the one that pays most for a second of its time at the prices shown now, and counts what its own trades do to
them. What its markets do between its own trades is kept, as players kept it on the live server.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.economy.initial_stock import create_market
from starfoundry.sandbox.economy.market import MILLISECONDS_PER_HOUR, Market
from starfoundry.sandbox.economy.market_good import MarketGood
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.worldgen.home_system import home_system

PARAMETERS = EconomyParameters()
FUEL = Good("FUEL")
HOURS = MILLISECONDS_PER_HOUR
_SECOND = 1_000
_PAUSE = 300 * _SECOND  # until a ship without a paying trip looks again
_REQUESTS = 8 * _SECOND  # docking, buying, refuelling, leaving: a request takes about half a second for a whole fleet


@dataclass(frozen=True, slots=True)
class Hull:
    """What a ship can carry, in units, and how fast it is."""

    hold: int
    speed: int


FRIGATE, HAULER = Hull(40, 36), Hull(80, 15)


@dataclass(frozen=True, slots=True)
class Habit:
    """The least stock from which a fleet still buys, products and inputs of factories, and the most it sells into.

    In transactions; by default it takes whatever pays.
    """

    buys_from: float = -math.inf
    buys_inputs_from: float = -math.inf
    sells_up_to: float = math.inf


@dataclass(frozen=True, slots=True)
class Interval:
    """What a good did at a market between two of a fleet's own trades.

    `volume` and `fill` (the stock in transactions) are those the earlier trade left; `restricted` tells whether the
    good showed RESTRICTED at either end.
    """

    good: Good
    kind: TradeKind
    hours: float
    moved: int
    volume: int
    fill: float
    grown: bool
    restricted: bool

    @property
    def rate(self) -> float:
        """Trade volumes an hour, positive when an export rose or an import fell."""
        sign = 1 if self.kind is TradeKind.EXPORT else -1
        return sign * self.moved / self.volume / self.hours


@dataclass(frozen=True, slots=True)
class Trip:
    """Buying `units` of a good at one market and selling them at another; `seconds` from where the ship is."""

    origin: WaypointSymbol
    target: WaypointSymbol
    good: Good
    units: int
    gain: int
    seconds: float


class System:
    """A home system's markets and where they lie."""

    def __init__(self, seed: int, parameters: EconomyParameters = PARAMETERS) -> None:
        system = home_system(SeededEntropy(seed))
        entropy = SeededEntropy(seed)
        self.markets: dict[WaypointSymbol, Market] = {
            plan.waypoint: create_market(
                plan, born=0, parameters=parameters, rng=entropy.stream(f"market.{plan.waypoint}")
            )
            for plan in system.markets
        }
        self.spots = {place.symbol: (place.x, place.y) for place in system.places}
        self.capital = system.headquarters or next(iter(self.markets))
        self.makers = self._market_goods(TradeKind.EXPORT, TradeKind.EXCHANGE)
        self.users = self._market_goods(TradeKind.IMPORT)

    def _market_goods(self, *kinds: TradeKind) -> dict[Good, list[tuple[WaypointSymbol, MarketGood]]]:
        found_at: dict[Good, list[tuple[WaypointSymbol, MarketGood]]] = {}
        for waypoint, market in self.markets.items():
            for market_good in market.market_goods.values():
                if market_good.kind in kinds:
                    found_at.setdefault(market_good.good, []).append((waypoint, market_good))
        return found_at

    def market_goods(self) -> Iterator[MarketGood]:
        """Every good at every market."""
        return (market_good for market in self.markets.values() for market_good in market.market_goods.values())

    def advance(self, now: int) -> None:
        """Bring every market up to a moment."""
        for market in self.markets.values():
            market.advance(now)

    def seconds(self, start: WaypointSymbol, end: WaypointSymbol, hull: Hull) -> float:
        """How long a flight takes in CRUISE; none where start and end are one."""
        if start == end:
            return 0.0
        return round(max(1.0, self.distance(start, end)) * 25 / hull.speed + 15)

    def distance(self, start: WaypointSymbol, end: WaypointSymbol) -> float:
        """The way between two places."""
        (x, y), (u, v) = self.spots[start], self.spots[end]
        return math.hypot(x - u, y - v)


@dataclass
class Fleet:
    """Ships that trade in a system from `began` on, in milliseconds; `gained` is what they earned, fuel paid."""

    system: System
    hulls: list[Hull]
    habit: Habit = Habit()
    gained: int = 0
    intervals: list[Interval] = field(default_factory=list)
    _left: dict[int, tuple[int, int, int, bool]] = field(default_factory=dict)
    _claims: dict[int, Trip] = field(default_factory=dict)
    _at: dict[int, WaypointSymbol] = field(default_factory=dict)
    _queue: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._at = dict.fromkeys(range(len(self.hulls)), self.system.capital)
        self._queue = [(60 * _SECOND * number, number) for number in range(len(self.hulls))]

    def run(self, until: int) -> None:
        """Trade until a moment."""
        while self._queue[0][0] <= until:
            now, ship = heapq.heappop(self._queue)
            self.system.advance(now)
            heapq.heappush(self._queue, (now + self._act(ship, now), ship))
        self.system.advance(until)

    def _act(self, ship: int, now: int) -> int:
        """Do what a ship does at a moment: sell and look for a trip, or buy what it came for; when it acts next."""
        trip = self._claims.get(ship)
        if trip is not None and self._at[ship] == trip.origin:
            return self._load(ship, trip, now)
        if trip is not None:
            self._sell(trip, now)
            del self._claims[ship]
        best = max(self._trips(ship), key=lambda each: each.gain / each.seconds, default=None)
        if best is None:
            return _PAUSE
        self._claims[ship] = best
        return self._fly(ship, best.origin)

    def _load(self, ship: int, trip: Trip, now: int) -> int:
        """Buy what still pays; without anything, look anew at once."""
        market_good = self.system.markets[trip.origin].market_goods[trip.good]
        sold_at = self.system.markets[trip.target].market_goods[trip.good]
        units, _ = paying(market_good, sold_at, self.hulls[ship].hold, self.habit)
        if not units:
            del self._claims[ship]
            return _SECOND
        self._note(market_good, now)
        for part in parts(units, market_good.volume):
            self.gained -= part * market_good.stock.ask
            self.system.markets[trip.origin].purchase(market_good, part)
        self._leave(market_good, now)
        self._claims[ship] = Trip(trip.origin, trip.target, trip.good, units, trip.gain, trip.seconds)
        return self._fly(ship, trip.target)

    def _sell(self, trip: Trip, now: int) -> None:
        market_good = self.system.markets[trip.target].market_goods[trip.good]
        self._note(market_good, now)
        for part in parts(trip.units, market_good.volume):
            self.gained += part * market_good.stock.bid
            self.system.markets[trip.target].sell(market_good, part)
        self._leave(market_good, now)

    def _fly(self, ship: int, target: WaypointSymbol) -> int:
        """Fly there, with a full tank bought on arrival where fuel is sold; milliseconds under way."""
        hull, start = self.hulls[ship], self._at[ship]
        seconds = self.system.seconds(start, target, hull)
        self._at[ship] = target
        fuel = self.system.markets[target].market_goods.get(FUEL)
        if fuel is not None and start != target:
            units = math.ceil(self.system.distance(start, target) / 100)
            self.gained -= units * fuel.stock.ask
            self.system.markets[target].purchase(fuel, units)
        return round(seconds * _SECOND) + _REQUESTS

    def _trips(self, ship: int) -> Iterator[Trip]:
        """The trips that pay now and that no other ship is on."""
        taken = {(each.origin, each.good) for each in self._claims.values()}
        taken |= {(each.target, each.good) for each in self._claims.values()}
        hull, here = self.hulls[ship], self._at[ship]
        for good, origins in self.system.makers.items():
            for origin, market_good in origins:
                for target, wanted in self.system.users.get(good, ()):
                    if (origin, good) in taken or (target, good) in taken or wanted.stock.bid <= market_good.stock.ask:
                        continue
                    units, gain = paying(market_good, wanted, hull.hold, self.habit)
                    seconds = self.system.seconds(here, origin, hull) + self.system.seconds(origin, target, hull)
                    if gain > 0:
                        yield Trip(origin, target, good, units, gain, seconds + 2 * _REQUESTS / _SECOND)

    def _note(self, market_good: MarketGood, now: int) -> None:
        """Keep what a good did since it was last traded here."""
        left = self._left.get(id(market_good))
        if left is not None:
            then, units, volume, restricted = left
            restricted = restricted or market_good.is_restricted
            hours, grown = (now - then) / HOURS, market_good.volume != volume
            moved, fill = market_good.units - units, units / volume
            self.intervals.append(
                Interval(market_good.good, market_good.kind, hours, moved, volume, fill, grown, restricted)
            )

    def _leave(self, market_good: MarketGood, now: int) -> None:
        self._left[id(market_good)] = (now, market_good.units, market_good.volume, market_good.is_restricted)


def parts(units: int, volume: int) -> Iterator[int]:
    """A number of units in transactions."""
    while units > 0:
        yield min(units, volume)
        units -= volume


def paying(market_good: MarketGood, wanted: MarketGood, hold: int, habit: Habit) -> tuple[int, int]:
    """How many units to carry from one market to another so that the gain is greatest, and that gain in credits."""
    bought, sold = market_good.stock, wanted.stock
    volume = min(market_good.volume, wanted.volume)
    least = habit.buys_inputs_from if wanted.outputs else habit.buys_from
    units = gain = 0
    while units < hold:
        part = min(volume, hold - units)
        more = part * (sold.bid - bought.ask)
        is_wanted = bought.units >= least * bought.trade_volume
        has_room = sold.units <= habit.sells_up_to * sold.trade_volume
        if more <= 0 or not is_wanted or not has_room:
            break
        units, gain = units + part, gain + more
        bought, sold = bought.after_purchase(part), sold.after_sale(part)
    return units, gain


def share(market_goods: list[MarketGood], *levels: SupplyLevel) -> float:
    """The share of goods that stand at one of some levels."""
    return sum(market_good.stock.supply in levels for market_good in market_goods) / len(market_goods)


def income(carriers: int, habit: Habit, *, seeds: range = range(1, 4)) -> tuple[int, int]:
    """Credits that a carrier earns in an hour of a fleet's first day and of its second, the first ship a frigate."""
    days = [0, 0]
    for seed in seeds:
        fleet = Fleet(System(seed), [FRIGATE, *[HAULER] * (carriers - 1)], habit)
        for day in (0, 1):
            before = fleet.gained
            fleet.run((day + 1) * 24 * HOURS)
            days[day] += fleet.gained - before
    first, second = (round(each / len(seeds) / carriers / 24) for each in days)
    return first, second


if __name__ == "__main__":
    habits = {"takes whatever pays": Habit(), "spares its markets": Habit(2.0, -1.0, 1.0)}
    for name, chosen in habits.items():
        for count in (1, 3, 6, 12):
            print(name, count, *income(count, chosen))
