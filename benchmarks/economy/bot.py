"""A plain trading bot: each idle ship takes the lane that pays most for a second, and earnings buy more ships.

It sees every market and shipyard as they are now, without a ship there: that favours it. It moves, fills up, docks and
trades through the game's own interface and under its request limit.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.economy.hands import Hands
from benchmarks.economy.rules import Lane, Lanes, Load, Rule, load
from starfoundry.fleet.domain.growth import CAPITAL_PER_CARRIER, HAULER, SHUTTLE, SHUTTLES_FIRST, WORKING_CAPITAL
from starfoundry.game.model import Ship
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.sandbox.state.universe import Universe

LOOK_AGAIN_SECONDS = 60.0
"""How long a ship without a paying trip waits, and how often money and ships' prices are held against each other."""

TRIP_SECONDS = 8.0
"""What docking, buying, selling, filling up and leaving add to a trip's flights: about 15 requests."""

FUEL_CREDITS = 1_000
"""Credits for each ship that no tranche is bought with: one that cannot fill up earns nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A lane, what would be carried on it, and what that gains in credits for a second, fuel paid."""

    lane: Lane
    load: Load
    per_second: float


class Bot:
    """One agent that trades by a rule with up to so many carriers, the frigate counted."""

    def __init__(self, hands: Hands, rule: Rule, *, carriers: int) -> None:
        self.hands = hands
        self._rule = rule
        self._carriers = carriers
        self._universe = hands.universe
        now = self._universe.now()
        plans = self._universe.home.plans
        self._markets = {waypoint: self._universe.home.market(waypoint, now) for waypoint in plans}
        self._lanes = Lanes({waypoint: each for waypoint, each in self._markets.items() if each is not None})
        self._taken: set[tuple[WaypointSymbol, Good]] = set()

    async def play(self, seconds: float) -> None:
        """Trade for so long; orders under way at the end are left as they are."""
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
                for ship in list(self.hands.ships.values()):
                    if ship.cargo.capacity:
                        group.create_task(self._trade(ship.symbol))
                group.create_task(self._grow(group))
        except TimeoutError:
            return

    async def _trade(self, symbol: ShipSymbol) -> None:
        while True:
            trip = self._best(self.hands.ships[symbol])
            if trip is None:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
                continue
            self._taken.update(trip.lane.keys)
            try:
                await self._make(symbol, trip.lane)
            finally:
                self._taken.difference_update(trip.lane.keys)

    async def _make(self, symbol: ShipSymbol, lane: Lane) -> None:
        """Fly there, buy as long as the rule says so, and sell all of it."""
        hands = self.hands
        await hands.fly(symbol, lane.origin)
        while (tranche := self._next_tranche(symbol, lane)) and await hands.buy(symbol, lane.good, *tranche):
            pass
        if not hands.ships[symbol].cargo.units:
            return
        await hands.fly(symbol, lane.target)
        while left := hands.ships[symbol].cargo.units:
            self._look()
            await hands.sell(symbol, lane.good, min(left, lane.sold.volume))

    def _next_tranche(self, symbol: ShipSymbol, lane: Lane) -> tuple[int, int] | None:
        """The units to buy next and their price, after all that is aboard has been sold; None to leave."""
        self._look()
        cargo = self.hands.ships[symbol].cargo
        planned = load(lane, self._rule, hold=cargo.free, money=self._money(), is_start=False, sold_before=cargo.units)
        return (planned.tranches[0], lane.bought.stock.ask) if planned.tranches else None

    def _best(self, ship: Ship) -> Trip | None:
        """The trip that pays most for a second among those that no other ship is on."""
        self._look()
        return max(self._trips(ship), key=lambda each: each.per_second, default=None)

    def _trips(self, ship: Ship) -> Iterator[Trip]:
        money, here = self._money(), ship.nav.waypoint
        for lane in self._lanes.paying(self._rule):
            if not self._taken.isdisjoint(lane.keys):
                continue
            planned = load(lane, self._rule, hold=ship.cargo.capacity, money=money, is_start=True)
            if not planned.tranches:
                continue
            there = self.hands.route(ship, here, lane.origin)
            onward = self.hands.route(ship, lane.origin, lane.target)
            if there is None or onward is None:
                continue
            gain = planned.gain - there.fuel_credits - onward.fuel_credits
            if gain > 0:
                yield Trip(lane=lane, load=planned, per_second=gain / (there.seconds + onward.seconds + TRIP_SECONDS))

    def _money(self) -> int:
        return max(0, self.hands.credits - FUEL_CREDITS * len(self.hands.ships))

    def _look(self) -> None:
        """Bring every market up to date."""
        now = self._universe.now()
        for market in self._markets.values():
            if market is not None:
                market.advance(now)

    async def _grow(self, group: asyncio.TaskGroup) -> None:
        """Buy shuttles, then haulers, at the cheapest yard, with capital left to trade with; the probe is the buyer."""
        probe = next(each.symbol for each in self.hands.ships.values() if not each.cargo.capacity)
        while (count := sum(ship.cargo.capacity > 0 for ship in self.hands.ships.values())) < self._carriers:
            offer = self._offer(SHUTTLE if count <= SHUTTLES_FIRST else HAULER)
            kept = WORKING_CAPITAL + CAPITAL_PER_CARRIER * (count - 1)
            if offer is None or self.hands.credits < offer[0] + kept:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
                continue
            price, yard, ship_type = offer
            await self.hands.fly(probe, yard)
            if self.hands.credits < price + kept:
                continue
            bought = await self.hands.buy_ship(ship_type, yard, price)
            if bought is not None:
                group.create_task(self._trade(bought))

    def _offer(self, ship_type: str) -> tuple[int, WaypointSymbol, str] | None:
        """The cheapest of such ships: price, yard, type; another type where nobody sells it."""
        now = self._universe.now()
        yards = self._universe.home.shipyards
        for wanted in (ship_type, HAULER, SHUTTLE):
            offers = [(berths[wanted].ask(now), yard, wanted) for yard, berths in yards.items() if wanted in berths]
            if offers:
                return min(offers)
        return None


async def play(universe: Universe, rule: Rule, *, carriers: int, hours: float) -> Hands:
    """A bot's whole game in a universe; its hands afterwards."""
    hands = await Hands.join(universe)
    started = universe.clock.elapsed()
    await Bot(hands, rule, carriers=carriers).play(hours * 3_600 - (universe.clock.elapsed() - started))
    return hands
