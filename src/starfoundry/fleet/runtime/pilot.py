"""Flying of ships from any state, with stops for fuel where needed, and with few requests."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from starfoundry.fleet.domain.travel import Leg, Tank
from starfoundry.fleet.registry.roster import Roster
from starfoundry.fleet.registry.route_cache import RoutePlanner
from starfoundry.fleet.runtime.arrivals import Arrivals
from starfoundry.game.errors import IN_TRANSIT, GameRefused, ShipInTransit
from starfoundry.game.model import Nav, NavStatus, Ship
from starfoundry.game.port import Game
from starfoundry.kernel.errors import Refused, Unavailable
from starfoundry.kernel.ids import Good, ShipSymbol, WaypointSymbol
from starfoundry.kernel.ports import Clock
from starfoundry.ledger.domain.model import Applied, NotApplied, Purpose
from starfoundry.ledger.runtime.gateway import MoneyGateway
from starfoundry.market.runtime.market_book import MarketBook
from starfoundry.market.runtime.scan import refresh
from starfoundry.market.runtime.unreadable import MarketUnreadable

T = TypeVar("T")

FUEL = Good("FUEL")

TRIALS_MAX = 6
"""The most retries of one flight after the game refused a step; the ship is read again before each."""

RETRY_SECONDS = (5.0, 15.0, 45.0, 120.0)
"""Pauses in seconds while the game cannot be reached; together longer than its usual restarts (A)."""


class Pilot:
    """Flies the ships of one player. It reads their state from the roster and records there what it does."""

    def __init__(
        self, game: Game, roster: Roster, routes: RoutePlanner, gateway: MoneyGateway, book: MarketBook, clock: Clock
    ) -> None:
        self._game = game
        self._roster = roster
        self._routes = routes
        self._gateway = gateway
        self._book = book
        self._arrivals = Arrivals(game, roster, clock)

    async def fly(self, ship: ShipSymbol, goal: WaypointSymbol, *, purpose: Purpose) -> Ship:
        """The ship at `goal`, in orbit or docked; at once if it is there, after its flight if it is under way.

        Raises Refused if it cannot get there, Unavailable if the game could not be reached for minutes, and
        what the game refuses repeatedly. Nothing is undone when the caller is cancelled: a ship in flight flies
        on, and the roster records its arrival.
        """
        await self._gateway.wait_until_settled(ship)
        self._arrivals.unwatch(ship)
        try:
            return await self._fly(ship, goal, purpose)
        finally:
            self.track_arrival(ship)

    async def dock(self, ship: ShipSymbol) -> Ship:
        """The ship docked where it is. Raises the game's refusal, after reading the ship's real state."""
        here = self._roster.get(ship)
        if here.nav.status is not NavStatus.DOCKED:
            try:
                self._roster.saw_nav(ship, await self.when_arrived(ship, lambda: self._game.dock(ship)))
            except GameRefused:
                await self.read_again(ship)
                raise
            except Unavailable as error:
                self._roster.could_not_see(ship, error.message)
                raise
        return self._roster.get(ship)

    async def read_again(self, ship: ShipSymbol) -> None:
        """Read a ship again that is not in the expected state. Raises what asking raises."""
        self._roster.saw_ship(await self._game.ship(ship))
        self.track_arrival(ship)

    async def when_arrived(self, ship: ShipSymbol, order: Callable[[], Awaitable[T]]) -> T:
        """The answer to an order to a ship; "in transit" is waited out. Every order to a ship goes through here.

        Raises ShipInTransit if the ship flies to another place than expected, and what `order` raises.
        """
        return await self._arrivals.send_order(ship, order)

    async def trade_when_arrived(
        self, ship: ShipSymbol, deal: Callable[[Ship], Awaitable[Applied | NotApplied]]
    ) -> Applied | NotApplied:
        """The same for a call that moves money or cargo: "in transit" means that nothing has happened."""

        async def order() -> Applied | NotApplied:
            answer = await deal(self._roster.get(ship))
            if isinstance(answer, NotApplied) and answer.code in IN_TRANSIT:
                raise ShipInTransit(answer.reason, code=answer.code)
            return answer

        try:
            return await self.when_arrived(ship, order)
        except ShipInTransit as refusal:
            return NotApplied(reason=refusal.message, code=refusal.code)

    def track_arrival(self, ship: ShipSymbol) -> None:
        """Record in the roster when the ship arrives, if it is in flight, although no caller waits for it."""
        self._arrivals.watch(ship)

    async def close(self) -> None:
        """Stop tracking; ships in flight fly on."""
        await self._arrivals.close()

    async def _fly(self, ship: ShipSymbol, goal: WaypointSymbol, purpose: Purpose) -> Ship:
        refusals = outages = 0
        while True:
            try:
                await self._arrivals.wait_for(ship)
                here = self._roster.get(ship)
                if here.nav.waypoint == goal:
                    return here
                await self._next_leg(here, goal, purpose)
            except GameRefused:
                refusals += 1
                if refusals >= TRIALS_MAX:
                    raise
                self._roster.saw_ship(await self._game.ship(ship))
            except Unavailable as error:
                self._roster.could_not_see(ship, error.message)
                if outages >= len(RETRY_SECONDS):
                    raise
                await asyncio.sleep(RETRY_SECONDS[outages])
                outages += 1

    async def _next_leg(self, here: Ship, goal: WaypointSymbol, purpose: Purpose) -> None:
        leg = self._leg(here, goal, may_refuel=True)
        if leg.refuel and not await self._refuel(here, purpose):
            leg = self._leg(here, goal, may_refuel=False)
        here = self._roster.get(here.symbol)
        ship = here.symbol
        if here.nav.flight_mode is not leg.mode:
            nav = await self.when_arrived(ship, lambda: self._game.set_flight_mode(ship, leg.mode))
            self._roster.saw_nav(ship, nav)
        if here.nav.status is not NavStatus.IN_ORBIT:
            self._roster.saw_nav(ship, await self.when_arrived(ship, lambda: self._game.orbit(ship)))
        await self._depart(ship, leg.goal)

    def _leg(self, here: Ship, goal: WaypointSymbol, *, may_refuel: bool) -> Leg:
        tank = Tank(
            fuel=here.fuel.current,
            capacity=here.fuel.capacity,
            engine_speed=here.engine_speed,
            may_refuel=may_refuel,
        )
        route = self._routes.plan(here.nav.waypoint, goal, tank)
        if route is None:
            raise Refused(f"{here.symbol} cannot get from {here.nav.waypoint} to {goal} with {here.fuel.current} fuel")
        return route.legs[0]

    async def _refuel(self, here: Ship, purpose: Purpose) -> bool:
        """Refuel; returns whether the tank is full now.

        Fuel may use the operator's reserve: a ship that cannot fly earns nothing.
        """
        await self.dock(here.symbol)
        sighting = self._book.sighting(here.nav.waypoint, FUEL)
        if sighting is None:
            with suppress(MarketUnreadable):
                await refresh(self._game, self._book, here.nav.waypoint)
            sighting = self._book.sighting(here.nav.waypoint, FUEL)
        if sighting is None:
            return False
        price = sighting.quote.ask
        answer = await self.trade_when_arrived(
            here.symbol, lambda ship: self._gateway.refuel(ship, price_seen=price, floor=0, purpose=purpose)
        )
        return not isinstance(answer, NotApplied)

    async def _depart(self, ship: ShipSymbol, goal: WaypointSymbol) -> None:
        """Depart, and wait for the arrival by the server's own times."""
        departure = await self.when_arrived(ship, lambda: self._game.navigate(ship, goal))
        self._roster.saw_fuel(ship, departure.fuel)
        self._roster.saw_nav(ship, departure.nav)
        if departure.nav.status is not NavStatus.IN_TRANSIT:
            return  # it was there already
        await self._arrivals.wait_for_flight(ship, departure.nav)
        self._roster.saw_nav(ship, _arrived(departure.nav))


def _arrived(nav: Nav) -> Nav:
    return replace(nav, status=NavStatus.IN_ORBIT)
