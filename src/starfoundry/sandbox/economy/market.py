"""A market that lives by itself: every half hour or so each of its goods moves, each at a time of its own.

Markets do not touch one another, so each is brought up to date only when somebody looks: its history depends on its
seed and on what players traded there, never on when it was looked at.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappush, heapreplace

from starfoundry.game import motion
from starfoundry.kernel.ids import Good, WaypointSymbol
from starfoundry.kernel.supply import SupplyLevel, TradeKind
from starfoundry.sandbox.chance import Chance, weighted
from starfoundry.sandbox.economy.parameters import EconomyParameters
from starfoundry.sandbox.economy.shelf import Shelf

MILLISECONDS_PER_HOUR = 3_600_000
MILLISECONDS_PER_MINUTE = 60_000
VISITS_KEPT = 50
RIVAL_HOLD = (10, 60)  # assumed: units a rival's ship moves in one visit
RIVAL_SHIPS = 12  # assumed: ships of one rival that are seen trading
SMALL_VOLUME = 10  # below it prices are steeper
_RIVALS = -1  # in the place of a shelf's number: the next visit of a rival
_INTERVAL_MIN = 0.5  # of a period: the shortest time between two ticks, however far chance strays


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What a rival bought or sold; `at` in milliseconds since 1970, the price in credits a unit."""

    at: int
    ship: str
    good: Good
    units: int
    price: int
    is_sale: bool


