"""A bot's hands: its ships through the game's own interface, under our request limit and rules of flight."""

import asyncio
from dataclasses import replace

from starfoundry.fleet.domain.travel import Leg, Route, Tank, plan_route, plan_routes
from starfoundry.game.budget import RequestBudget
from starfoundry.game.client import HttpGame, HttpPublicApi
from starfoundry.game.model import NavStatus, Ship
from starfoundry.game.outcome import Done, Outcome
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.market.domain.model import Place
from starfoundry.runtime.entropy import SeededEntropy
from starfoundry.sandbox.http.in_process import SandboxTransport
from starfoundry.sandbox.state.universe import Universe

CALLSIGN = "YARDSTICK"


class Hands:
    """One agent: its ships as last told, its credits less what orders under way may cost."""

    def __init__(self, universe: Universe, game: HttpGame, budget: RequestBudget) -> None:
        self.universe = universe
        self.game = game
        self.budget = budget
        self.ships: dict[ShipSymbol, Ship] = {}
        self.credits = 0
        self.declined: list[str] = []
        self._places = {plan: place_of(universe, plan) for plan in universe.places}
        self._routes: dict[tuple[WaypointSymbol, int, int], dict[WaypointSymbol, Route]] = {}

    @classmethod
    async def join(cls, universe: Universe) -> "Hands":
        """A new agent in a universe."""
        transport, budget = SandboxTransport(universe), RequestBudget(universe.clock)
        entropy = SeededEntropy(universe.seed)
        registration = await HttpPublicApi(transport, budget, entropy).register(
            universe.account_token, CALLSIGN, "COSMIC"
        )
        hands = cls(universe, HttpGame(transport, registration.token, budget, entropy), budget)
        hands.ships = {ship.symbol: ship for ship in await hands.game.ships()}
        hands.credits = (await hands.game.agent()).credits
        return hands

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return sum(self.budget.reading().requests.values())

    def route(self, ship: Ship, start: WaypointSymbol, goal: WaypointSymbol) -> Route | None:
        """The way with a full tank; None where the ship cannot get there."""
        key = (start, ship.fuel.capacity, ship.engine_speed)
        if key not in self._routes:
            tank = Tank(fuel=ship.fuel.capacity, capacity=ship.fuel.capacity, engine_speed=ship.engine_speed)
            markets = [place for place in self._places.values() if place.has_market or place.has_shipyard]
            self._routes[key] = plan_routes(self._places[start], markets, tank)
        return self._routes[key].get(goal)

    async def fly(self, symbol: ShipSymbol, goal: WaypointSymbol) -> None:
        """Be docked there, by way of pumps where the tank asks for it."""
        while self.ships[symbol].nav.waypoint != goal:
            await self._next_leg(symbol, goal)
        await self._dock(symbol)

    async def buy(self, symbol: ShipSymbol, good: Good, units: int, price: int) -> bool:
        """Whether so much was bought; `price` is what a unit costs now, kept back until the answer is there."""
        self.credits -= units * price
        outcome = await self.game.purchase(symbol, good, units)
        self.credits += units * price
        if not isinstance(outcome, Done):
            return self._refused(outcome)
        self.credits -= outcome.receipt.record.total
        self.ships[symbol] = replace(self.ships[symbol], cargo=outcome.receipt.cargo)
        return True

    async def sell(self, symbol: ShipSymbol, good: Good, units: int) -> bool:
        """Whether so much was sold."""
        outcome = await self.game.sell(symbol, good, units)
        if not isinstance(outcome, Done):
            return self._refused(outcome)
        self.credits += outcome.receipt.record.total
        self.ships[symbol] = replace(self.ships[symbol], cargo=outcome.receipt.cargo)
        return True

    async def buy_ship(self, ship_type: str, yard: WaypointSymbol, price: int) -> ShipSymbol | None:
        """The new ship; None where the game refused."""
        self.credits -= price
        outcome = await self.game.buy_ship(ship_type, yard)
        self.credits += price
        if not isinstance(outcome, Done):
            self._refused(outcome)
            return None
        self.credits -= outcome.receipt.price
        ship = outcome.receipt.ship
        self.ships[ship.symbol] = ship
        return ship.symbol

    async def _next_leg(self, symbol: ShipSymbol, goal: WaypointSymbol) -> None:
        leg = self._leg(symbol, goal, may_refuel=True)
        if leg.refuel and not await self._refuel(symbol):
            leg = self._leg(symbol, goal, may_refuel=False)
        if self.ships[symbol].nav.flight_mode is not leg.mode:
            nav = await self.game.set_flight_mode(symbol, leg.mode)
            self.ships[symbol] = replace(self.ships[symbol], nav=nav)
        if self.ships[symbol].nav.status is not NavStatus.IN_ORBIT:
            self.ships[symbol] = replace(self.ships[symbol], nav=await self.game.orbit(symbol))
        departure = await self.game.navigate(symbol, leg.goal)
        left = (departure.nav.arrives_at - self.universe.clock.now()).total_seconds()
        await asyncio.sleep(max(0.0, left))
        arrived = replace(departure.nav, status=NavStatus.IN_ORBIT)
        self.ships[symbol] = replace(self.ships[symbol], nav=arrived, fuel=departure.fuel)

    def _leg(self, symbol: ShipSymbol, goal: WaypointSymbol, *, may_refuel: bool) -> Leg:
        ship = self.ships[symbol]
        tank = Tank(
            fuel=ship.fuel.current,
            capacity=ship.fuel.capacity,
            engine_speed=ship.engine_speed,
            may_refuel=may_refuel,
        )
        route = plan_route(self._places[ship.nav.waypoint], self._places[goal], tuple(self._places.values()), tank)
        assert route is not None, f"{symbol} cannot get from {ship.nav.waypoint} to {goal}"
        return route.legs[0]

    async def _refuel(self, symbol: ShipSymbol) -> bool:
        await self._dock(symbol)
        outcome = await self.game.refuel(symbol)
        if not isinstance(outcome, Done):
            return self._refused(outcome)
        self.credits -= outcome.receipt.record.total
        self.ships[symbol] = replace(self.ships[symbol], fuel=outcome.receipt.fuel)
        return True

    async def _dock(self, symbol: ShipSymbol) -> None:
        if self.ships[symbol].nav.status is not NavStatus.DOCKED:
            self.ships[symbol] = replace(self.ships[symbol], nav=await self.game.dock(symbol))

    def _refused(self, outcome: Outcome[object]) -> bool:
        self.declined.append(str(outcome))
        return False


def place_of(universe: Universe, waypoint: WaypointSymbol) -> Place:
    """A waypoint of the home system as the planner of routes reads it."""
    place, plan = universe.places[waypoint], universe.home.plans.get(waypoint)
    return Place(
        waypoint=waypoint,
        x=place.x,
        y=place.y,
        type=place.type,
        imports=tuple(plan.imports) if plan else (),
        exports=tuple(plan.exports) if plan else (),
        exchange=tuple(plan.exchange) if plan else (),
        has_shipyard=waypoint in universe.home.shipyards,
    )