class Market:
    """One market's shelves. Moments are milliseconds since 1970; `ticks` counts what happened here by itself.

    `first_ticks` tells of some goods how long after `born` they first move; chance tells of the others.
    """

    def __init__(
        self,
        waypoint: WaypointSymbol,
        shelves: Sequence[Shelf],
        *,
        born: int,
        parameters: EconomyParameters,
        chance: Chance,
        first_ticks: Mapping[Good, int] | None = None,
    ) -> None:
        self.waypoint = waypoint
        self.shelves: Mapping[Good, Shelf] = {shelf.good: shelf for shelf in shelves}
        self.ticks = 0
        self._numbered = tuple(shelves)
        self._parameters = parameters
        self._chance = chance
        self._visits: list[Visit] = []
        drawn = [int(chance.random() * shelf.period) for shelf in shelves]
        known = first_ticks or {}
        first = [known.get(shelf.good, wait) for shelf, wait in zip(shelves, drawn, strict=True)]
        self._due = [(born + wait, place) for place, wait in enumerate(first)]
        heapify(self._due)
        if parameters.rivals:
            heappush(self._due, (born + self._until_rival(), _RIVALS))

    def tick_after(self, now: int) -> int | None:
        """When it next moves by itself after a moment that has come; None where nothing is traded."""
        self.advance(now)
        return self._due[0][0] if self._due else None

    def take_visits(self) -> list[Visit]:
        """What rivals did here since this was last asked, oldest first."""
        visits, self._visits = self._visits, []
        return visits

    def advance(self, now: int) -> None:
        """Let everything happen that is due."""
        while self._due and self._due[0][0] <= now:
            self.tick()

    def purchase(self, shelf: Shelf, units: int) -> None:
        """Somebody bought."""
        shelf.units -= units

    def sell(self, shelf: Shelf, units: int) -> None:
        """Somebody sold."""
        shelf.units += units

    def tick(self) -> None:
        """The next thing that happens here when nobody plays, whenever that is."""
        at, place = self._due[0]
        self.ticks += 1
        if place == _RIVALS:
            heapreplace(self._due, (at + self._until_rival(), _RIVALS))
            self._welcome_rival(at)
            return
        shelf = self._numbered[place]
        interval = self._chance.gauss(shelf.period, self._parameters.tick_jitter * MILLISECONDS_PER_MINUTE)
        heapreplace(self._due, (at + int(max(interval, _INTERVAL_MIN * shelf.period)), place))
        match shelf.kind:
            case TradeKind.EXPORT:
                self._tick_export(shelf)
            case TradeKind.IMPORT:
                self._tick_import(shelf)
            case TradeKind.EXCHANGE:
                self._tick_exchange(shelf)

    def _tick_export(self, shelf: Shelf) -> None:
        parameters = self._parameters
        was_drained = shelf.units < parameters.export_growth_below * shelf.volume
        shelf.units += motion.rise(shelf.units, shelf.volume, shelf.rate, is_restricted=shelf.is_restricted)
        if shelf.stock.supply >= SupplyLevel.HIGH:
            shelf.rate = max(parameters.rate_export[0], shelf.rate - parameters.export_sink)
            return
        is_weak = shelf.rate < motion.GROWING_RATE
        climb = parameters.export_climb if is_weak else parameters.export_climb_growing
        shelf.rate = min(parameters.rate_max, shelf.rate + climb)
        may_grow = motion.may_export_grow(shelf.volume, [each.volume for each in shelf.inputs])
        self._grow(shelf, is_wanted=was_drained and may_grow)

    def _tick_import(self, shelf: Shelf) -> None:
        parameters = self._parameters
        was_flooded = shelf.units >= parameters.import_growth_from * shelf.volume
        shelf.units -= motion.fall(shelf.units, shelf.volume, shelf.rate, is_restricted=shelf.is_restricted)
        match shelf.stock.supply:
            case SupplyLevel.SCARCE:
                return
            case SupplyLevel.LIMITED:
                shelf.rate = max(parameters.rate_import[0], shelf.rate - parameters.import_sink)
                return
            case SupplyLevel.MODERATE:
                climb = parameters.import_climb_moderate
            case SupplyLevel.HIGH:
                climb = parameters.import_climb_high
            case SupplyLevel.ABUNDANT:
                climb = parameters.import_climb_abundant
        if shelf.rate >= motion.GROWING_RATE:
            climb = parameters.import_climb_growing
        shelf.rate = min(parameters.rate_max, shelf.rate + climb)
        may_grow = motion.may_import_grow(shelf.volume, [each.volume for each in shelf.outputs])
        self._grow(shelf, is_wanted=was_flooded and may_grow)

    def _tick_exchange(self, shelf: Shelf) -> None:
        """Drift back to the middle."""
        if shelf.units:
            back = int(abs(shelf.units) * self._parameters.exchange_return + self._chance.random())
            shelf.units -= back if shelf.units > 0 else -back

    def _grow(self, shelf: Shelf, *, is_wanted: bool) -> None:
        """Let a good's volume grow by a rung where its rate is full and its stock calls for it."""
        volume = motion.grown(shelf.volume)
        if is_wanted and shelf.rate >= motion.FULL_RATE and volume <= shelf.volume_max:
            shelf.grow(draw_steepness(volume, self._parameters, self._chance))

    def _until_rival(self) -> int:
        """Milliseconds until the next rival comes, as visits that know nothing of each other do."""
        return 1 + int(-math.log(1.0 - self._chance.random()) * MILLISECONDS_PER_HOUR / self._parameters.rivals)

    def _welcome_rival(self, at: int) -> None:
        """A rival sells where most is wanted or buys where most is left, what a small ship carries of it."""
        is_sale = self._chance.random() < 0.5
        kind = TradeKind.IMPORT if is_sale else TradeKind.EXPORT
        shelves = [shelf for shelf in self._numbered if shelf.kind is kind]
        if not shelves:
            return
        shelf = (min if is_sale else max)(shelves, key=lambda each: each.fill)
        units = min(shelf.volume, self._chance.randint(*RIVAL_HOLD))
        price = shelf.stock.bid if is_sale else shelf.stock.ask
        (self.sell if is_sale else self.purchase)(shelf, units)
        rank = self._chance.randint(1, max(1, self._parameters.rival_traders))
        rival = f"{rival_name(rank)}-{self._chance.randint(1, RIVAL_SHIPS):X}"
        self._visits.append(Visit(at=at, ship=rival, good=shelf.good, units=units, price=price, is_sale=is_sale))
        del self._visits[:-VISITS_KEPT]


def rival_name(rank: int) -> str:
    """The agent symbol of another player, counted from the best, 1."""
    return f"RIVAL_{rank}"


def draw_steepness(volume: int, parameters: EconomyParameters, chance: Chance) -> int:
    """How steep a market's prices of a good become at a trade volume."""
    seen = parameters.steepness_small if volume < SMALL_VOLUME else parameters.steepness
    return weighted(chance, dict(seen))
